import * as v from 'valibot'
import type { Refusal } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'
import type { EpochSeconds } from '../base/time.ts'
import type { FindKey } from '../crypto/jwt.ts'
import { verifyScalekitToken } from '../scalekit/id-token.ts'
import { CONNECTION_ID, ORGANIZATION_ID } from '../scalekit/ids.ts'
import type { KeysUnreachable } from '../scalekit/key-set.ts'
import type { Selectors } from './authorization-request.ts'

/** What an IdP-initiated login asks for: which connection to sign in with, and perhaps where to go. */
export interface IdpInitiatedLogin {
  readonly selectors: Selectors
  /** Comes from the identity provider: a candidate like any other, and never a `state`. */
  readonly relayState: string | undefined
}

const claims = v.pipe(
  v.object({
    connection_id: v.optional(v.pipe(v.string(), v.regex(CONNECTION_ID))),
    organization_id: v.optional(v.pipe(v.string(), v.regex(ORGANIZATION_ID))),
    login_hint: v.optional(v.pipe(v.string(), v.maxLength(320))),
    relay_state: v.optional(v.string()),
    exp: v.number(),
  }),
  v.check((hint) => (hint.connection_id ?? hint.organization_id) !== undefined),
)

/**
 * Verifies the hint that Scalekit sends when a person starts at their identity provider. It signs nobody in:
 * an ordinary login follows, and that is why neither a replay nor a stolen hint is worth anything.
 *
 * The issuer is not compared, since Scalekit's one sample carries the application's own address; a signature
 * by the environment's keys is what counts, and the kind: any other token that Scalekit signs is refused.
 */
export async function verifyIdpInitiatedLogin(
  token: string,
  findKey: FindKey<KeysUnreachable>,
  now: EpochSeconds,
): Promise<Result<IdpInitiatedLogin, Refusal>> {
  const verified = await verifyScalekitToken(token, findKey, now, { requiredClaims: ['exp'] })
  if (!verified.ok) {
    const { error } = verified
    return err(
      error.reason === 'scalekit_unreachable'
        ? error
        : { reason: 'idp_initiated_invalid', check: error.check },
    )
  }
  const parsed = v.safeParse(claims, verified.value)
  if (!parsed.success || 'sub' in verified.value)
    return err({ reason: 'idp_initiated_invalid', check: 'kind' })
  const { connection_id, organization_id, login_hint, relay_state } = parsed.output
  return ok({
    selectors: {
      ...(connection_id !== undefined && { connectionId: connection_id }),
      ...(organization_id !== undefined && { organizationId: organization_id }),
      ...(login_hint !== undefined && login_hint !== '' && { loginHint: login_hint }),
    },
    relayState: relay_state,
  })
}
