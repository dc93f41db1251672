import { describe, expect, test } from 'vitest'
import { createWorld, DOCS, OPEN } from '../support/world.ts'

/** What a link may say that the page was, and where the browser ends up. */
const TRICKS: [string, string, string][] = [
  ['another host behind the fragment', '/app#//evil.example', '/app#//evil.example'],
  ['a fragment right behind the slash', '/#//evil.example', '/#//evil.example'],
  ['a backslash in the fragment', '/app#/\\evil.example', '/app#/%5Cevil.example'],
  ['a user name before the fragment', '/#@evil.example/', '/#@evil.example/'],
  ['a second fragment', '/app#a#//evil.example', '/app#a#//evil.example'],
  ['javascript:', '/app#javascript:alert(1)', '/app#javascript:alert(1)'],
  ['the end of a script', '/app#</script><script>alert(1)', '/app#%3C/script%3E%3Cscript%3Ealert(1)'],
  ['quotes', '/app#"onload=alert(1) `x`', '/app#%22onload=alert(1)%20%60x%60'],
  ['a header, encoded', '/app#%0d%0aSet-Cookie:a=b', '/app#%0d%0aSet-Cookie:a=b'],
  ['a header', '/app#\r\nSet-Cookie: a=b', '/'],
  ['a NUL', '/app#\0', '/'],
  ['a tab before two slashes', '/\t/evil.example#/', '/'],
  ['letters that look like slashes', '/app#／／evil.example', '/app#%EF%BC%8F%EF%BC%8Fevil.example'],
  ['line ends of Unicode', '/app#\u2028\u2029\u0085', '/app#%E2%80%A8%E2%80%A9%C2%85'],
  ['writing from right to left', '/app#\u202eelpmaxe.live', '/app#%E2%80%AEelpmaxe.live'],
  ['broken escapes', '/app#%zz%', '/app#%zz%'],
  ['a backslash before the fragment', '/\\evil.example#/app', '/'],
  ['our own routes before the fragment', '/auth/logout#/app', '/'],
  ['only a fragment', '#//evil.example', '/'],
]

describe('a fragment in return_to', () => {
  test.each(TRICKS)('%s stays on the site, in the address', async (_case, returnTo, target) => {
    const world = await createWorld()
    const browser = world.browser()
    const link = `${DOCS}/auth/login?${new URLSearchParams({ return_to: returnTo })}`
    const callback = world.provider.authorize(await world.beginLogin(browser, link))
    const response = await browser.visit(callback, { from: 'cross-site' })
    expect(response.status).toBe(303)
    const location = response.headers.get('Location') ?? ''
    expect(location).toBe(target)
    expect([...response.headers.keys()]).not.toContain('set-cookie: a')
    expect(response.headers.getSetCookie().some((line) => line.startsWith('a='))).toBe(false)
  })

  test.each(TRICKS)('%s is text on the sign-in page', async (_case, returnTo) => {
    const world = await createWorld()
    const link = `${OPEN}/auth/login?${new URLSearchParams({ return_to: returnTo })}`
    const html = await (await world.browser().visit(link)).text()
    expect(html).not.toContain('<script')
    expect(/name="return_to" value="([^"]*)"/.exec(html)?.[1]).not.toMatch(/[<>"\\]/)
  })

  test('is in no line of the log, and in storage only sealed', async () => {
    const world = await createWorld()
    const browser = world.browser()
    const link = `${DOCS}/auth/login?return_to=${encodeURIComponent('/app#/orders/4711-0815')}`
    const callback = world.provider.authorize(await world.beginLogin(browser, link))
    const { keys } = await world.kv.inside.list({ prefix: 'login:' })
    expect(keys).toHaveLength(1)
    for (const { name } of keys) expect(await world.kv.inside.get(name)).not.toContain('4711-0815')
    await browser.visit(callback, { from: 'cross-site' })
    expect(world.log.length).toBeGreaterThan(1)
    expect(JSON.stringify(world.log)).not.toContain('4711-0815')
  })

  test('is not told to Scalekit', async () => {
    const world = await createWorld()
    const link = `${DOCS}/auth/login?return_to=${encodeURIComponent('/app#/orders/4711-0815')}`
    expect(await world.beginLogin(world.browser(), link)).not.toContain('4711-0815')
  })
})
