import { describe, expect, test } from 'vitest'
import type { Selectors } from '../../../src/login/authorization-request.ts'
import { choiceOf, displayForm } from '../../../src/login/remembered-choice.ts'
import type { Visit } from '../../../src/request/visit.ts'

const visitFrom = (site: string | undefined) => {
  const headers: HeadersInit = site === undefined ? {} : { 'Sec-Fetch-Site': site }
  return { request: new Request('https://docs.example.com/auth/login', { headers }) } as Visit
}
const ownPage = visitFrom('same-origin')

describe('what a login that begins may leave behind', () => {
  test.each<[string, Selectors, string | undefined]>([
    ['the domain of an address', { loginHint: 'jane@acme.example' }, 'acme.example'],
    ['a domain', { domainHint: 'acme.example' }, 'acme.example'],
    [
      'of both the domain, which Scalekit goes by first',
      { domainHint: 'acme.example', loginHint: 'jane@globex.example' },
      'acme.example',
    ],
    ['an internationalized domain as it was typed', { loginHint: 'jane@bücher.example' }, 'bücher.example'],
    ['nothing of a host without a dot, which is no hint', { loginHint: 'root@localhost' }, undefined],
    ['nothing of an address literal', { loginHint: 'jane@[192.0.2.1]' }, undefined],
    ['nothing of markup', { loginHint: 'jane@<b>.example' }, undefined],
    ['nothing of 254 characters', { loginHint: `j@${'a.'.repeat(126)}ab` }, undefined],
    ['nothing where nothing was chosen', {}, undefined],
    ['nothing for an organization', { organizationId: 'org_1', loginHint: 'jane@acme.example' }, undefined],
    ['nothing for a connection', { connectionId: 'conn_1', domainHint: 'acme.example' }, undefined],
    ['nothing for a provider', { provider: 'google', loginHint: 'jane@acme.example' }, undefined],
  ])('%s', (_case, selectors, domain) => {
    expect(choiceOf(ownPage, selectors)).toEqual(domain === undefined ? {} : { chosenDomain: domain })
  })

  test.each(['cross-site', 'same-site', 'none', undefined])(
    'nothing where the request is from %s',
    (site) => {
      expect(choiceOf(visitFrom(site), { loginHint: 'jane@acme.example' })).toEqual({})
    },
  )
})

describe('a domain is shown', () => {
  test.each([
    ['in ASCII as it is', 'acme.example', 'acme.example'],
    ['with digits and hyphens', 'a-1.co.uk', 'a-1.co.uk'],
    ['in ASCII where that is how it was typed', 'xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['in Latin letters with marks', 'bücher.example', 'bücher.example'],
    ['in those of many languages', 'łódź-çà-ñøß.example', 'łódź-çà-ñøß.example'],
    ['in ASCII for Cyrillic that reads as Latin', 'раураl.example', 'xn--l-7sba6dbr.example'],
    ['in ASCII for a whole word in Cyrillic', 'аррӏе.example', 'xn--80ak6aa92e.example'],
    ['in ASCII for Greek in between', 'gοοgle.example', 'xn--ggle-0nda.example'],
    ['in ASCII for a dotless i', 'wıkı.example', 'xn--wk-hpab.example'],
    ['in ASCII for Hebrew, which would turn the line around', 'דוגמה.example', 'xn--6dbbec0c.example'],
    ['in ASCII for Chinese', '例子.example', 'xn--fsqu00a.example'],
    ['in no form where it has none', 'xn--a.ü\u0661.example', undefined],
  ])('%s', (_case, domain, shown) => {
    expect(displayForm(domain)).toBe(shown)
  })
})
