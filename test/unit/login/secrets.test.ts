import { expect, test } from 'vitest'
import { randomSecret } from '../../../src/crypto/random-secret.ts'
import { sha256 } from '../../../src/crypto/sha256.ts'

test('the code challenge is the S256 of RFC 7636 appendix B', async () => {
  expect(await sha256('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  )
})

test('a state is stored under its hash, which does not give it away', async () => {
  expect(await sha256('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
})

test('secrets are 256 random bits in the alphabet of a code verifier (RFC 7636 section 4.1)', () => {
  const secrets = Array.from({ length: 100 }, randomSecret)
  for (const secret of secrets) expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(new Set(secrets).size).toBe(100)
})
