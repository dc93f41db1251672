import { type EpochSeconds, epochSeconds } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { findSiteFor } from '../deployment/site-store.ts'
import { judge, routeAt } from '../policy/policy.ts'
import { findNamedSite } from '../policy/site-directory.ts'
import type { Visit } from '../request/visit.ts'
import { wait } from '../session/session-watch.ts'
import type { Session } from '../tokens/session.ts'

/** Whether a site may change while something of it is open: one of the file changes with a deploy, which ends what is open. */
const mayChange = ({ sites, siteStore }: Deployment, { url }: Visit): boolean =>
  siteStore !== undefined && findNamedSite(sites, url.host) === undefined

/** Whether what somebody was given would be given to them now, by the site as it is: it may have become another organization's, or gone. */
export async function isStillTheirs(
  deployment: Deployment,
  visit: Visit,
  session: Session,
  now: EpochSeconds,
): Promise<boolean> {
  if (!mayChange(deployment, visit)) return true
  const { url, request, isUpgrade } = visit
  const found = await findSiteFor(deployment, url.host, now)
  if (found.kind !== 'site') return false
  const route = routeAt(found.site, url, request.method, isUpgrade)
  return route.kind === 'page' && judge(found.site, route.rule, session, now).outcome !== 'deny'
}

/** Resolves when that is so no longer, by a look every `session.lifetime`, or when `done` aborts. */
export async function siteLost(
  deployment: Deployment,
  visit: Visit,
  session: Session,
  done: AbortSignal,
): Promise<void> {
  const { effects, session: limits } = deployment
  if (!mayChange(deployment, visit))
    return new Promise((resolve) => done.addEventListener('abort', () => resolve()))
  do await wait(deployment, limits.lifetime, done)
  while (!done.aborted && (await isStillTheirs(deployment, visit, session, epochSeconds(effects.now()))))
}
