import * as v from 'valibot'
import type { EpochSeconds } from '../base/time.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import type { SessionId } from './session.ts'
import { signToken, type TokenScope, verifyToken } from './signed-token.ts'

/**
 * Which session to renew, where it is registered, and which renewal of it this is. Says nothing about the
 * person.
 */
export interface RefreshToken {
  /** The name of the registry object. */
  readonly registry: string
  readonly id: SessionId
  readonly generation: number
  /** The session's idle or absolute limit, whichever comes first. */
  readonly expiresAt: EpochSeconds
}

const claims = v.object({
  reg: v.string(),
  sid: v.string(),
  gen: v.pipe(v.number(), v.integer(), v.minValue(1)),
  exp: v.number(),
})

export const issueRefreshToken = (
  { registry, id, generation, expiresAt }: RefreshToken,
  scope: TokenScope,
  keyRing: KeyRing,
): Promise<string> =>
  signToken('refresh', { reg: registry, sid: id, gen: generation }, expiresAt, scope, keyRing)

/** @returns what to renew, or `undefined` for whatever is not a refresh token of this host */
export async function verifyRefreshToken(
  token: string,
  scope: TokenScope,
  keyRing: KeyRing,
  now: EpochSeconds,
): Promise<RefreshToken | undefined> {
  const parsed = v.safeParse(claims, await verifyToken('refresh', token, scope, keyRing, now))
  if (!parsed.success) return undefined
  const { reg, sid, gen, exp } = parsed.output
  return { registry: reg, id: sid as SessionId, generation: gen, expiresAt: exp as EpochSeconds }
}
