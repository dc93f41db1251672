import * as v from 'valibot'
import { faultDetail, log } from '../audit/log.ts'
import { ok } from '../base/result.ts'
import type { EpochSeconds } from '../base/time.ts'
import { sha256 } from '../crypto/sha256.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { NO_STORE } from '../pages/response.ts'
import type { SessionSelector } from '../registry/registered-session.ts'
import { readForm } from '../request/read-form.ts'
import { type Answer, refused } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import { verifyScalekitToken } from '../scalekit/id-token.ts'
import { registrantsOf, rememberLogout } from '../session/backchannel-index.ts'
import { revoke } from '../session/revoke.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** What is empty names nobody, and must not keep the other from being looked at. */
const name = v.pipe(
  v.nullish(v.string()),
  v.transform((text) => text || undefined),
)

const claims = v.pipe(
  v.object({
    jti: v.pipe(v.string(), v.nonEmpty(), v.maxLength(256)),
    iat: v.number(),
    sub: name,
    sid: name,
    events: v.object({ [EVENT]: v.object({}) }),
    // Section 2.4: an ID token must not pass for a logout token.
    nonce: v.optional(v.never()),
  }),
  v.check(({ sub, sid }) => (sub ?? sid) !== undefined),
)

/** A logout token is sent right away; an older one is a replay. */
const MAX_AGE_SECONDS = 300

/**
 * `POST /auth/backchannel-logout` (OpenID Connect Back-Channel Logout 1.0): Scalekit says that somebody signed out there.
 * A 404 unless the configuration switches it on.
 */
export async function backchannelLogout(deployment: Deployment, visit: Visit): Promise<Answer> {
  if (!deployment.backchannelLogout) return refused({ reason: 'route_unknown' })
  const { now } = visit
  const tokens = (await readForm(visit.request)).getAll('logout_token')
  const [token] = tokens
  if (token === undefined || tokens.length > 1) return invalid('logout_token')

  const { issuer, clientId } = deployment.scalekit
  const verified = await verifyScalekitToken(token, deployment.keySet.at(now, 'anonymous'), now, {
    issuer,
    audience: clientId,
    requiredClaims: ['iat', 'jti', 'events'],
  })
  if (!verified.ok) {
    const { error } = verified
    return error.reason === 'scalekit_unreachable' ? refused(error) : invalid(error.check)
  }
  const parsed = v.safeParse(claims, verified.value)
  if (!parsed.success) return invalid('claims')
  const { jti, iat, sub, sid } = parsed.output
  if (Math.abs(now - iat) > MAX_AGE_SECONDS) return invalid('iat')

  const { GATEHOUSE_KV: kv } = deployment.env
  const seen = `event:${await sha256(`logout token ${jti}`)}`
  if ((await kv.get(seen)) !== null) return invalid('jti')
  const of = sid === undefined ? { sub } : { sid }
  await rememberLogout(kv, of, iat as EpochSeconds).catch(async (error: unknown) => {
    const what = 'a login under way may miss a back-channel logout'
    await log({ event: 'degraded', what, detail: faultDetail(error) }, visit)
  })
  const registrants = await registrantsOf(kv, of)
  const selector: SessionSelector = {
    ...(sub !== undefined && { subject: sub }),
    ...(sid !== undefined && { scalekitSessionId: sid }),
  }
  const occurredAt = iat as EpochSeconds
  const revoked = await revoke(deployment, visit, {
    registrants,
    selectors: [selector],
    reason: 'backchannel_logout',
    occurredAt,
  })
  if (!revoked.ok) return refused(revoked.error)
  await kv.put(seen, '', { expirationTtl: 2 * MAX_AGE_SECONDS })
  return ok(new Response(null, { headers: NO_STORE }))
}

const invalid = (check: string) => refused({ reason: 'logout_token_invalid', check })
