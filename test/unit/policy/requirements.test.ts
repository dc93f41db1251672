import { describe, expect, test } from 'vitest'
import { assets, type Requirement } from '../../../src/config.ts'
import { judge } from '../../../src/policy/policy.ts'
import { compileSites } from '../../../src/policy/site-directory.ts'
import type { Session } from '../../../src/tokens/session.ts'
import { ruleFor } from '../../support/rule-for.ts'
import { ACME, ACME_OKTA, ann, now } from '../../support/sample-session.ts'

function unmet(require: Requirement, session: Session): string[] {
  const rules = [{ path: '/*', require }]
  const site = compileSites({ sites: { a: { upstream: assets(), rules } } }).exact.get('a')
  if (site === undefined) throw new Error('no site')
  const decision = judge(site, ruleFor(site, '/'), session, now)
  return decision.outcome === 'deny' ? decision.unmet.map(({ key }) => key) : []
}

const nobodyInParticular: Session = {
  ...ann,
  organizationId: undefined,
  connectionId: undefined,
  email: undefined,
  roles: [],
  groups: [],
}

const REQUIREMENTS: [keyof Requirement, string][] = [
  ['organizations', ACME],
  ['connections', ACME_OKTA],
  ['emails', 'ann@acme.com'],
  ['emailDomains', 'acme.com'],
  ['roles', 'editor'],
  ['groups', 'staff'],
]

test.each(REQUIREMENTS)(
  '%s: the right value meets it, another or an absent one denies (CVE-2021-21411)',
  (key, value) => {
    expect(unmet({ [key]: [value] }, ann)).toEqual([])
    expect(unmet({ [key]: ['other', value] }, ann)).toEqual([])
    expect(unmet({ [key]: ['other'] }, ann)).toEqual([key])
    expect(unmet({ [key]: [''] }, ann)).toEqual([key])
    expect(unmet({ [key]: [] }, ann)).toEqual([key])
    expect(unmet({ [key]: [value] }, nobodyInParticular)).toEqual([key])
    expect(unmet({ [key]: ['', 'undefined', 'null'] }, nobodyInParticular)).toEqual([key])
  },
)

test('all keys have to be met, one value of each is enough', () => {
  const all = Object.fromEntries(REQUIREMENTS.map(([key, value]) => [key, ['other', value]]))
  expect(unmet(all, ann)).toEqual([])
  expect(unmet({ ...all, roles: ['admin'] }, ann)).toEqual(['roles'])
  expect(unmet({ ...all, roles: ['admin'], groups: ['board'] }, ann)).toEqual(['roles', 'groups'])
  expect(unmet(all, nobodyInParticular)).toEqual(REQUIREMENTS.map(([key]) => key))
})

test('any organization is met by whoever has one, and by nobody else', () => {
  const any: Requirement = { organizations: ['*'], roles: ['editor'] }
  expect(unmet(any, ann)).toEqual([])
  expect(unmet(any, { ...ann, organizationId: 'org_of_somebody_else' })).toEqual([])
  expect(unmet(any, { ...ann, organizationId: undefined })).toEqual(['organizations'])
  expect(unmet(any, { ...ann, roles: [] })).toEqual(['roles'])
})

test('a star means anything only where it stands for organizations', () => {
  for (const [key] of REQUIREMENTS.filter(([name]) => name !== 'organizations'))
    expect(unmet({ [key]: ['*'] }, ann)).toEqual([key])
})

test.each<[string, Requirement, string[]]>([
  ['roles', { roles: ['Editor'] }, ['roles']],
  ['groups', { groups: ['STAFF'] }, ['groups']],
  ['organizations', { organizations: [ACME.toUpperCase()] }, ['organizations']],
  ['e-mail addresses do not', { emails: ['ANN@Acme.Com'] }, []],
  ['domains do not', { emailDomains: ['ACME.com'] }, []],
])('case matters for identifiers: %s', (_case, require, expected) => {
  expect(unmet(require, ann)).toEqual(expected)
})

describe('an e-mail domain of acme.com (CVE-2026-40574)', () => {
  test.each([
    'ann@acme.com',
    'ANN@ACME.COM',
    'a.n+tag@acme.com',
    "o'neil@acme.com",
    'müller@acme.com',
    '"a b"@acme.com',
  ])('is that of %s', (email) => {
    expect(unmet({ emailDomains: ['acme.com'] }, { ...ann, email })).toEqual([])
  })

  test.each([
    ['two @', 'ann@evil.example@acme.com'],
    ['two @, the other way around', 'ann@acme.com@evil.example'],
    ['three @', 'a@b@c@acme.com'],
    ['an @ in a quoted local part', '"ann@evil.example"@acme.com'],
    ['an @ in a comment', 'ann@evil.example(@acme.com)'],
    ['two @ in a row', 'ann@@acme.com'],
    ['no local part', '@acme.com'],
    ['no @', 'acme.com'],
    ['nothing', ''],
    ['only an @', '@'],
    ['no domain', 'ann@'],
    ['a trailing dot', 'ann@acme.com.'],
    ['a leading dot', 'ann@.acme.com'],
    ['a subdomain', 'ann@mail.acme.com'],
    ['a longer label', 'ann@evilacme.com'],
    ['a longer name', 'ann@acme.com.evil.example'],
    ['a space at the end', 'ann@acme.com '],
    ['a line break and another domain', 'ann@evil.example\n@acme.com'],
    ['a line break at the end', 'ann@acme.com\n'],
    ['a NUL', 'ann@acme.com\u0000'],
    ['two addresses', 'ann@acme.com,eve@evil.example'],
    ['a list', 'eve@evil.example, ann@acme.com'],
    ['angle brackets', 'Eve <ann@acme.com>'],
    ['an address literal', 'ann@[acme.com]'],
    ['a Cyrillic а', 'ann@\u0430cme.com'],
    ['full-width letters', 'ann@ａｃｍｅ.com'],
    ['an ideographic full stop', 'ann@acme\u3002com'],
    ['a soft hyphen', 'ann@ac\u00adme.com'],
    ['a full-width @ for the real one', 'ann\uff20acme.com'],
    ['a percent hack', 'ann%acme.com@evil.example'],
    ['a bang path', 'acme.com!ann@evil.example'],
  ])('is not that of an address with %s', (_case, email) => {
    expect(unmet({ emailDomains: ['acme.com'] }, { ...ann, email })).toEqual(['emailDomains'])
  })

  test.each([
    ['link.com', 'ann@lin\u212a.com', 'the Kelvin sign, which is k in lower case'],
    ['ikea.com', 'ann@\u0130kea.com', 'a capital I with a dot'],
    ['sun.com', 'ann@\u017fun.com', 'a long s'],
  ])('%s is not that of %s, with %s (RFC 4343)', (domain, email) => {
    expect(unmet({ emailDomains: [domain] }, { ...ann, email })).toEqual(['emailDomains'])
    expect(unmet({ emails: [`ann@${domain}`] }, { ...ann, email })).toEqual(['emails'])
  })
})
