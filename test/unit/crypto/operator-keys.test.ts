import { describe, expect, test } from 'vitest'
import { parseOperatorKeys } from '../../../src/crypto/operator-keys.ts'
import { ecKey, keyRing, octKey } from '../../support/sample-keys.ts'

const { d: _, ...publicKey } = ecKey('operator-1')
const set = (...keys: unknown[]) => JSON.stringify({ keys })

const problemsOf = async (value: unknown, ring?: Awaited<ReturnType<typeof keyRing>>) => {
  const parsed = await parseOperatorKeys(value, ring)
  return parsed.ok ? [] : parsed.error
}

test.each([
  ['text', set(publicKey)],
  ['an object, as wrangler.jsonc can have it', { keys: [publicKey] }],
])('public keys are read from %s', async (_case, value) => {
  const parsed = await parseOperatorKeys(value, undefined)
  expect(parsed.ok && [...parsed.value.keys()]).toEqual(['operator-1'])
})

describe('is a problem in words, which quotes no key:', () => {
  test.each<[string, unknown, string]>([
    ['no JSON', 'operator-1', 'is not a JWK Set'],
    ['a key alone', JSON.stringify(publicKey), 'is not a JWK Set'],
    ['no object', 7, 'is not a JWK Set'],
    ['null', null, 'is not a JWK Set'],
    ['keys that are none', set(null), 'is not a JWK Set'],
    ['no key', set(), 'holds no key'],
    ['too many', set(...Array.from({ length: 51 }, () => publicKey)), 'more than 50'],
    ['a private key', set(publicKey, ecKey('operator-2')), 'key 2, is a secret'],
    ['a secret', set(octKey('k1', 1)), 'key 1, is a secret'],
    ['an RSA key', set({ kty: 'RSA', kid: 'r', n: 'x', e: 'AQAB' }), 'not a public EC P-256 key'],
    ['another curve', set({ ...publicKey, crv: 'P-384' }), 'not a public EC P-256 key'],
    ['another algorithm', set({ ...publicKey, alg: 'ES384' }), 'not a public EC P-256 key'],
    ['a key to encrypt with', set({ ...publicKey, use: 'enc' }), 'not a public EC P-256 key'],
    ['no kid', set({ ...publicKey, kid: undefined }), 'not a public EC P-256 key'],
    ['a kid without end', set({ ...publicKey, kid: 'k'.repeat(65) }), 'not a public EC P-256 key'],
    ['half a coordinate', set({ ...publicKey, x: 'AAAA' }), 'not a public EC P-256 key'],
    ['one kid twice', set(publicKey, publicKey), 'key 2, has the same kid'],
    ['no point of the curve (CVE-2015-7940)', set({ ...publicKey, y: publicKey.x }), 'is no point of P-256'],
  ])('%s', async (_case, value, sentence) => {
    const problems = await problemsOf(value)
    expect(problems.join('\n')).toContain(sentence)
    expect(problems.join('\n')).not.toContain(publicKey.x)
    expect(problems.join('\n')).not.toContain(ecKey('').d)
  })

  test('a key that the Worker signs with', async () => {
    const ring = await keyRing(octKey('k1', 1), ecKey('e1'))
    expect(await problemsOf(set(publicKey), ring)).toEqual([
      expect.stringContaining('key 1, is a key of GATEHOUSE_KEYS'),
    ])
  })
})
