import { expect, test } from 'vitest'
import { issueRefreshToken, verifyRefreshToken } from '../../../src/tokens/refresh-token.ts'
import { signToken } from '../../../src/tokens/signed-token.ts'
import { keyRing, octKey } from '../../support/sample-keys.ts'
import { ann, atSeconds, now } from '../../support/sample-session.ts'

const ring = await keyRing(octKey('k1', 1))
const scope = { issuer: 'https://docs.example.com/auth', audience: 'docs.example.com' }
const expiresAt = atSeconds(60)

test('a refresh token says which session to renew, where it is, and which renewal this is', async () => {
  const refresh = { registry: 'org_1', id: ann.id, generation: 1, expiresAt }
  const token = await issueRefreshToken(refresh, scope, ring)
  expect(await verifyRefreshToken(token, scope, ring, now)).toEqual(refresh)
})

test.each<[string, object]>([
  ['a generation before the first', { gen: 0 }],
  ['half a generation', { gen: 1.5 }],
  ['a generation that is text', { gen: '1' }],
  ['no generation', { gen: undefined }],
  ['no registry', { reg: undefined }],
  ['no session', { sid: undefined }],
])('a signed token with %s renews nothing', async (_case, changes) => {
  const claims = { reg: 'org_1', sid: ann.id, gen: 1, ...changes }
  const token = await signToken('refresh', claims, expiresAt, scope, ring)
  expect(await verifyRefreshToken(token, scope, ring, now)).toBeUndefined()
})
