import { log } from '../audit/log.ts'
import type { EpochSeconds } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { checkPerson, demandsOf, type Mismatch } from '../policy/demands.ts'
import type { Refreshed } from '../registry/registered-session.ts'
import { askRegistry, type RegistryUnreachable, registry } from '../registry/registry.ts'
import type { Visit } from '../request/visit.ts'
import type { RefreshToken } from '../tokens/refresh-token.ts'
import type { Person, Session } from '../tokens/session.ts'
import { keptNames } from './kept-names.ts'
import { presentedRefreshToken, presentedSession } from './presented.ts'
import { clearedWhenOpened, sessionCookies } from './session-cookies.ts'

/** What the cookies of a request amount to. `cookies` are `Set-Cookie` values that the answer has to carry. */
export type CurrentSession =
  | {
      readonly kind: 'signed_in'
      readonly session: Session
      readonly cookies: readonly string[]
      /** When the session ends unless it is used; known where it was renewed just now. */
      readonly endsAt: EpochSeconds | undefined
    }
  | { readonly kind: 'signed_out'; readonly cookies: readonly string[] }
  /**
   * A session of another organization or connection than the site's: no good here. Its cookies stay as they are, and the registry gives
   * the same generation again, so that nobody loses a session by a mistake in the configuration.
   */
  | { readonly kind: 'of_another'; readonly refusal: MismatchedSession }
  /** The registry cannot be asked: nothing is known, so nothing is cleared. */
  | { readonly kind: 'unknown'; readonly refusal: RegistryUnreachable }

/** A site may change hands while people hold sessions for its host, and the keys stay the same. */
type MismatchedSession = Mismatch & { readonly signedIn: true }

type Renewed = Extract<Refreshed, { readonly kind: 'renewed' }>

const NOBODY: CurrentSession = { kind: 'signed_out', cookies: [] }

/**
 * Who is there. A valid session token answers without asking anybody; an expired one is renewed with the refresh token,
 * by one call to the registry. Whoever is not of the organization and connection that the site demands is nobody here.
 */
export async function currentSession(deployment: Deployment, visit: Visit): Promise<CurrentSession> {
  const session = await presentedSession(deployment, visit)
  if (session !== undefined)
    return mismatched(visit, session) ?? { kind: 'signed_in', session, cookies: [], endsAt: undefined }
  const refreshToken = await presentedRefreshToken(deployment, visit)
  if (refreshToken === undefined) return NOBODY

  const { registry: name, id, generation } = refreshToken
  const asked = await askRegistry<Refreshed>(async () =>
    registry(deployment, name).refresh(id, generation, visit.now),
  )
  if (!asked.ok) return { kind: 'unknown', refusal: asked.error }
  const refreshed = asked.value
  switch (refreshed.kind) {
    case 'renewed':
      visit.trail.whose = { ...refreshed.session, id }
      return mismatched(visit, refreshed.session) ?? renew(deployment, visit, refreshToken, refreshed)
    case 'reuse':
      await log({ event: 'session_reuse' }, visit, { subject: refreshed.subject, id })
      return { kind: 'signed_out', cookies: clearedWhenOpened(visit) }
    case 'ended':
      await log({ event: 'session_ended', reason: refreshed.reason }, visit)
      return refreshed.reason === 'replaced'
        ? NOBODY
        : { kind: 'signed_out', cookies: clearedWhenOpened(visit) }
  }
}

/**
 * The same at the login host, for what it does for other sites: there it does not matter whose people its own pages are for, where it has
 * any. Elsewhere there is no such difference.
 */
export const currentSessionForSites = (deployment: Deployment, visit: Visit): Promise<CurrentSession> =>
  currentSession(
    deployment,
    visit.site.signsIn === 'for_others'
      ? { ...visit, site: { ...visit.site, organization: undefined, connection: undefined } }
      : visit,
  )

async function renew(
  deployment: Deployment,
  visit: Visit,
  refreshToken: RefreshToken,
  { generation, session: registered, again }: Renewed,
): Promise<CurrentSession> {
  // It fitted when the session was opened. A key with a longer name may have come in front since, for which there is room.
  const { session, cookies } = await sessionCookies(
    deployment,
    visit,
    { ...refreshToken, generation },
    { ...registered, ...keptNames(registered, visit) },
  )
  // Of the requests that a page makes at once, one is worth a line.
  if (again !== true) await log({ event: 'session_renewed' }, visit)
  return { kind: 'signed_in', session, cookies, endsAt: registered.endsAt }
}

/** The one place where a session is held to the site that it is used at. */
function mismatched({ site }: Visit, person: Person): CurrentSession | undefined {
  const mismatch = checkPerson(demandsOf(site), person)
  return mismatch && { kind: 'of_another', refusal: { ...mismatch, signedIn: true } }
}
