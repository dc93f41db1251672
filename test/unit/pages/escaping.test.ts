import { expect, test } from 'vitest'
import { assets, type Brand, minutes } from '../../../src/config.ts'
import { brandOf } from '../../../src/pages/brand.ts'
import { changeOfIdentityPage } from '../../../src/pages/change-of-identity-page.tsx'
import { renderPage } from '../../../src/pages/frame.tsx'
import { confirmLogoutPage, signedOutPage, stillSignedInPage } from '../../../src/pages/logout-pages.tsx'
import { misconfiguredPage } from '../../../src/pages/misconfigured-page.tsx'
import { showRefusal } from '../../../src/pages/refusal-page.tsx'
import { sessionsPage } from '../../../src/pages/sessions-page.tsx'
import { signInPage } from '../../../src/pages/sign-in-page.tsx'
import { words as english } from '../../../src/pages/words/en.ts'
import { type CompiledSite, compileSites } from '../../../src/policy/site-directory.ts'
import type { SessionSummary } from '../../../src/registry/registered-session.ts'
import type { ReturnTo } from '../../../src/request/return-to.ts'
import type { Visit } from '../../../src/request/visit.ts'
import type { SessionId } from '../../../src/tokens/session.ts'
import { sampleRefusals } from '../../support/sample-refusals.ts'
import { ann, atSeconds, now } from '../../support/sample-session.ts'

const words = english()

/** Ends every context that a value may stand in: text, either kind of quotes, title, style. */
const HOSTILE = `x'"></title></style><script>alert(1)</script><img src=x onerror=alert(1)>&amp;`

/** What no configuration may say is text all the same. */
const brand: Brand = {
  name: HOSTILE,
  accent: '#0a7',
  support: { text: HOSTILE, email: HOSTILE },
  links: [{ text: HOSTILE, url: HOSTILE }],
}

const { exact } = compileSites({
  brand,
  sites: { 'docs.example.com': { upstream: assets(), explainDenials: true } },
})

/** Everything that a page shows of a request is hostile, even what cannot be. */
const visit: Visit = {
  request: new Request('https://docs.example.com/'),
  url: {
    href: 'https://docs.example.com/',
    origin: 'https://docs.example.com',
    protocol: 'https:',
    host: HOSTILE,
    path: '/',
    readings: [],
    search: '',
    isLocal: false,
  },
  site: exact.get('docs.example.com') as CompiledSite,
  upstream: assets(),
  kind: 'navigation',
  isUpgrade: false,
  speech: { language: 'en', asked: undefined },
  cookies: null,
  now,
  reference: HOSTILE,
  basePath: `/${HOSTILE}`,
  waitUntil: () => {},
  abort: () => {},
  extensions: {},
  trail: {},
}

const returnTo = `/${HOSTILE}` as ReturnTo
const other: SessionSummary = {
  id: HOSTILE as SessionId,
  host: HOSTILE,
  userAgent: HOSTILE,
  place: HOSTILE,
  openedAt: now,
  lastUsedAt: atSeconds(60),
}

/** The value of `Allow` is a list of methods of ours; a header would not take what is hostile to a page. */
const refusals = sampleRefusals(HOSTILE).filter(({ reason }) => reason !== 'method_not_allowed')

const PAGES: readonly (readonly [name: string, page: () => Response])[] = [
  [
    'sign in',
    () => {
      const remembered = { domain: HOSTILE, shown: HOSTILE }
      return signInPage(visit, words, {
        hidden: { [HOSTILE]: HOSTILE },
        remembered,
        typed: { address: HOSTILE },
      })
    },
  ],
  [
    'sign in, with an address that may be mistyped',
    () =>
      signInPage(visit, words, {
        hidden: { [HOSTILE]: HOSTILE },
        typed: { address: HOSTILE, meant: HOSTILE },
      }),
  ],
  [
    'change of identity',
    () =>
      changeOfIdentityPage(
        visit,
        words,
        { now: HOSTILE, next: HOSTILE },
        { login: HOSTILE, stay: returnTo },
        [],
      ),
  ],
  [
    'change of identity at the login host',
    () => {
      const forSite = { origin: 'https://docs.example.com', site: visit.site }
      const question = { login: HOSTILE, stay: returnTo, forSite }
      return changeOfIdentityPage(visit, words, { now: HOSTILE, next: HOSTILE }, question, [])
    },
  ],
  [
    'confirm a logout',
    () => confirmLogoutPage(visit, words, { everywhere: true, from: HOSTILE }, minutes(5)),
  ],
  ['still signed in', () => stillSignedInPage(visit, words, HOSTILE, [])],
  [
    'signed out',
    () => signedOutPage(visit, words, { ended: true, atScalekit: true, others: 2, lifetime: minutes(5) }),
  ],
  [
    'signed out, but not of the login host',
    () =>
      signedOutPage(visit, words, {
        ended: true,
        atScalekit: false,
        others: 1,
        lifetime: minutes(5),
        loginHost: { name: HOSTILE, logout: `https://login.example.com/${HOSTILE}` },
      }),
  ],
  [
    'sessions',
    () => sessionsPage(visit, words, { ...ann, email: HOSTILE }, [other, { ...other, id: ann.id }]),
  ],
  ['misconfigured', () => misconfiguredPage(visit, words, [HOSTILE], HOSTILE, true)],
  ...refusals.map(
    (refusal) => [refusal.reason, () => showRefusal(visit, words, { refusal, returnTo }, true)] as const,
  ),
]

test.each(PAGES)('%s: whatever is shown is text, not markup', async (_name, page) => {
  const html = await page().text()
  const elements: Record<string, number> = {}
  const attributes = new Set<string>()
  let style = ''
  let title = ''
  const rewriter = new HTMLRewriter()
    .on('*', {
      element(element) {
        elements[element.tagName] = (elements[element.tagName] ?? 0) + 1
        for (const [name = ''] of element.attributes) attributes.add(name)
      },
    })
    .on('style', {
      text(chunk) {
        style += chunk.text
      },
    })
    .on('title', {
      text(chunk) {
        title += chunk.text
      },
    })
  await rewriter.transform(new Response(html, { headers: { 'Content-Type': 'text/html' } })).text()
  expect(html).toMatch(/^<!doctype html><html lang="en" dir="ltr">/)
  expect(elements).not.toHaveProperty('script')
  expect(elements).not.toHaveProperty('img')
  expect(elements).toMatchObject({ html: 1, head: 1, title: 1, style: 1, body: 1, main: 1, h1: 1 })
  expect([...attributes].filter((name) => /^on|^src/.test(name))).toEqual([])
  expect(style).not.toContain('alert')
  expect(title).toContain('&lt;script&gt;')
})

test('a page that would have to be waited for is a fault, and not an empty page', () => {
  const body = Promise.resolve('late')
  expect(() => renderPage(brandOf(visit, words), 'nonce', words, { title: 'Late', body })).toThrow(TypeError)
})
