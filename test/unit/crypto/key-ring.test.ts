import { base64url, generateSecret } from 'jose'
import { describe, expect, test } from 'vitest'
import { parseKeyRing } from '../../../src/crypto/key-ring.ts'
import { ecKey, keyRing, octKey, sampleSecret } from '../../support/sample-keys.ts'

const parse = (...keys: unknown[]) => parseKeyRing(JSON.stringify({ keys }))

test.each([
  ['are not there', undefined],
  ['are cut off', '{"keys":[{"kty":"oct"'],
  ['sign no sessions', JSON.stringify({ keys: [ecKey('e1')] })],
])('where keys %s, a copy goes before new ones, which sign everybody out', async (_case, text) => {
  const ring = await parseKeyRing(text)
  expect(ring.ok ? '' : ring.error.join()).toMatch(
    /put your copy of the keys there.*`npx gatehouse keys new` makes new ones, which sign everybody out/,
  )
})

describe('a key ring', () => {
  test('signs with the first oct key and verifies with all', async () => {
    const ring = await keyRing(octKey('new', 2), ecKey('e1'), octKey('old', 1))
    expect(ring.current.kid).toBe('new')
    expect([...ring.symmetric.keys()]).toEqual(['new', 'old'])
    expect([...(ring.symmetric.get('old')?.secret ?? [])]).toEqual([...sampleSecret(1)])
  })

  test('publishes EC keys only, and their public halves only (RFC 7517 section 9.3)', async () => {
    const ring = await keyRing(octKey('k1', 1), ecKey('e2'), ecKey('e1'))
    const { x, y } = ecKey('e1')
    const publicHalf = { kty: 'EC', crv: 'P-256', x, y, alg: 'ES256', use: 'sig' }
    expect(ring.assertionPublicKeys).toEqual([
      { ...publicHalf, kid: 'e2' },
      { ...publicHalf, kid: 'e1' },
    ])
  })

  test.each<[string, object]>([
    ['no alg', { ...octKey('k1', 1), alg: undefined }],
    ['more than 32 bytes', octKey('k1', 1, 64)],
    ['a kid of 64 characters', octKey('k'.repeat(64), 1)],
    ['further members', { ...octKey('k1', 1), use: 'sig', key_ops: ['sign'], ext: true }],
    ['padding', { ...octKey('k1', 1), k: `${octKey('k1', 1).k}=` }],
  ])('takes an oct key with %s', async (_case, key) => {
    expect(await parse(key)).toMatchObject({ ok: true })
  })
})

const SECRET = octKey('k1', 1).k

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'is not set'],
  ['an empty text', '', 'is not set'],
  ['spaces', ' \n', 'is not set'],
  ['something that is no text', { keys: [octKey('k1', 1)] }, 'is not set'],
  ['no JSON', SECRET, 'is not a JWK Set'],
  ['half a JSON', '{"keys":[', 'is not a JWK Set'],
  ['a single key', JSON.stringify(octKey('k1', 1)), 'is not a JWK Set'],
  ['a list of keys', JSON.stringify([octKey('k1', 1)]), 'is not a JWK Set'],
  ['null', 'null', 'is not a JWK Set'],
  ['keys that are no list', '{"keys":{}}', 'is not a JWK Set'],
  ['no keys', '{"keys":[]}', 'has no oct key'],
  ['EC keys only', JSON.stringify({ keys: [ecKey('e1')] }), 'has no oct key'],
])('%s is no key ring', async (_case, text, problem) => {
  const parsed = await parseKeyRing(text)
  expect(parsed).toMatchObject({ ok: false, error: [expect.stringContaining(`GATEHOUSE_KEYS ${problem}`)] })
  expect(JSON.stringify(parsed)).not.toContain(SECRET)
})

test.each<[string, unknown]>([
  ['31 bytes (RFC 7518 section 3.2)', octKey('bad', 1, 31)],
  ['no bytes', octKey('bad', 1, 0)],
  ['bytes in no known encoding', { ...octKey('bad', 1), k: '!'.repeat(64) }],
  ['no kid', { ...octKey('bad', 1), kid: undefined }],
  ['an empty kid', octKey('', 1)],
  ['a kid of 65 characters, which would be in every token', octKey('k'.repeat(65), 1)],
  ['a kid that is a number', { ...octKey('bad', 1), kid: 1 }],
  ['another algorithm', { ...octKey('bad', 1), alg: 'HS512' }],
  ['a type nobody uses here', { ...octKey('bad', 1), kty: 'RSA' }],
  ['no private half', { ...ecKey('bad'), d: undefined }],
  ['another curve', { ...ecKey('bad'), crv: 'P-384' }],
  ['a short coordinate', { ...ecKey('bad'), x: ecKey('bad').x.slice(2) }],
  ['a long private half', { ...ecKey('bad'), d: `${ecKey('bad').d}AA` }],
  ['another algorithm for an EC key', { ...ecKey('bad'), alg: 'ES384' }],
  ['nothing: it is null', null],
  ['nothing: it is a text', 'bad'],
])('a key with %s is a problem that names its place and quotes nothing', async (_case, key) => {
  const parsed = await parse(octKey('k1', 1), key)
  expect(parsed).toMatchObject({ ok: false, error: [expect.stringContaining('GATEHOUSE_KEYS, key 2, ')] })
  const told = JSON.stringify(parsed)
  for (const secret of [octKey('x', 1).k, ecKey('x').d, '!!!!']) expect(told).not.toContain(secret)
})

const oct = (bytes: Uint8Array) => ({ kty: 'oct', kid: 'bad', k: base64url.encode(bytes) })

test.each<[string, object, string]>([
  ['one byte again and again', oct(new Uint8Array(32).fill(7)), 'it repeats itself'],
  ['bytes that count', oct(Uint8Array.from({ length: 32 }, (_, at) => at)), 'it is a sequence'],
  ['words', oct(new TextEncoder().encode('correct horse battery staple 2026')), 'it is readable text'],
  ['few bytes', oct(new Uint8Array(32).with(0, 9).with(9, 3)), 'it has few different bytes'],
])('a secret of %s is a problem that names its place and quotes nothing', async (_case, key, why) => {
  const parsed = await parse(octKey('k1', 1), key)
  const problem = `GATEHOUSE_KEYS, key 2, is not random, so it is no secret: ${why}; \`npx gatehouse keys new\` makes one`
  expect(parsed).toEqual({ ok: false, error: [problem] })
})

test.each<[string, object]>([
  ['a private half of another key', { d: base64url.encode(sampleSecret(3)) }],
  ['a private half of zero', { d: base64url.encode(new Uint8Array(32)) }],
  ['a point that is not on the curve', { x: ecKey('e').y }],
  ['two public coordinates in the wrong order', { x: ecKey('e').y, y: ecKey('e').x }],
])('an EC key with %s is a problem (SEC 1 section 3.2.2)', async (_case, changes) => {
  const parsed = await parse(octKey('k1', 1), ecKey('e1'), { ...ecKey('e2'), ...changes })
  expect(parsed).toMatchObject({
    ok: false,
    error: [expect.stringContaining('GATEHOUSE_KEYS, key 3, is no key pair')],
  })
  expect(JSON.stringify(parsed)).not.toContain(ecKey('e').d)
})

test('two keys of one name are a problem, of whatever type they are', async () => {
  expect(await parse(octKey('k', 1), octKey('k', 2))).toMatchObject({
    ok: false,
    error: [expect.stringContaining('key 2, has the same kid')],
  })
  expect(await parse(octKey('k', 1), ecKey('k'))).toMatchObject({
    ok: false,
    error: [expect.stringContaining('key 2, has the same kid')],
  })
})

test('all problems are told at once', async () => {
  const parsed = await parse(null, octKey('a', 1, 31), ecKey('b'), ecKey('b'))
  expect(parsed.ok ? [] : parsed.error.map((problem) => problem.slice(0, 24))).toEqual([
    'GATEHOUSE_KEYS, key 1, i',
    'GATEHOUSE_KEYS, key 2, i',
    'GATEHOUSE_KEYS, key 4, h',
    'GATEHOUSE_KEYS has no oc',
  ])
})

test('keys of a general generator are keys for us', async () => {
  const generated = (await generateSecret('HS256', { extractable: true })) as CryptoKey
  const bytes = new Uint8Array((await crypto.subtle.exportKey('raw', generated)) as ArrayBuffer)
  expect(await parse({ kty: 'oct', kid: 'k', k: base64url.encode(bytes) })).toMatchObject({ ok: true })
})
