import { describe, expect, test } from 'vitest'
import { createWorld, DOCS, type World } from '../support/world.ts'

const LOGOUT = `${DOCS}/auth/logout`

async function signedIn() {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/private`)
  return { world, browser }
}

async function logoutUrl(world: World, browser = world.browser()): Promise<string> {
  const response = await browser.request(LOGOUT, { method: 'POST' })
  expect(response.status).toBe(200)
  const { signed_out, logout_url } = (await response.json()) as { signed_out: boolean; logout_url: string }
  expect(signed_out).toBe(true)
  return logout_url
}

describe('a script that signs somebody out', () => {
  test('gets an address of the site, and no ID token to read (OWASP: tokens out of reach of scripts)', async () => {
    const { world, browser } = await signedIn()
    const address = await logoutUrl(world, browser)
    expect(address).toMatch(/^https:\/\/docs\.example\.com\/auth\/logout\?next=[\w.-]+$/)
    const { leavesTo = '' } = await browser.open(address, { from: 'same-origin' })
    expect(leavesTo).toContain(`${world.provider.issuer}/oidc/logout?id_token_hint=eyJ`)
    const idToken = new URL(leavesTo).searchParams.get('id_token_hint') ?? ''
    for (const part of idToken.split('.')) expect(address).not.toContain(part)
    // Nor another one: of a JWT header and payload begin so, which in what is sealed three letters by chance may do.
    expect(address).not.toMatch(/eyJ[\w-]*\.eyJ/)
  })

  test('has an address that is good for ten minutes, on this host, as it is', async () => {
    const { world, browser } = await signedIn()
    const address = await logoutUrl(world, browser)
    const end = `${DOCS}/auth/signed-out?local=1`
    const elsewhere = address.replace('docs.example.com', 'open.example.com')
    const altered = `${address.slice(0, -2)}${address.endsWith('AA') ? 'BB' : 'AA'}`
    const location = async (url: string) => (await browser.visit(url)).headers.get('Location')
    expect(await location(altered)).toBe(end)
    expect(await location(elsewhere)).toBe('https://open.example.com/auth/signed-out?local=1')
    for (const junk of ['', 'x', 'a.b.c', 'https://evil.example/']) {
      expect(await location(`${LOGOUT}?next=${encodeURIComponent(junk)}`)).toBe(end)
    }
    world.clock.advance(10 * 60)
    expect(await location(address)).toBe(end)
  })

  test('that is already signed out is told so', async () => {
    const world = await createWorld()
    expect(await logoutUrl(world)).toContain('/auth/signed-out?local=1')
  })
})

test('a frame behind a service worker, which looks like a page, signs nobody out by itself', async () => {
  const { browser } = await signedIn()
  const frame = { 'Sec-Fetch-Dest': 'empty', 'Sec-Fetch-User': '' }
  const response = await browser.visit(LOGOUT, { from: 'same-origin', headers: frame })
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('Sign out of this site?')
  expect((await browser.request(`${DOCS}/private`)).status).toBe(200)
})
