import { expect, test } from 'vitest'
import { createSimulator } from '../../simulator/simulator.ts'
import { authorizeUrl, ISSUER } from './drive.ts'

/** A page of another site works the simulator on the developer's machine, or spoils what it shows. */

const tokenOf = (claims: object) =>
  ['{"alg":"RS256"}', JSON.stringify(claims), 'x'].map((part) => btoa(part).replace(/=+$/, '')).join('.')

test.each([1e300, -1e300, 8.64e12 + 1])(
  'a token whose time is %d leaves the list of requests readable',
  async (exp) => {
    const simulator = createSimulator()
    await simulator.request(`${ISSUER}/oidc/logout?id_token_hint=${tokenOf({ exp })}`)
    for (const path of ['', '/newer?than=0']) {
      const list = await simulator.request(`${ISSUER}/operator/requests${path}`)
      expect(list.status).toBe(200)
      expect(await list.text()).toContain('id_token_hint')
    }
  },
)

test('no page of another site can frame what the list is made of, with its buttons', async () => {
  const simulator = createSimulator()
  await simulator.request(authorizeUrl({ redirect_uri: 'https://evil.example/auth/callback' }))
  const items = await simulator.request(`${ISSUER}/operator/requests/newer?than=0`)
  expect(await items.text()).toContain('Allow it here')
  expect(items.headers.get('Content-Security-Policy')).toContain("frame-ancestors 'none'")
  expect(items.headers.get('X-Content-Type-Options')).toBe('nosniff')
})

test('a form with a hundred thousand parameters does not fill the memory', async () => {
  const simulator = createSimulator()
  const body = new URLSearchParams('a&'.repeat(100_000))
  await simulator.request(`${ISSUER}/oauth/token`, { method: 'POST', body })
  await simulator.request(`${ISSUER}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ ['n'.repeat(200_000)]: 'x' }),
  })
  const nested = tokenOf({ deep: { groups: Array(20_000).fill('group') } })
  await simulator.request(`${ISSUER}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ id_token_hint: nested }),
  })
  const { length } = await (await simulator.request(`${ISSUER}/simulator/requests`)).text()
  expect(length).toBeLessThan(30_000)
})

test('one group that is no list does not break the page that saves it', async () => {
  const simulator = createSimulator()
  const saved = await simulator.request(`${ISSUER}/operator/people/save`, {
    method: 'POST',
    body: new URLSearchParams({
      connection_id: 'conn_30000000000000002',
      email: 'new@acme.example',
      attributes: '{"groups":"admins"}',
    }),
  })
  expect(saved.status).toBe(303)
})

test.each(['/operator', '/operator/requests', '/simulator', '/'])(
  'a name of somebody else that leads to this machine does not open %s',
  async (path) => {
    const simulator = createSimulator()
    const seen = await simulator.request(`http://evil.example:8788${path}`)
    expect(seen.status).toBe(421)
  },
)

test('a name of somebody else that leads to this machine signs nobody in', async () => {
  const simulator = createSimulator()
  const answer = await simulator.request('http://evil.example:8788/operator/addresses/add', {
    method: 'POST',
    headers: { Origin: 'http://evil.example:8788' },
    body: new URLSearchParams({ list: 'post_login_uris', uri: 'https://evil.example/callback' }),
  })
  expect(answer.status).toBe(421)
  const state = await simulator.request(`${ISSUER}/simulator`)
  expect(await state.text()).not.toContain('evil.example')
})
