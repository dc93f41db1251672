import { expect, test } from 'vitest'
import { ACME } from '../support/openid-provider.ts'
import { createWorld, DOCS, shownCode } from '../support/world.ts'

test('a host that is not configured is a 421, and reaches no page', async () => {
  const world = await createWorld()
  for (const host of ['evil.example', 'docs.example.com.evil.example', 'xdocs.example.com', 'example.com']) {
    const { response } = await world.browser().open(`https://${host}/`)
    expect(response.status).toBe(421)
    expect(await shownCode(response)).toBe('unknown_site')
  }
  expect(world.pages.requests).toEqual([])
})

test.each(['https://DOCS.example.com/a', 'https://docs.example.com./a', 'https://docs.example.com:8443/a'])(
  'another spelling of a host is the same site: %s (CVE-2026-48794)',
  async (address) => {
    const world = await createWorld()
    expect((await world.fetch(new Request(address))).status).toBe(401)
    const login = await world.fetch(
      new Request(`${new URL(address).origin}/auth/login`, { redirect: 'manual' }),
    )
    const asked = new URL(login.headers.get('Location') ?? '').searchParams
    expect(asked.get('organization_id')).toBe(ACME)
    expect(asked.get('redirect_uri')).toBe(`${DOCS}/auth/callback`)
  },
)

test('plain http is sent to https for good, with its query, before anything else is done', async () => {
  const world = await createWorld()
  for (const path of ['/a?b=c', '/', '/auth/login?return_to=/x', '/auth/callback?code=c&state=s']) {
    const response = await world.browser().visit(`http://docs.example.com${path}`)
    expect(response.status).toBe(308)
    expect(response.headers.get('Location')).toBe(DOCS + path)
    expect(response.headers.get('Strict-Transport-Security')).toBe('max-age=31536000')
    expect(response.headers.getSetCookie()).toEqual([])
  }
  expect(world.kv.operations).toEqual([])
})

test('localhost stays on http, without HSTS', async () => {
  const world = await createWorld()
  const response = await world.browser().visit('http://localhost:8787/a')
  expect(response.headers.get('Location')).toBe('http://localhost:8787/auth/login?return_to=%2Fa')
  expect(response.headers.has('Strict-Transport-Security')).toBe(false)
})

test('our own answers over https carry HSTS', async () => {
  const world = await createWorld()
  const response = await world.browser().visit(`${DOCS}/a`)
  expect(response.headers.get('Strict-Transport-Security')).toBe('max-age=31536000')
})
