import { faultDetail, log } from '../audit/log.ts'
import { err, ok, type Result } from '../base/result.ts'
import { sha256 } from '../crypto/sha256.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { json } from '../pages/response.ts'
import type { Revocation } from '../registry/registered-session.ts'
import type { RegistryUnreachable } from '../registry/registry.ts'
import { type Answer, refused } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import { parseEvent, type ScalekitEvent } from '../scalekit/events.ts'
import { verifyWebhook } from '../scalekit/webhook-signature.ts'
import { rolesAskedFor } from '../session/kept-names.ts'
import { revoke } from '../session/revoke.ts'
import { noteOwner, withoutForeign } from './connection-owners.ts'
import { revocationsOf } from './revocation.ts'

/** Longer than Scalekit's retries go on, which is 28 hours. */
const SEEN_SECONDS = 3 * 24 * 60 * 60
/** KV takes keys of 512 bytes. */
const MAX_KEY_LENGTH = 200
const DEADLINE_MS = 900

/**
 * `POST /auth/webhooks`: Scalekit's events. Verified over the raw bytes, applied once, answered with 200 whatever the type,
 * so that nothing is sent again in vain. Only a registry that cannot be reached asks for another delivery.
 *
 * That an event was seen is noted in KV, which may forget to tell another place for a minute: an event that is applied
 * twice ends the same sessions.
 */
export async function webhooks(deployment: Deployment, visit: Visit): Promise<Answer> {
  const { request, now } = visit
  const { webhookSecrets, env } = deployment
  if (webhookSecrets.length === 0) return refused({ reason: 'route_unknown' })
  const body = new Uint8Array(await request.arrayBuffer())
  const verified = await verifyWebhook(webhookSecrets, request.headers, body, now)
  if (!verified.ok) return refused(verified.error)

  const event = parseEvent(new TextDecoder().decode(body))
  if (event === undefined) return refused({ reason: 'webhook_invalid', check: 'body' })
  visit.trail.whose = { organizationId: event.organization_id ?? undefined }
  await noteOwner(deployment, event).catch(async (error: unknown) => {
    await log(
      { event: 'degraded', what: 'whose a connection is was not noted', detail: faultDetail(error) },
      visit,
    )
  })
  const scope = {
    ...deployment.eventScope,
    roles: rolesAskedFor(deployment, { extensions: visit.extensions }),
  }
  const revocations = revocationsOf(event, scope)
  if (revocations.length === 0) {
    await log({ event: 'webhook_ignored', type: event.type, why: 'ends no session' }, visit)
    return ok(json({ received: true, applied: false }))
  }
  const key = `event:${event.id.length <= MAX_KEY_LENGTH ? event.id : await sha256(event.id)}`
  const seen = await env.GATEHOUSE_KV.get(key).catch(() => null)
  if (seen !== null) {
    await log({ event: 'webhook_ignored', type: event.type, why: 'seen before' }, visit)
    return ok(json({ received: true, applied: false }))
  }
  const applying = apply(deployment, visit, event, revocations)
  // What is not finished by the deadline goes on: the next delivery finds less to do.
  visit.waitUntil(applying)
  const applied = await Promise.race([applying, deadline()])
  if (!applied.ok) return refused(applied.error)
  await env.GATEHOUSE_KV.put(key, '', { expirationTtl: SEEN_SECONDS }).catch(async (error: unknown) => {
    await log(
      { event: 'degraded', what: 'an event was not noted as seen', detail: faultDetail(error) },
      visit,
    )
  })
  return ok(json({ received: true, applied: true }))
}

async function apply(
  deployment: Deployment,
  visit: Visit,
  event: ScalekitEvent,
  revocations: readonly Revocation[],
): Promise<Result<unknown, RegistryUnreachable>> {
  const applied = await Promise.all(
    revocations.map(async (revocation) => {
      const registrants = await withoutForeign(deployment, event, revocation.registrants)
      return revoke(deployment, visit, { ...revocation, registrants })
    }),
  )
  return applied.find(({ ok: done }) => !done) ?? ok(undefined)
}

/** An answer within a second, whatever the registry does: what was not finished by then is delivered again. */
async function deadline(): Promise<Result<never, RegistryUnreachable>> {
  // In real time, and not by `effects`: how long somebody waits for the answer is no matter of the clock that decides.
  await scheduler.wait(DEADLINE_MS)
  return err({ reason: 'registry_unreachable', detail: `no answer within ${DEADLINE_MS} ms` })
}
