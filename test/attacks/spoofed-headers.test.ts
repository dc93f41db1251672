import { describe, expect, test } from 'vitest'
import { APP, createWorld, DOCS } from '../support/world.ts'

/** Headers that made some gatekeeper believe that a request was another one, or had been checked already. */
const SPOOFS: readonly Record<string, string>[] = [
  { 'X-Forwarded-Uri': '/' },
  { 'X-Forwarded-Uri': '/public/x' },
  { 'X-Forwarded-Path': '/public/x' },
  { 'X-Forwarded-Prefix': '/public' },
  { 'X-Forwarded-Method': 'GET' },
  { 'X-Forwarded-Host': 'open.example.com' },
  { 'X-Forwarded-Host': 'evil.example' },
  { 'X-Forwarded-Server': 'evil.example' },
  { 'X-Forwarded-Proto': 'http' },
  { 'X-Forwarded-Port': '80' },
  { 'X-Forwarded-For': '127.0.0.1' },
  { 'X-Real-IP': '127.0.0.1' },
  { Forwarded: 'for=127.0.0.1;host=localhost;proto=http' },
  { 'X-Original-URL': '/public/x' },
  { 'X-Original-URI': '/public/x' },
  { 'X-Original-Method': 'GET' },
  { 'X-Original-Host': 'localhost' },
  { 'X-Rewrite-URL': '/public/x' },
  { 'X-Override-URL': '/public/x' },
  { 'X-HTTP-Method-Override': 'GET' },
  { 'X-HTTP-Method': 'GET' },
  { 'X-Method-Override': 'GET' },
  { 'X-Middleware-Subrequest': 'src/middleware:src/middleware:src/middleware' },
  { 'X-Middleware-Prefetch': '1' },
  { 'X-Auth-Request-Redirect': 'https://evil.example' },
  { 'X-Forwarded-User': 'admin' },
  { 'X-Forwarded-Email': 'jane@acme.example' },
  { 'Gatehouse-Assertion': 'eyJ.a.b' },
  { 'X-Gatehouse-Checked': '1' },
  { 'Cf-Access-Authenticated-User-Email': 'jane@acme.example' },
  { 'Cf-Access-Jwt-Assertion': 'eyJ.a.b' },
  { Authorization: 'Bearer eyJ.a.b' },
  { Authorization: 'Basic YWRtaW46YWRtaW4=' },
  { 'CF-Connecting-IP': '127.0.0.1' },
  { 'CF-Worker': 'example.com' },
  { 'CF-Visitor': '{"scheme":"http"}' },
  { 'User-Agent': 'GoogleHC/1.0' },
  { 'User-Agent': 'kube-probe/1.30' },
  { Host: 'open.example.com' },
]

/** All that a caller can tell apart, without what is different each time. */
async function answerTo(path: string, method: string, headers: Record<string, string>): Promise<string> {
  const world = await createWorld()
  const request = new Request(DOCS + path, {
    method,
    headers: {
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Dest': 'document',
      'CF-Ray': '8a1b2c3d4e5f6071-ZRH',
      ...headers,
    },
    redirect: 'manual',
  })
  const response = await world.fetch(request)
  const shown = [...response.headers].filter(
    ([name]) => !['location', 'set-cookie', 'content-security-policy'].includes(name),
  )
  const location = response.headers.get('Location')?.replace(/scalekit\.test.*/, '') ?? ''
  const redirectUri = new URL(response.headers.get('Location') ?? DOCS).searchParams.get('redirect_uri')
  const body = (await response.text()).replace(/nonce="[^"]*"|Time: [\d:.TZ-]+/g, '')
  const reached = world.pages.requests.map(({ url, method: used }) => `${used} ${url}`)
  return JSON.stringify([response.status, shown, location.replace(/env-\w+/, ''), redirectUri, body, reached])
}

describe.each(SPOOFS.map((headers) => [JSON.stringify(headers), headers] as const))(
  '%s changes nothing (CVE-2026-40575, CVE-2025-29927, CVE-2026-34457, CVE-2024-21494)',
  (_name, headers) => {
    test.each([
      ['/', 'GET'],
      ['/private', 'GET'],
      ['/private', 'POST'],
      ['/forms/x', 'POST'],
      ['/auth/login', 'GET'],
      ['/auth/nothing', 'GET'],
      ['/auth/logout', 'POST'],
      ['/auth/session', 'GET'],
    ])('for %s with %s', async (path, method) => {
      expect(await answerTo(path, method, headers)).toBe(await answerTo(path, method, {}))
    })
  },
)

test('the callback URL comes from the configured host, whatever headers say (CVE-2024-21494)', async () => {
  const world = await createWorld()
  const headers = { 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example', Host: 'evil.example' }
  const response = await world.browser().visit(`${DOCS}/auth/login`, { headers })
  const asked = new URL(response.headers.get('Location') ?? '').searchParams
  expect(asked.get('redirect_uri')).toBe(`${DOCS}/auth/callback`)
})

describe('the pages get no word under our names but ours', () => {
  const SPELLINGS = [
    'X-Forwarded-User',
    'x-forwarded-user',
    'X_Forwarded_User',
    'X-Forwarded_User',
    'X-FORWARDED-EMAIL',
    'x_forwarded_email',
    'X-Forwarded-Preferred-Username',
    'X-Forwarded-Groups',
    'X_Forwarded_Groups',
    'Gatehouse-Assertion',
    'gatehouse_assertion',
    'Gatehouse-Anything',
  ]

  test.each(SPELLINGS)(
    '%s is removed, with a session and on public paths (CVE-2025-64484, CVE-2026-30851)',
    async (name) => {
      const world = await createWorld()
      const browser = world.browser()
      await world.signIn(browser, `${APP}/a`)
      await browser.request(`${APP}/b`, { headers: { [name]: 'admin', Connection: name } })
      await browser.request(`${DOCS}/public/x`, { headers: { [name]: 'admin' } })
      expect(world.pages.requests).toHaveLength(3)
      for (const { headers } of world.pages.requests)
        for (const [header, value] of headers) expect(`${header}: ${value}`).not.toContain('admin')
    },
  )

  test('our cookies are removed, and those of the site arrive', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`)
    browser.cookies.plant(new URL(APP), 'theme', 'dark')
    browser.cookies.plant(new URL(APP), 'gh-session', 'unprefixed')
    browser.cookies.plant(new URL(APP), '__Host-gh-login-AAAAAAAA', 'x')
    await browser.request(`${APP}/b`)
    expect(world.pages.last?.headers.get('Cookie')).toBe('theme=dark')
  })

  test('Connection takes no header of ours away from the site (CVE-2025-48865, CVE-2024-45410)', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`)
    const names =
      'X-Forwarded-User, Gatehouse-Assertion, gatehouse_assertion, X-Forwarded-Host, CF-Connecting-IP'
    await browser.request(`${APP}/b`, {
      headers: { Connection: `close, ${names}`, 'CF-Connecting-IP': '203.0.113.7' },
    })
    const { headers } = world.pages.last ?? new Request(APP)
    expect(headers.get('Connection')).toBeNull()
    expect(headers.get('X-Forwarded-User')).toContain('jane')
    expect(headers.get('Gatehouse-Assertion')).toMatch(/^eyJ/)
    expect(headers.get('X-Forwarded-Host')).toBe('app.example.com')
    expect(headers.get('X-Forwarded-For')).toBe('203.0.113.7')
  })
})
