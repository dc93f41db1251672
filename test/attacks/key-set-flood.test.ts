import { describe, expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
import { ACME, newSigningKey } from '../support/openid-provider.ts'
import { createWorld, DOCS, shownCode, type World } from '../support/world.ts'

const down = () => new Response('down', { status: 500 })

/** What anybody can send: no cookie, no login, a token that looks like one of Scalekit's. */
const knock = async (world: World, hint: string) =>
  (await world.browser().open(`${DOCS}/auth/login?idp_initiated_login=${hint}`)).response

describe('while Scalekit’s keys cannot be had and none are kept', () => {
  test('a flood of anonymous tokens is one request to Scalekit in ten seconds, not one each', async () => {
    const world = await createWorld()
    world.provider.keysEndpoint = down
    const hint = await world.provider.idpInitiatedLogin()
    for (let time = 0; time < 30; time += 1) {
      const response = await knock(world, hint)
      expect(response.status).toBe(503)
      expect(await shownCode(response)).toBe('scalekit_unreachable')
    }
    expect(world.provider.count('/keys')).toBe(1)
    world.clock.advance(10)
    for (let time = 0; time < 30; time += 1) await knock(world, hint)
    expect(world.provider.count('/keys')).toBe(2)
  })

  test('tokens that come at once share one request', async () => {
    const world = await createWorld()
    world.provider.keysEndpoint = down
    const hint = await world.provider.idpInitiatedLogin()
    await Promise.all(Array.from({ length: 30 }, () => knock(world, hint)))
    expect(world.provider.count('/keys')).toBe(1)
  })

  test('the flood does not keep the next genuine login out once they can be had', async () => {
    const world = await createWorld()
    world.provider.keysEndpoint = down
    const hint = await world.provider.idpInitiatedLogin()
    for (let time = 0; time < 5; time += 1) await knock(world, hint)
    world.provider.keysEndpoint = undefined
    expect((await world.signIn(world.browser(), `${DOCS}/a`)).response.status).toBe(200)
  })

  test('tokens with a kid of their own do not multiply requests while kept keys have passed their day', async () => {
    const world = await createWorld()
    await world.signIn(world.browser(), `${DOCS}/a`)
    const before = world.provider.count('/keys')
    world.clock.advance(25 * 60 * 60)
    world.provider.keysEndpoint = down
    const hint = await world.provider.idpInitiatedLogin({}, await newSigningKey('snk_junk'))
    for (let time = 0; time < 30; time += 1) await knock(world, hint)
    expect(world.provider.count('/keys')).toBe(before + 1)
  })
})

describe('junk tokens that name an unknown key', () => {
  test.each(['login', 'callback'])(
    'sent to /auth/%s right after a key rotation do not keep the next genuine login out',
    async (route) => {
      const world = await createWorld()
      await world.signIn(world.browser(), `${DOCS}/a`)
      const junk = await world.provider.idpInitiatedLogin({}, await newSigningKey('snk_junk'))
      for (let time = 0; time < 3; time += 1)
        await world.browser().open(`${DOCS}/auth/${route}?idp_initiated_login=${junk}`)
      world.provider.keys = [await newSigningKey('snk_2')]
      world.clock.advance(1)
      expect((await world.signIn(world.browser(), `${DOCS}/b`)).response.status).toBe(200)
    },
  )

  test('and a refetch that one of them caused serves logins too', async () => {
    const world = await createWorld()
    await world.signIn(world.browser(), `${DOCS}/a`)
    world.provider.keys = [await newSigningKey('snk_2')]
    await knock(world, await world.provider.idpInitiatedLogin({}, await newSigningKey('snk_junk')))
    const before = world.provider.count('/keys')
    expect((await world.signIn(world.browser(), `${DOCS}/b`)).response.status).toBe(200)
    expect(world.provider.count('/keys')).toBe(before)
  })
})

test('a logout token that comes while no keys can be had is a 503 of Scalekit’s, not a fault of ours', async () => {
  const config = defineConfig({
    backchannelLogout: true,
    sites: { 'docs.example.com': { organization: ACME, upstream: assets() } },
  })
  const world = await createWorld({ config })
  world.provider.keysEndpoint = down
  const claims = { iss: world.provider.issuer, aud: world.provider.clientId, iat: world.clock.seconds }
  const token = await world.provider.sign({ ...claims, jti: 'j', events: {}, sid: 'ses_1' })
  const request = () =>
    new Request(`${DOCS}/auth/backchannel-logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
    })
  for (let time = 0; time < 5; time += 1) {
    const response = await world.fetch(request())
    expect([response.status, await shownCode(response)]).toEqual([503, 'scalekit_unreachable'])
    expect(world.log.at(-1)?.refusal).toMatchObject({ reason: 'scalekit_unreachable', endpoint: 'keys' })
  }
  expect(world.provider.count('/keys')).toBe(1)
})
