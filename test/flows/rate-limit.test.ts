import { expect, test } from 'vitest'
import { createWorld, DOCS, LOCAL, realEnv, shownCode } from '../support/world.ts'

test.each(['/auth/login', '/auth/callback?code=c&state=s'])(
  'past the limit %s answers 429 with Retry-After, to people and to scripts, and stores nothing',
  async (path) => {
    const world = await createWorld()
    world.deploy({ env: { LOGIN_RATE_LIMIT: { limit: async () => ({ success: false }) } } })
    const browser = world.browser()
    const page = await browser.visit(DOCS + path)
    expect(page.status).toBe(429)
    expect(page.headers.get('Retry-After')).toBe('60')
    expect(await shownCode(page)).toBe('rate_limited')
    expect(page.headers.get('Content-Type')).toContain('text/html')
    const problem = await browser.request(DOCS + path, { headers: { 'Sec-Fetch-Dest': 'document' } })
    expect(problem.status).toBe(429)
    expect(await problem.json()).toMatchObject({ code: 'rate_limited', status: 429 })
    expect(world.kv.operations).toEqual([])
  },
)

test('a callback that is held back does not use the login up', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a`))
  world.deploy({ env: { LOGIN_RATE_LIMIT: { limit: async () => ({ success: false }) } } })
  expect((await world.finishLogin(browser, callback)).response.status).toBe(429)
  world.deploy()
  expect((await world.finishLogin(browser, callback)).url).toBe(`${DOCS}/a`)
})

test('the limit of wrangler.toml holds one address back and not the next', async () => {
  const world = await createWorld()
  world.deploy({ env: { LOGIN_RATE_LIMIT: realEnv.LOGIN_RATE_LIMIT } })
  const browser = world.browser()
  const knock = async (address: string) =>
    (await browser.visit(`${DOCS}/auth/callback?state=s`, { headers: { 'CF-Connecting-IP': address } }))
      .status
  let accepted = 0
  while (accepted < 200 && (await knock('192.0.2.1')) === 400) accepted += 1
  // Twice as many where a new minute began in between.
  expect(accepted).toBeGreaterThanOrEqual(60)
  expect(accepted).toBeLessThanOrEqual(120)
  expect(await knock('192.0.2.2')).toBe(400)
})

test('IPv6 addresses of one /64 are one client, and others are others (CVE-2026-45364)', async () => {
  const world = await createWorld()
  const keyOf = async (address: string): Promise<string | undefined> => {
    await world.browser().visit(`${DOCS}/auth/login`, { headers: { 'CF-Connecting-IP': address } })
    return world.limited.at(-1)
  }
  const own = await keyOf('2001:db8:1:2:3:4:5:6')
  expect(own).toBe('login:2001:0db8:0001:0002::/64')
  for (const same of ['2001:db8:1:2::1', '2001:DB8:1:2:ffff:ffff:ffff:ffff', '2001:0db8:0001:0002:0::'])
    expect(await keyOf(same)).toBe(own)
  for (const other of ['2001:db8:1:3::1', '2001:db8:1::2', '::1', '192.0.2.1'])
    expect(await keyOf(other)).not.toBe(own)
  expect(await keyOf('192.0.2.1')).toBe('login:192.0.2.1')
})

test('X-Forwarded-For does not make another client of anybody', async () => {
  const world = await createWorld()
  const headers = {
    'CF-Connecting-IP': '192.0.2.1',
    'X-Forwarded-For': '198.51.100.7',
    'X-Real-IP': '198.51.100.7',
  }
  await world.browser().visit(`${DOCS}/auth/login`, { headers })
  expect(world.limited).toEqual(['login:192.0.2.1'])
})

test('pages, sessions and logouts are not counted', async () => {
  const world = await createWorld()
  const browser = world.browser()
  for (const path of ['/', '/a', '/auth/session', '/auth/logout', '/auth/health'])
    await browser.visit(DOCS + path)
  expect(world.limited).toEqual([])
})

test('logins are counted whatever the host, and not on a developer’s machine', async () => {
  const world = await createWorld()
  await world.signIn(world.browser(), `${LOCAL}/a`)
  expect(world.limited.map((key) => key.split(':')[0])).toEqual(['login', 'callback'])
  world.deploy({ env: { GATEHOUSE_DEVELOPMENT: '1' } })
  for (const site of [LOCAL, DOCS]) await world.signIn(world.browser(), `${site}/a`)
  expect(world.limited).toHaveLength(2)
})
