import { describe, expect, test } from 'vitest'
import { createWorld, DOCS, OPEN } from '../support/world.ts'

const PAYLOADS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'><svg/onload=alert(1)>",
  '</title><script>alert(1)</script>',
  '</style><script>alert(1)</script>',
  'javascript:alert(1)',
  '\u2028<script>alert(1)</script>',
  '<ſcript>alert(1)</ſcript>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '"onfocus="alert(1)" autofocus="',
]

/** Where somebody else's text comes in. */
const PLACES: Readonly<Record<string, (payload: string) => string>> = {
  'error of the callback': (p) => `${DOCS}/auth/callback?error=${p}`,
  'error_description of the callback': (p) =>
    `${DOCS}/auth/callback?error=access_denied&error_description=${p}`,
  'state of the callback': (p) => `${DOCS}/auth/callback?code=c&state=${p}`,
  'code of the callback': (p) => `${DOCS}/auth/callback?state=s&code=${p}`,
  'iss of the callback': (p) => `${DOCS}/auth/callback?state=s&code=c&iss=${p}`,
  'idp_initiated_login of the callback': (p) => `${DOCS}/auth/callback?idp_initiated_login=${p}`,
  'error of the login': (p) => `${OPEN}/auth/login?error=${p}&error_description=${p}`,
  'return_to of the login': (p) => `${OPEN}/auth/login?return_to=${p}`,
  'return_to of the login, as a path': (p) => `${OPEN}/auth/login?return_to=/${p}`,
  'login_hint of the login': (p) => `${OPEN}/auth/login?login_hint=${p}`,
  'login_hint of the login, as an address': (p) => `${OPEN}/auth/login?login_hint=${p}@x`,
  'organization_id of the login': (p) => `${OPEN}/auth/login?organization_id=${p}`,
  'connection_id of the login': (p) => `${OPEN}/auth/login?connection_id=${p}`,
  'domain_hint of the login': (p) => `${OPEN}/auth/login?domain_hint=${p}`,
  'provider of the login': (p) => `${OPEN}/auth/login?provider=${p}`,
  'prompt of the login': (p) => `${OPEN}/auth/login?prompt=${p}`,
  'idp_initiated_login of the login': (p) => `${OPEN}/auth/login?idp_initiated_login=${p}`,
  'the name of a parameter': (p) => `${OPEN}/auth/login?${p}=1`,
  'query of signed-out': (p) => `${OPEN}/auth/signed-out?local=${p}`,
  'query of logout': (p) => `${OPEN}/auth/logout?${p}`,
  'a path below the base path': (p) => `${OPEN}/auth/${p}`,
}

/** Takes a page apart as far as an injection would show: elements, attributes, and what is left as text. */
async function expectHarmless(response: Response): Promise<void> {
  const type = response.headers.get('Content-Type') ?? ''
  if (type === 'application/problem+json') return
  const html = await response.text()
  const elements = new Set<string>()
  const attributes = new Set<string>()
  const targets: string[] = []
  let style = ''
  const rewriter = new HTMLRewriter().on('*', {
    element(element) {
      elements.add(element.tagName)
      for (const [name = '', value = ''] of element.attributes) {
        attributes.add(name)
        if (/^(href|src|action|formaction)$/.test(name)) targets.push(value)
      }
    },
  })
  rewriter.on('style', {
    text(chunk) {
      style += chunk.text
    },
  })
  await rewriter.transform(new Response(html, { headers: { 'Content-Type': 'text/html' } })).text()
  for (const element of ['script', 'img', 'svg', 'iframe', 'object', 'base'])
    expect(elements).not.toContain(element)
  expect([...attributes].filter((name) => name.startsWith('on'))).toEqual([])
  expect([...elements].filter((name) => name === 'ſcript')).toEqual([])
  expect(
    targets.filter(
      (target) =>
        !/^(\/(?!\/)|https:\/\/(docs|open)\.example\.com\/|mailto:\?subject=[\w%.!~*'()-]*&amp;body=[\w%.!~*'()-]*$)/.test(
          target,
        ),
    ),
  ).toEqual([])
  expect(style).not.toContain('alert')
}

describe.each(Object.entries(PLACES))(
  '%s (CVE-2021-32702, CVE-2024-21496, CVE-2023-52430)',
  (_place, address) => {
    test('comes back nowhere as markup, in no header and under a strict policy', async () => {
      const world = await createWorld()
      for (const payload of PAYLOADS) {
        const url = address(encodeURIComponent(payload))
        const signedIn = world.browser()
        const response = await signedIn.visit(url)
        expect(response.status).toBeLessThan(500)
        for (const [name, value] of response.headers)
          if (name !== 'location') expect(value).not.toContain('alert(1)')
        if (response.headers.get('Content-Type')?.startsWith('text/html')) {
          const policy = response.headers.get('Content-Security-Policy') ?? ''
          expect(policy).toMatch(
            /^default-src 'none'; style-src 'nonce-[\w-]{43}'; base-uri 'none'; frame-ancestors 'none'$/,
          )
          expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
          expect(response.headers.get('X-Frame-Options')).toBe('DENY')
        }
        await expectHarmless(response)
      }
    })
  },
)

test.each(PAYLOADS)(
  '%s as the name and address of a person is text on the page that refuses them',
  async (payload) => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/a`, undefined, { claims: { email: payload, name: payload } })
    const { response } = await browser.open(`${DOCS}/admin/`)
    expect(response.status).toBe(403)
    await expectHarmless(response)
    await expectHarmless(await browser.visit(`${DOCS}/auth/signed-out`))
  },
)

test('a target for the way back that is no path of the site appears nowhere on the page', async () => {
  const world = await createWorld()
  const { response } = await world
    .browser()
    .open(`${OPEN}/auth/login?return_to=https%3A%2F%2Fevil.example%2F`)
  expect(await response.text()).not.toContain('evil.example')
})

test('what nobody should read twice is not in the log: state, code, hint, descriptions', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/secret-place?token=abc`))
  await world.finishLogin(browser, callback)
  const { searchParams } = new URL(callback)
  const log = JSON.stringify(world.log)
  const cookies = browser.cookies.of(new URL(DOCS)).map(({ value }) => value)
  for (const secret of [searchParams.get('state'), searchParams.get('code'), 'token=abc', ...cookies])
    expect(log).not.toContain(secret)
})
