import { expect, test } from 'vitest'
import { newSigningKey } from '../support/openid-provider.ts'
import { createWorld, DOCS, shownCode } from '../support/world.ts'

const OTHER_MODULUS = (await newSigningKey('snk_1')).published.n

test('Scalekit rotates its keys in mid-life: the next login fetches the new set and succeeds', async () => {
  const world = await createWorld()
  await world.signIn(world.browser(), `${DOCS}/a`)
  world.provider.keys.push(await newSigningKey('snk_2'))
  expect((await world.signIn(world.browser(), `${DOCS}/b`)).response.status).toBe(200)
  expect(world.provider.count('/keys')).toBe(2)
})

test('a key that Scalekit has withdrawn stops working once the set is fetched again', async () => {
  const world = await createWorld()
  await world.signIn(world.browser(), `${DOCS}/a`)
  const stolen = world.provider.signer
  world.provider.keys = [await newSigningKey('snk_2')]
  await world.signIn(world.browser(), `${DOCS}/b`)
  const { response } = await world.signIn(world.browser(), `${DOCS}/c`, undefined, { key: stolen })
  expect(await shownCode(response)).toBe('id_token_invalid')
})

test('the key set is fetched anew after a day, so a withdrawn key does not outlive it', async () => {
  const world = await createWorld()
  await world.signIn(world.browser(), `${DOCS}/a`)
  const stolen = world.provider.signer
  world.provider.keys = [await newSigningKey('snk_2')]
  world.clock.advance(24 * 60 * 60)
  const { response } = await world.signIn(world.browser(), `${DOCS}/b`, undefined, { key: stolen })
  expect(await shownCode(response)).toBe('id_token_invalid')
})

test('unknown key ids cause at most one fetch a minute, so that they cannot be used to flood Scalekit', async () => {
  const world = await createWorld()
  await world.signIn(world.browser(), `${DOCS}/a`)
  const foreign = await newSigningKey('snk_unknown')
  const hint = await world.provider.idpInitiatedLogin({}, foreign)
  const knock = () => world.browser().open(`${DOCS}/auth/login?idp_initiated_login=${hint}`)
  for (let time = 0; time < 5; time += 1) expect((await knock()).response.status).toBe(403)
  expect(world.provider.count('/keys')).toBe(2)
  world.clock.advance(60)
  await knock()
  expect(world.provider.count('/keys')).toBe(3)
})

test('a fetch that fails keeps the keys at hand', async () => {
  const world = await createWorld()
  await world.signIn(world.browser(), `${DOCS}/a`)
  world.provider.keysEndpoint = () => new Response('down', { status: 500 })
  const foreign = await newSigningKey('snk_unknown')
  const { response } = await world.signIn(world.browser(), `${DOCS}/b`, undefined, { key: foreign })
  expect(await shownCode(response)).toBe('id_token_invalid')
  expect((await world.signIn(world.browser(), `${DOCS}/c`)).response.status).toBe(200)
})

test('keys past their day still serve while Scalekit is down', async () => {
  const world = await createWorld()
  await world.signIn(world.browser(), `${DOCS}/a`)
  world.provider.keysEndpoint = () => new Response('down', { status: 500 })
  world.clock.advance(25 * 60 * 60)
  expect((await world.signIn(world.browser(), `${DOCS}/b`)).response.status).toBe(200)
})

test.each<[string, () => Response]>([
  ['an error', () => new Response('down', { status: 500 })],
  ['a redirect', () => Response.redirect('https://evil.example/keys', 302)],
  ['a page', () => new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } })],
  ['an empty set', () => Response.json({ keys: [] })],
])('a cold isolate that gets %s for the keys answers 503 and lets nobody in', async (_case, answer) => {
  const world = await createWorld()
  const browser = world.browser()
  world.provider.keysEndpoint = answer
  const { response } = await world.signIn(browser, `${DOCS}/a`)
  expect(response.status).toBe(503)
  expect(await shownCode(response)).toBe('scalekit_unreachable')
  expect(response.headers.get('Retry-After')).toBe('5')
  expect(world.log.at(-1)?.refusal).toMatchObject({ reason: 'scalekit_unreachable', endpoint: 'keys' })
  expect(browser.cookie(DOCS, '__Host-gh-session')).toBeUndefined()
})

test('the key set is fetched without following redirects: nobody else can provide keys (CVE-2024-21498)', async () => {
  const world = await createWorld()
  const seen: string[] = []
  world.provider.keysEndpoint = ({ redirect }) => {
    seen.push(redirect)
    return new Response(null, { status: 500 })
  }
  await world.signIn(world.browser(), `${DOCS}/a`)
  expect(seen).toEqual(['manual'])
})

test.each<[string, (good: object) => unknown[], number]>([
  ['the same key twice', (good) => [good, good], 200],
  ['keys that nobody can use', (good) => [null, { kid: 'snk_1' }, { kty: 'AKP', kid: 'snk_1' }, good], 200],
  ['two different keys under one name', (good) => [good, { ...good, n: OTHER_MODULUS }], 403],
])(
  'where Scalekit publishes %s, a login ends as it should (RFC 7517 section 5)',
  async (_case, keys, status) => {
    const world = await createWorld()
    world.provider.keysEndpoint = () => Response.json({ keys: keys(world.provider.signer.published) })
    for (const isolate of ['first', 'next']) {
      const { response } = await world.signIn(world.browser(), `${DOCS}/${isolate}`)
      expect(response.status).toBe(status)
      world.deploy()
    }
  },
)
