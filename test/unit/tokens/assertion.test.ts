import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { beforeEach, expect, test, vi } from 'vitest'
import type { EpochSeconds } from '../../../src/base/time.ts'
import { parseKeyRing } from '../../../src/crypto/key-ring.ts'
import { newKeys } from '../../../src/crypto/new-keys.ts'
import { Assertions } from '../../../src/tokens/assertion.ts'
import type { SessionId } from '../../../src/tokens/session.ts'
import { ann } from '../../support/sample-session.ts'

const scope = { issuer: 'https://docs.example.com/auth', audience: 'docs.example.com' }
/** The first second of a half-minute. */
const start = 1_800_000_000 as EpochSeconds
const at = (seconds: number) => (start + seconds) as EpochSeconds

const ring = await parseKeyRing(await newKeys())
if (!ring.ok || ring.value.assertion === undefined) throw new Error('no keys')
const { assertion: key, assertionPublicKeys } = ring.value
let assertions: Assertions

beforeEach(() => {
  assertions = new Assertions(key)
})

test('says who is there, for one audience and a minute, and verifies with the published key', async () => {
  const token = await assertions.about(ann, scope, start)
  expect(decodeProtectedHeader(token)).toEqual({ typ: 'JWT', alg: 'ES256', kid: key.kid })
  const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [...assertionPublicKeys] }), {
    algorithms: ['ES256'],
    ...scope,
    currentDate: new Date(start * 1000),
  })
  expect(payload).toEqual({
    iss: scope.issuer,
    aud: scope.audience,
    sub: ann.subject,
    email: ann.email,
    name: ann.name,
    org: ann.organizationId,
    conn: ann.connectionId,
    roles: ann.roles,
    groups: ann.groups,
    sid: ann.id,
    iat: start,
    exp: start + 60,
  })
})

test('what a session does not have is not claimed', async () => {
  const bare = {
    ...ann,
    email: undefined,
    name: undefined,
    organizationId: undefined,
    connectionId: undefined,
  }
  const token = await assertions.about(bare, scope, start)
  const payload = JSON.parse(atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')))
  expect(Object.keys(payload).sort()).toEqual(['aud', 'exp', 'groups', 'iat', 'iss', 'roles', 'sid', 'sub'])
})

test('one signature serves a session for half a minute, for parallel requests too', async () => {
  const sign = vi.spyOn(crypto.subtle, 'sign')
  const tokens = await Promise.all([0, 0, 1, 29].map((seconds) => assertions.about(ann, scope, at(seconds))))
  expect(new Set(tokens).size).toBe(1)
  expect(sign).toHaveBeenCalledTimes(1)
  const next = await assertions.about(ann, scope, at(30))
  expect(next).not.toBe(tokens[0])
  expect(sign).toHaveBeenCalledTimes(2)
  sign.mockRestore()
})

test.each([
  ['another session', { ...ann, id: 'other' as SessionId }, scope],
  ['another host', ann, { issuer: 'https://app.example.com/auth', audience: 'app.example.com' }],
  ['another audience', ann, { ...scope, audience: 'urn:backend' }],
])('%s gets a signature of its own', async (_case, session, itsScope) => {
  const first = await assertions.about(ann, scope, start)
  const second = await assertions.about(session, itsScope, start)
  expect(second).not.toBe(first)
  expect(second.split('.')[1]).not.toBe(first.split('.')[1])
})
