import { log } from '../audit/log.ts'
import { err, ok, type Result } from '../base/result.ts'
import { after, elapsed } from '../base/time.ts'
import { randomSecret } from '../crypto/random-secret.ts'
import { sha256 } from '../crypto/sha256.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { findSiteFor } from '../deployment/site-store.ts'
import { redirect } from '../pages/response.ts'
import { parseCanonicalUrl } from '../policy/canonical-url.ts'
import { checkPerson, demandsOf } from '../policy/demands.ts'
import type { CompiledSite } from '../policy/site-directory.ts'
import type { Vouched } from '../registry/registered-session.ts'
import { askRegistry, type RegistryUnreachable, registry } from '../registry/registry.ts'
import { type Answer, type ForSite, type Refused, refused } from '../request/refused.ts'
import { HOME } from '../request/return-to.ts'
import { localesOf, type Visit } from '../request/visit.ts'
import { keptNames, rolesAskedFor } from '../session/kept-names.ts'
import { heldSession } from '../session/presented.ts'
import { type HandoffTicket, sealTicket, TICKET_LIFETIME } from '../tokens/handoff-ticket.ts'
import { LOGIN_REQUEST_LIFETIME, type LoginRequest, verifyLoginRequest } from '../tokens/login-request.ts'
import type { Person, SessionId } from '../tokens/session.ts'
import { askForAddress } from './ask-for-address.ts'
import { isAskedFor } from './asked-for.ts'
import type { Selectors } from './authorization-request.ts'
import { applyDemands, type LoginQuery } from './login-query.ts'
import { checkStart } from './rate-limit.ts'
import { startLogin } from './start-login.ts'

/** A request of a site, which is known here. */
interface KnownRequest extends LoginRequest {
  readonly text: string
  readonly site: CompiledSite
  /** Of the site. */
  readonly origin: string
  readonly host: string
}

/**
 * `GET /auth/login?request=…` at the login host: signs somebody in for a site. Whoever is signed in here already, and is whom the site
 * asks for, goes back to it at once; everybody else signs in at Scalekit first.
 *
 * The request says nothing of the browser that brings it: anybody can begin a login and pass its link on. So it is always taken for
 * one that somebody else began, and nobody becomes another person here without being asked.
 *
 * @param query what the link says beside the request: what was entered on the sign-in page
 */
export async function loginForSite(
  deployment: Deployment,
  visit: Visit,
  text: string,
  query: LoginQuery,
  restarts = 0,
): Promise<Answer> {
  const read = await readRequest(deployment, visit, text)
  if (!read.ok) return read
  const request = read.value
  const forSite = forSiteIn(request)
  const selectors = applyDemands(request.site, { ...withoutAbsent(request.selectors), ...query.selectors })
  const prompt = promptFor(request, query)

  const found = await signedInHere(deployment, visit)
  if (!found.ok) return refused(found.error, { forSite })
  const vouched = found.value
  const isOld =
    vouched !== undefined &&
    request.maxAge !== undefined &&
    elapsed(vouched.authenticatedAt, visit.now) > request.maxAge
  const wantsLogin = isOld || (prompt !== undefined && prompt !== 'none')
  if (vouched !== undefined && !wantsLogin && isAskedFor(vouched, request.site, selectors))
    return handOver(deployment, visit, request, vouched, [])

  if (Object.keys(selectors).length === 0) {
    const hidden = { request: text, ...(prompt !== undefined && { prompt }), ...localesOf(visit) }
    return askForAddress(deployment, visit, { hidden, forSite })
  }
  const limited = await checkStart(deployment, visit, await sha256(request.state))
  if (limited !== undefined) return refused(limited, { forSite })
  return startLogin(deployment, visit, {
    selectors,
    prompt: isOld ? 'login' : prompt,
    returnTo: HOME,
    begunElsewhere: true,
    request: text,
    restarts,
  })
}

/** A link may ask for more of a person than the site did, and never for less. */
const promptFor = (request: LoginRequest, query: LoginQuery): string | undefined =>
  request.prompt === undefined || request.prompt === 'none'
    ? (query.prompt ?? request.prompt)
    : request.prompt

/** Answers the request of a login that has been finished here, by the session that it opened. */
export async function answerRequest(
  deployment: Deployment,
  visit: Visit,
  text: string,
  vouched: HandedOverSession,
  cookies: readonly string[],
): Promise<Answer> {
  const read = await readRequest(deployment, visit, text)
  if (!read.ok) return refused(read.error.refusal, { ...read.error, cookies })
  const request = read.value
  const forSite = forSiteIn(request)
  const mismatch = checkPerson(demandsOf(request.site), vouched)
  if (mismatch !== undefined) return refused(mismatch, { forSite, cookies })
  return handOver(deployment, visit, request, vouched, cookies)
}

/** The site that a login is for, as far as its request can still be believed: for pages that lead back there. */
export async function forSiteOf(
  deployment: Deployment,
  visit: Visit,
  text: string | undefined,
): Promise<Refused['forSite']> {
  if (text === undefined) return undefined
  const read = await readRequest(deployment, visit, text)
  return read.ok ? forSiteIn(read.value) : read.error.forSite
}

const forSiteIn = ({ origin, site, text }: KnownRequest): ForSite => ({ origin, site, request: text })

async function readRequest(
  deployment: Deployment,
  visit: Visit,
  text: string,
): Promise<Result<KnownRequest, Refused>> {
  const verified = await verifyLoginRequest(text, visit.url.host, deployment.keyRing)
  if (!verified.ok) return err({ refusal: { reason: 'login_request_invalid', check: verified.error } })
  const { issuer, expiresAt } = verified.value
  const address = parseCanonicalUrl(issuer)
  if (!address.ok) return err({ refusal: { reason: 'login_request_invalid', check: 'iss' } })
  const { origin, host } = address.value
  const found = await findSiteFor(deployment, host, visit.now)
  if (found.kind === 'unavailable') return err({ refusal: found.why })
  // What is wrong with its record is told, and logged, where the site itself is asked for.
  if (found.kind !== 'site') return err({ refusal: { reason: 'site_unknown', host } })
  const { site } = found
  if (site.signsIn !== 'at_login_host')
    return err({ refusal: { reason: 'login_request_invalid', check: 'iss' } })
  const late = elapsed(expiresAt, visit.now)
  if (late >= 0) {
    const ageSeconds = late + LOGIN_REQUEST_LIFETIME
    return err({ refusal: { reason: 'login_request_expired', ageSeconds }, forSite: { origin, site } })
  }
  return ok({ ...verified.value, text, site, origin, host })
}

/**
 * Who is signed in here, by the word of the registry: an ended session signs nobody in anywhere. It does not matter here whether the host
 * is a site too, and whose.
 */
async function signedInHere(
  deployment: Deployment,
  visit: Visit,
): Promise<Result<HandedOverSession | undefined, RegistryUnreachable>> {
  const held = await heldSession(deployment, visit)
  if (held === undefined) return ok(undefined)
  const asked = await askRegistry<Vouched | undefined>(async () =>
    registry(deployment, held.registry).vouch({ id: held.id, generation: held.generation }, visit.now),
  )
  return asked.ok ? ok(asked.value && { ...asked.value, id: held.id, registry: held.registry }) : asked
}

/** A session of the login host, as far as a site is told of it. */
export type HandedOverSession = Omit<Vouched, 'endsAt' | 'claims'> & {
  readonly id: SessionId
  readonly registry: string
}

/** Sends the browser back to the site, with a ticket for this one login. */
async function handOver(
  deployment: Deployment,
  visit: Visit,
  request: KnownRequest,
  { id: parent, registry: name, until, scalekitSessionId, ...session }: HandedOverSession,
  cookies: readonly string[],
): Promise<Answer> {
  const { subject, organizationId, connectionId, email, name: fullName } = session
  const { authenticatedAt, begunAt, issuedAt } = session
  const ticket: HandoffTicket = {
    host: request.host,
    transaction: await sha256(request.state),
    expiresAt: after(visit.now, TICKET_LIFETIME),
    id: randomSecret() as SessionId,
    parent,
    registry: name,
    until,
    person: {
      subject,
      organizationId,
      connectionId,
      email,
      name: fullName,
      ...told(deployment, visit, request, session),
    },
    scalekitSessionId,
    authenticatedAt,
    begunAt,
    issuedAt,
  }
  const sealed = await sealTicket(ticket, deployment.keyRing)
  const forSite = forSiteIn(request)
  if (sealed.length > MAX_TICKET)
    return refused(
      { reason: 'session_too_large', bytes: sealed.length, limit: MAX_TICKET },
      { forSite, cookies },
    )
  await log({ event: 'login_handed_over', site: request.host }, visit, { ...session, id: parent })
  const address = new URL(`${request.issuer}/handoff`)
  address.searchParams.set('ticket', sealed)
  address.searchParams.set('state', request.state)
  return ok(redirect(address.href, 303, cookies))
}

/** Characters: it goes into an address, of which servers take 8,000 (RFC 9110 section 4.1). */
export const MAX_TICKET = 7000

/** The roles and groups that the site asks for, and those that its registry has to know of. */
function told(
  deployment: Deployment,
  visit: Visit,
  { site }: KnownRequest,
  { roles, groups }: Pick<Person, 'roles' | 'groups'>,
): Pick<Person, 'roles' | 'groups'> {
  const asked = keptNames({ roles, groups }, { ...visit, site })
  const known = rolesAskedFor(deployment, visit)
  return {
    roles: roles.filter((role) => known.has(role) || asked.roles.includes(role)),
    groups: asked.groups,
  }
}

const withoutAbsent = (selectors: LoginRequest['selectors']): Selectors =>
  Object.fromEntries(Object.entries(selectors).filter(([, value]) => value !== undefined))
