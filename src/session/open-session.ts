import { log } from '../audit/log.ts'
import type { Refusal } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'
import { after, type EpochSeconds, elapsed, type Seconds } from '../base/time.ts'
import { randomSecret } from '../crypto/random-secret.ts'
import { sealCompactly } from '../crypto/sealing.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { NewSession, Opened } from '../registry/registered-session.ts'
import { askRegistry, registry } from '../registry/registry.ts'
import { registrantOf, registryName } from '../registry/registry-name.ts'
import type { Extensions, Visit } from '../request/visit.ts'
import type { Identity } from '../scalekit/id-token.ts'
import type { HandoffTicket } from '../tokens/handoff-ticket.ts'
import type { Claims, Person, Session, SessionId } from '../tokens/session.ts'
import { fitsIntoCookie, SESSION_TOKEN_MAX_BYTES } from '../tokens/session-token.ts'
import { isLoggedOut, rememberForBackchannelLogout } from './backchannel-index.ts'
import { keptNames, registeredNames } from './kept-names.ts'
import { type HeldSession, heldSession } from './presented.ts'
import { sessionCookies } from './session-cookies.ts'

export interface OpenedSession {
  readonly session: Session
  /** `Set-Cookie` values. */
  readonly cookies: readonly string[]
}

/** A login that passed every check. */
export interface FinishedLogin {
  readonly identity: Identity
  readonly by: IdTokenLogin | HandedOver
  /** When it began, by Scalekit's clock. */
  readonly begunAt: EpochSeconds
  /** When it came back, by ours: a person may take their time before the session is opened. */
  readonly finishedAt: EpochSeconds
}

/** At the host that talks to Scalekit. */
export interface IdTokenLogin {
  readonly idToken: string
}

/** On the word of the login host. */
export type HandedOver = Pick<HandoffTicket, 'id' | 'parent' | 'registry' | 'until'>

/**
 * Opens a session for a verified identity: always a new one, whatever cookies came along (CVE-2026-34454), and the one
 * that the browser held before ends.
 */
export async function openSession(
  deployment: Deployment,
  visit: Visit,
  { identity, by, begunAt, finishedAt }: FinishedLogin,
): Promise<Result<OpenedSession, Refusal>> {
  const { keyRing, session: limits } = deployment
  const { now, site, request } = visit
  const person = personOf(identity, visit)
  const handedOver = 'parent' in by ? by : undefined
  const id = handedOver?.id ?? (randomSecret() as SessionId)
  const authenticatedAt = Math.min(identity.authenticatedAt ?? finishedAt, now) as EpochSeconds
  const added = await addedClaims(visit, { ...person, authenticatedAt })
  if (!added.ok) return added
  const claims = added.value && JSON.stringify(added.value)
  const name = handedOver?.registry ?? registryName(person, site.registryShards)
  const absolute = Math.min(limits.absolute, elapsed(now, handedOver?.until ?? NEVER)) as Seconds
  const until = after(now, absolute)
  const endsAt = Math.min(after(now, limits.idle), until) as EpochSeconds
  const made = await sessionCookies(
    deployment,
    visit,
    { registry: name, id, generation: 1 },
    { ...person, claims, authenticatedAt, endsAt, until },
  )
  if (!fitsIntoCookie(made.token)) {
    return err({ reason: 'session_too_large', bytes: made.token.length, limit: SESSION_TOKEN_MAX_BYTES })
  }

  if (handedOver === undefined && (await isLoggedOut(deployment, identity, begunAt)))
    return err({ reason: 'access_withdrawn', cause: 'backchannel_logout' })

  const previous = await heldSession(deployment, visit)
  const replaced = visit.trail.whose
  visit.trail.whose = person
  const session: NewSession = {
    ...person,
    ...registeredNames(deployment, identity, visit),
    id,
    parent: handedOver?.parent,
    host: visit.url.host,
    scalekitSessionId: identity.scalekitSessionId,
    userAgent: request.headers.get('User-Agent')?.slice(0, 256),
    place: placeOf(visit),
    sealedIdToken:
      'parent' in by
        ? new Uint8Array()
        : await sealCompactly(by.idToken, { purpose: 'ID token', record: id }, keyRing),
    claims,
    authenticatedAt,
    begunAt,
    issuedAt: identity.issuedAt,
    idle: limits.idle,
    absolute,
    replaces: previous?.registry === name ? previous.id : undefined,
  }
  const opened = await askRegistry<Opened>(async () => registry(deployment, name).open(session, now))
  if (!opened.ok) return opened
  if (opened.value.kind !== 'opened') return err(notOpened(opened.value))
  // A session that is found by its parent needs no index of its own.
  if (handedOver === undefined)
    await rememberForBackchannelLogout(deployment, visit, identity, registrantOf(person))
  if (previous !== undefined && previous.registry !== name) await endElsewhere(deployment, visit, previous)

  if (previous !== undefined) await log({ event: 'session_ended', reason: 'replaced' }, visit, replaced)
  visit.trail.whose = { ...person, id }
  await log({ event: 'login_succeeded' }, visit)
  return ok(made)
}

function notOpened(outcome: Exclude<Opened, { kind: 'opened' }>): Refusal {
  if (outcome.kind === 'revoked') return { reason: 'access_withdrawn', cause: outcome.reason }
  return { reason: outcome.kind === 'repeated' ? 'ticket_repeated' : 'login_host_session_ended' }
}

/** Far beyond any limit. */
const NEVER = Number.MAX_SAFE_INTEGER as EpochSeconds

/** What a session remembers of an identity. */
export const personOf = (identity: Identity, visit: Visit): Person => {
  const { subject, organizationId, connectionId, email, name } = identity
  return { subject, organizationId, connectionId, email, name, ...keptNames(identity, visit) }
}

/** What the application around Gatehouse adds. */
async function addedClaims(
  { extensions: { onLogin }, site }: Visit,
  person: Parameters<NonNullable<Extensions['onLogin']>>[0],
): Promise<Result<Claims | undefined, Refusal>> {
  // A login host that is no site has nothing to add to: the sites are asked when they open their own.
  return onLogin === undefined || !site.hasPages ? ok(undefined) : onLogin(person)
}

/** The browser changes over to another organization. Its old session is not worth failing the new one for. */
async function endElsewhere(deployment: Deployment, visit: Visit, previous: HeldSession): Promise<void> {
  const ended = await askRegistry(async () =>
    registry(deployment, previous.registry).replace(previous.id, visit.now),
  )
  if (!ended.ok) {
    await log(
      { event: 'degraded', what: 'the replaced session was not ended', detail: ended.error.detail },
      visit,
    )
  }
}

/** Town and country as Cloudflare's network tells them, for a person to recognise a session by. A stand-in for it on this machine makes them up. */
function placeOf({ request: { cf }, url }: Visit): string | undefined {
  if (url.isLocal) return undefined
  const place = [cf?.['city'], cf?.['country']].filter((part) => typeof part === 'string' && part !== '')
  return place.length > 0 ? place.join(', ') : undefined
}
