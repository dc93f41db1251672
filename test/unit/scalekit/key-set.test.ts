import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { exportJWK, generateKeyPair } from 'jose'
import { afterEach, describe, expect, test } from 'vitest'
import type { EpochSeconds } from '../../../src/base/time.ts'
import type { Env } from '../../../src/deployment/environment.ts'
import { verifyScalekitToken } from '../../../src/scalekit/id-token.ts'
import { KeySet, type TokenSource } from '../../../src/scalekit/key-set.ts'
import { atSeconds, now } from '../../support/sample-session.ts'
import { failed, ISSUER, idTokenClaims, publishedKey, token } from '../../support/sample-tokens.ts'

const noWait = async (): Promise<void> => {}

const { GATEHOUSE_KV: kv } = env as unknown as Env

afterEach(() => reset())

const DAY = 24 * 60 * 60
const CURRENT = { keys: [publishedKey] }
/** The same key under another name stands for the environment's keys before a rotation. */
const BEFORE = { keys: [{ ...publishedKey, kid: 'snk_0' }] }

const { publicKey: otherPublicKey } = await generateKeyPair('RS256')
const otherKey = { ...(await exportJWK(otherPublicKey)), kid: 'snk_1', alg: 'RS256', use: 'sig' }

/** An environment that publishes the last of these answers from then on, and counts how often it is asked. */
function environment(...answers: unknown[]) {
  const asked: { url: string; redirect: string | undefined }[] = []
  const fetcher = async (input: unknown, init?: RequestInit) => {
    asked.push({ url: String(input), redirect: init?.redirect })
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    if (answer instanceof Error) throw answer
    if (answer instanceof Response) return answer.clone()
    return Response.json(answer)
  }
  return { asked, fetch: fetcher as typeof fetch, publish: (answer: unknown) => answers.splice(0, 9, answer) }
}

const signed = await token({ ...idTokenClaims, exp: now + 40 * DAY })
const unknownKid = await token(idTokenClaims, { kid: 'snk_9' })

async function verify(
  keySet: KeySet,
  at: EpochSeconds = now,
  text = signed,
  source: TokenSource = 'token_endpoint',
) {
  const verified = await verifyScalekitToken(text, keySet.at(at, source), at)
  return verified.ok ? 'accepted' : failed(verified.error)
}

describe('keys come', () => {
  test('from the network the first time, then from memory for a day', async () => {
    const { asked, fetch } = environment(CURRENT)
    const keySet = new KeySet(ISSUER, kv, fetch, noWait)
    for (const at of [0, 1, 60, DAY - 1]) expect(await verify(keySet, atSeconds(at))).toBe('accepted')
    expect(asked).toEqual([{ url: `${ISSUER}/keys`, redirect: 'manual' }])
    await verify(keySet, atSeconds(DAY))
    expect(asked).toHaveLength(2)
  })

  test('from KV in the next isolate, until they are a day old', async () => {
    await verify(new KeySet(ISSUER, kv, environment(CURRENT).fetch, noWait))
    const { asked, fetch } = environment(CURRENT)
    expect(await verify(new KeySet(ISSUER, kv, fetch, noWait), atSeconds(DAY - 1))).toBe('accepted')
    expect(asked).toHaveLength(0)
    expect(await verify(new KeySet(ISSUER, kv, fetch, noWait), atSeconds(DAY))).toBe('accepted')
    expect(asked).toHaveLength(1)
  })

  test('from storage under the issuer, with the time they were fetched', async () => {
    await verify(new KeySet(ISSUER, kv, environment(CURRENT).fetch, noWait))
    expect(await kv.get(`jwks:${ISSUER}`, 'json')).toEqual({ fetched_at: now, jwks: CURRENT })
    const { asked, fetch } = environment(CURRENT)
    await verify(new KeySet('https://other.scalekit.dev', kv, fetch, noWait))
    expect(asked.map(({ url }) => url)).toEqual(['https://other.scalekit.dev/keys'])
  })

  test.each([
    ['no JSON', 'x'],
    ['another shape', '{"keys":[]}'],
    ['no keys', `{"fetched_at":${now},"jwks":{"keys":[]}}`],
    ['no time', '{"jwks":{"keys":[{"kty":"RSA"}]}}'],
  ])('from the network where storage has %s', async (_case, text) => {
    await kv.put(`jwks:${ISSUER}`, text)
    const { asked, fetch } = environment(CURRENT)
    expect(await verify(new KeySet(ISSUER, kv, fetch, noWait))).toBe('accepted')
    expect(asked).toHaveLength(1)
  })

  test('from the network where KV neither reads nor writes', async () => {
    const down = { get: () => Promise.reject(new Error('KV')), put: () => Promise.reject(new Error('KV')) }
    const { fetch } = environment(CURRENT)
    expect(await verify(new KeySet(ISSUER, down as unknown as KVNamespace, fetch, noWait))).toBe('accepted')
  })
})

describe('an unknown kid', () => {
  test('fetches the keys that were rotated, for this isolate and the next', async () => {
    const { asked, fetch, publish } = environment(BEFORE)
    const before = new KeySet(ISSUER, kv, fetch, noWait)
    expect(await verify(before)).toBe('kid')
    publish(CURRENT)
    expect(await verify(before, atSeconds(60))).toBe('accepted')
    const rest = environment(CURRENT)
    expect(await verify(new KeySet(ISSUER, kv, rest.fetch, noWait), atSeconds(61))).toBe('accepted')
    expect([asked.length, rest.asked.length]).toEqual([3, 0])
  })

  test('fetches at most once a minute', async () => {
    const { asked, fetch } = environment(CURRENT)
    const keySet = new KeySet(ISSUER, kv, fetch, noWait)
    await verify(keySet)
    for (const at of [0, 1, 59]) expect(await verify(keySet, atSeconds(at), unknownKid)).toBe('kid')
    expect(asked).toHaveLength(2)
    expect(await verify(keySet, atSeconds(60), unknownKid)).toBe('kid')
    expect(asked).toHaveLength(3)
  })

  test('does not keep known ones from being verified', async () => {
    const { fetch } = environment(CURRENT)
    const keySet = new KeySet(ISSUER, kv, fetch, (milliseconds) => scheduler.wait(milliseconds))
    expect(await Promise.all([verify(keySet, now, unknownKid), verify(keySet)])).toEqual(['kid', 'accepted'])
    expect(await verify(keySet, atSeconds(1))).toBe('accepted')
  })

  test.each<[string, unknown]>([
    ['the network fails', new Error('Network connection lost.')],
    ['the answer is an error', new Response('', { status: 500 })],
    ['the answer is a redirect', Response.redirect('https://evil.example/keys', 302)],
    ['the answer is no JSON', new Response('<html>')],
    ['the set is empty', { keys: [] }],
  ])('keeps the keys at hand when %s, and asks again a minute later', async (_case, answer) => {
    const { asked, fetch, publish } = environment(CURRENT)
    const keySet = new KeySet(ISSUER, kv, fetch, noWait)
    await verify(keySet)
    publish(answer)
    expect(await verify(keySet, atSeconds(60), unknownKid)).toBe('kid')
    expect(await verify(keySet, atSeconds(61))).toBe('accepted')
    expect(asked).toHaveLength(2)
    publish({ keys: [publishedKey, { ...publishedKey, kid: 'snk_9' }] })
    expect(await verify(keySet, atSeconds(120), unknownKid)).toBe('accepted')
  })
})

describe('without any keys', () => {
  test.each<[string, unknown]>([
    ['the network fails', new Error('Network connection lost.')],
    ['the answer is an error', new Response('', { status: 503 })],
    ['the answer is a redirect', Response.redirect('https://evil.example/keys', 302)],
    ['the answer is an error with keys in it', Response.json(CURRENT, { status: 404 })],
    ['the answer is empty', new Response('')],
    ['the answer is no JSON', new Response('<html>')],
    ['the answer is no key set', []],
    ['the set is empty', { keys: [] }],
    ['the set is no list', { keys: publishedKey }],
    ['a key has no type', { keys: [{ kid: 'snk_1' }] }],
    ['a key is null', { keys: [null] }],
  ])('verification says so when %s, and works as soon as they can be had', async (_case, answer) => {
    const { fetch, publish } = environment(answer)
    const keySet = new KeySet(ISSUER, kv, fetch, noWait)
    expect(await verify(keySet)).toMatch(`${ISSUER}/keys: `)
    publish(CURRENT)
    expect(await verify(keySet, atSeconds(1))).toBe('accepted')
  })

  test.each<[TokenSource, number]>([
    ['token_endpoint', 1],
    ['anonymous', 10],
  ])('a token of the source %s asks again after %i s and not before', async (source, pause) => {
    const { asked, fetch } = environment(new Error('Network connection lost.'))
    const keySet = new KeySet(ISSUER, kv, fetch, noWait)
    for (const at of [0, 0, pause - 1]) {
      const said = await verify(keySet, atSeconds(at), signed, source)
      expect(said).toBe(`${ISSUER}/keys: Network connection lost.`)
    }
    expect(asked).toHaveLength(1)
    await verify(keySet, atSeconds(pause), signed, source)
    expect(asked).toHaveLength(2)
  })

  test('storage is not read again before then', async () => {
    const reads: string[] = []
    const counting = { get: async (key: string) => void reads.push(key) } as unknown as KVNamespace
    const { fetch } = environment(new Error('Network connection lost.'))
    const keySet = new KeySet(ISSUER, counting, fetch, noWait)
    for (let time = 0; time < 5; time += 1) await verify(keySet, now, signed, 'anonymous')
    expect(reads).toHaveLength(1)
  })

  test('an attempt that is cancelled, and so never ends, holds others back no longer than one that failed', async () => {
    const { asked, fetch } = environment(CURRENT)
    const reads: Promise<null>[] = [new Promise(() => {})]
    const storage = { get: () => reads.pop() ?? Promise.resolve(null), put: async () => {} }
    const keySet = new KeySet(ISSUER, storage as unknown as KVNamespace, fetch, noWait)
    void verify(keySet)
    expect(await verify(keySet)).toMatch(`${ISSUER}/keys`)
    expect(await verify(keySet, atSeconds(1))).toBe('accepted')
    expect(asked).toHaveLength(1)
  })
})

describe('what anybody can send does not use up what logins need', () => {
  test('unknown kids of anonymous tokens', async () => {
    const { asked, fetch, publish } = environment(BEFORE)
    const keySet = new KeySet(ISSUER, kv, fetch, noWait)
    for (let time = 0; time < 5; time += 1)
      expect(await verify(keySet, now, unknownKid, 'anonymous')).toBe('kid')
    publish(CURRENT)
    expect(await verify(keySet, atSeconds(1))).toBe('accepted')
    expect(asked).toHaveLength(3)
  })

  test('nor anonymous tokens while no keys can be had', async () => {
    const { fetch, publish } = environment(new Error('Network connection lost.'))
    const keySet = new KeySet(ISSUER, kv, fetch, noWait)
    await verify(keySet, now, signed, 'anonymous')
    publish(CURRENT)
    expect(await verify(keySet)).toBe('accepted')
  })

  test('and what an anonymous token made us fetch serves logins', async () => {
    const { asked, fetch, publish } = environment(BEFORE)
    const keySet = new KeySet(ISSUER, kv, fetch, noWait)
    await verify(keySet)
    publish(CURRENT)
    await verify(keySet, now, unknownKid, 'anonymous')
    expect(await verify(keySet)).toBe('accepted')
    expect(asked).toHaveLength(3)
  })
})

test('a refetch that failed is tried again after the back-off, so that a rotation is not missed for a minute', async () => {
  const { fetch, publish } = environment(BEFORE)
  const keySet = new KeySet(ISSUER, kv, fetch, noWait)
  expect(await verify(keySet, now, await token(idTokenClaims, { kid: 'snk_0' }))).toBe('accepted')
  publish(new Error('Network connection lost.'))
  expect(await verify(keySet)).toBe('kid')
  publish(CURRENT)
  expect(await verify(keySet)).toBe('kid')
  expect(await verify(keySet, atSeconds(1))).toBe('accepted')
})

test('keys past their day still verify while no others can be had', async () => {
  const { fetch, publish } = environment(CURRENT)
  const keySet = new KeySet(ISSUER, kv, fetch, noWait)
  await verify(keySet)
  publish(new Error('Network connection lost.'))
  expect(await verify(keySet, atSeconds(30 * DAY))).toBe('accepted')
})

test('a rotation met by many logins at once costs one download and none of the logins, and so does a flood of forgeries', async () => {
  const { asked, fetch, publish } = environment(CURRENT)
  const keySet = new KeySet(ISSUER, kv, fetch, (milliseconds) => scheduler.wait(milliseconds))
  await verify(keySet)
  publish({ keys: [publishedKey, { ...publishedKey, kid: 'snk_9' }] })
  const logins = Array.from({ length: 20 }, () => verify(keySet, now, unknownKid))
  const forged = await token(idTokenClaims, { kid: 'snk_666' })
  const forgeries = Array.from({ length: 20 }, () => verify(keySet, now, forged))
  expect(new Set(await Promise.all(logins))).toEqual(new Set(['accepted']))
  expect(new Set(await Promise.all(forgeries))).toEqual(new Set(['kid']))
  expect(asked).toHaveLength(2)
})

test.each<[string, readonly object[], string]>([
  ['the key of the token’s kid, among others', [{ ...publishedKey, kid: 'snk_0' }, publishedKey], 'accepted'],
  ['two keys of one kid: neither', [publishedKey, otherKey], 'kid'],
  ['the same key twice', [publishedKey, { ...publishedKey }], 'accepted'],
  [
    'the same key twice, once with what we do not know',
    [publishedKey, { ...publishedKey, x: 1 }],
    'accepted',
  ],
  ['a key for encryption', [{ ...publishedKey, use: 'enc' }], 'kid'],
  ['a key for another algorithm', [{ ...publishedKey, alg: 'RS512' }], 'kid'],
  ['a key of another kind', [{ kty: 'oct', k: 'AAAA', kid: publishedKey.kid }], 'kid'],
])('of what is published, a token is verified by %s (RFC 8725 section 3.1)', async (_case, keys, outcome) => {
  expect(await verify(new KeySet(ISSUER, kv, environment({ keys }).fetch, noWait))).toBe(outcome)
})

describe.each<[string, unknown]>([
  ['null', null],
  ['a text', 'key'],
  ['one without a type', { kid: 'snk_1' }],
  ['one of an unknown type', { kty: 'AKP', kid: 'snk_1', alg: 'ML-DSA-65', pub: 'AAAA' }],
  ['one without a modulus', { kty: 'RSA', kid: 'snk_1', e: 'AQAB' }],
  ['one whose modulus is no number', { ...publishedKey, n: '!' }],
  ['one whose modulus is empty', { ...publishedKey, n: '' }],
  ['one too short to be safe', { ...publishedKey, n: publishedKey.n?.slice(0, 100) }],
  ['one whose name is no text', { ...publishedKey, kid: 1 }],
  ['one for encryption', { ...otherKey, use: 'enc' }],
  ['one with a private half', { ...otherKey, d: 'AQAB' }],
])('a key that cannot be used beside the good one is ignored (RFC 7517 section 5): %s', (_case, key) => {
  test.each([
    ['before', [key, publishedKey]],
    ['after', [publishedKey, key]],
  ])('%s it, from the network and from storage', async (_place, keys) => {
    const nowhere = environment(new Error('Network connection lost.'))
    for (const text of [signed, await token(idTokenClaims, { kid: undefined })]) {
      await reset()
      expect(await verify(new KeySet(ISSUER, kv, environment({ keys }).fetch, noWait), now, text)).toBe(
        'accepted',
      )
      expect(await verify(new KeySet(ISSUER, kv, nowhere.fetch, noWait), now, text)).toBe('accepted')
      await kv.put(`jwks:${ISSUER}`, JSON.stringify({ fetched_at: now, jwks: { keys } }))
      expect(await verify(new KeySet(ISSUER, kv, nowhere.fetch, noWait), now, text)).toBe('accepted')
    }
  })
})
