import { faultDetail, log } from '../audit/log.ts'
import { err, ok, type Result } from '../base/result.ts'
import { epochSeconds } from '../base/time.ts'
import { DEFAULT_BASE_PATH, type GatehouseConfig } from '../config.ts'
import { type Deployment, deploy, type Effects } from '../deployment/deployment.ts'
import { type Env, isDevelopment } from '../deployment/environment.ts'
import { admit } from '../gate/admission.ts'
import { gate } from '../gate/gate.ts'
import { misconfigured } from '../pages/misconfigured-page.tsx'
import { refuse } from '../pages/refusal-page.tsx'
import { redirect } from '../pages/response.ts'
import { parseCanonicalUrl } from '../policy/canonical-url.ts'
import { type Problem, parseConfig } from '../policy/config-schema.ts'
import { type MatchedRule, route } from '../policy/policy.ts'
import { indexRules } from '../policy/rule-index.ts'
import { requestKind } from '../request/request-kind.ts'
import { checkAddress, checkHeaders } from '../request/request-size.ts'
import { requestReference, type Visit } from '../request/visit.ts'
import { type SessionView, viewSession } from '../session/session-view.ts'
import { createRoutes, type Routes } from './routes.ts'

const WORLD: Effects = {
  fetch: (input, init) => globalThis.fetch(input, init),
  now: () => Date.now(),
  wait: (milliseconds) => scheduler.wait(milliseconds),
}

/** The compiled form of a site that nothing is configured for: no rule, no upstream that could be reached. */
const NO_SITE: Visit['site'] = {
  key: '',
  organization: undefined,
  connection: undefined,
  upstream: { kind: 'assets' },
  claims: { roles: 'roles', groups: 'groups' },
  groups: new Set(),
  registryShards: 1,
  audience: undefined,
  requirements: [],
  cors: new Set(),
  passHeaders: new Set(),
  explainDenials: false,
  rules: indexRules([], { upstream: { kind: 'assets' } }),
}

/** A deployment and what answers its own routes. */
interface Running {
  readonly deployment: Deployment
  readonly routes: Routes
}

/** What another Worker gets to know about a request; see {@link Gatehouse.authenticate}. */
export type Authentication =
  | {
      readonly ok: true
      /** Who is there, as `GET /auth/session` says it; `null` where the rule is public. */
      readonly session: SessionView | null
      /** `Set-Cookie` values to put on the answer: the session may have been renewed on the way. */
      readonly cookies: readonly string[]
    }
  | {
      readonly ok: false
      /** The answer to give: a redirect into the login, 401, 403, or one of Gatehouse's own pages. */
      readonly response: Response
    }

export interface Gatehouse {
  fetch(request: Request, env: Env): Promise<Response>
  /**
   * The decision alone, for a Worker that answers requests itself: the same sites, rules and sessions. A path below the base
   * path is answered too.
   */
  authenticate(request: Request, env: Env): Promise<Authentication>
}

/**
 * Makes the Worker of a configuration. Without a valid configuration and environment it lets nobody in.
 *
 * @param effects the world outside; other than the real one only in tests
 */
export function createGatehouse(config: GatehouseConfig, effects: Effects = WORLD): Gatehouse {
  const parsed = parseConfig(config)
  const basePath = parsed.ok ? (parsed.value.basePath ?? DEFAULT_BASE_PATH) : DEFAULT_BASE_PATH
  // One deployment per isolate: the runtime hands the same `env` to every request.
  const deployments = new WeakMap<Env, Result<Running, readonly Problem[]>>()

  /**
   * Requests that come before there is a deployment each make one, since in Workers no request may wait for
   * the promise of another. The first that is ready serves them all, so that what a deployment remembers is
   * in one place.
   */
  async function firstDeployment(env: Env): Promise<Result<Running, readonly Problem[]>> {
    const deployed = await deployFully(env)
    const made = deployed.ok
      ? ok({ deployment: deployed.value, routes: createRoutes(deployed.value) })
      : deployed
    const first = deployments.get(env) ?? made
    deployments.set(env, first)
    return first
  }

  /** Problems of the file and of the environment in one list, so that both are fixed in one round. */
  async function deployFully(env: Env): Promise<Result<Deployment, readonly Problem[]>> {
    if (parsed.ok) return deploy(parsed.value, env, effects)
    const rest = await deploy({ sites: {} }, env, effects)
    return err([
      ...parsed.error.map((problem) => `gatehouse.config.ts: ${problem}`),
      ...(rest.ok ? [] : rest.error),
    ])
  }

  /** Everything up to the rule: what is refused or is Gatehouse's own business is answered, pages go on to `page`. */
  async function handle<T>(
    request: Request,
    env: Env,
    page: (deployment: Deployment, visit: Visit, rule: MatchedRule) => Promise<T>,
  ): Promise<T | Response> {
    const { headers } = request
    const canonical = parseCanonicalUrl(request.url)
    const url = canonical.ok ? canonical.value : UNREADABLE_URL
    const visit: { -readonly [key in keyof Visit]: Visit[key] } = {
      request,
      url,
      site: NO_SITE,
      kind: requestKind(request.method, headers),
      cookies: headers.get('Cookie'),
      now: epochSeconds(effects.now()),
      reference: requestReference(headers),
      basePath,
    }
    try {
      const running = deployments.get(env) ?? (await firstDeployment(env))
      if (!running.ok) {
        log({ event: 'misconfigured', problems: running.error }, visit)
        const shown = isDevelopment(env) ? running.error : []
        return misconfigured(url, shown, visit.reference, visit.kind === 'navigation')
      }
      const { deployment, routes } = running.value
      const tooLarge = checkAddress(request.url, visit.cookies)
      if (tooLarge !== undefined) return refuse(visit, tooLarge)
      const routed = route(deployment.sites, canonical, request.method)
      visit.site = routed.site ?? NO_SITE
      if (routed.kind === 'refused') return refuse(visit, routed.refusal)
      if (url.protocol === 'http:' && !url.isLocal) {
        const { pathname, search } = new URL(url.href)
        return redirect(url, url.origin + pathname + search, 308)
      }
      if (routed.kind === 'page') return await page(deployment, visit, routed.rule)
      const headersTooLarge = checkHeaders(headers)
      if (headersTooLarge !== undefined) return refuse(visit, headersTooLarge)
      return await routes.fetch(request, { visit })
    } catch (error) {
      const stack = error instanceof Error ? error.stack : undefined
      log({ event: 'fault', error: faultDetail(error), stack }, visit)
      return refuse(visit, { reason: 'fault' })
    }
  }

  return {
    fetch: (request, env) => handle(request, env, gate),

    async authenticate(request, env) {
      const answered = await handle<Authentication>(request, env, async (deployment, visit, rule) => {
        const admission = await admit(deployment, visit, rule)
        if (admission.kind === 'answered') return { ok: false, response: admission.response }
        const { session, cookies, endsAt } = admission
        const view = session === undefined ? null : await viewSession(deployment, visit, session, endsAt)
        return { ok: true, session: view, cookies }
      })
      return answered instanceof Response ? { ok: false, response: answered } : answered
    },
  }
}

/** Stands in for an address that has no one reading, in the page that says so. */
const UNREADABLE_URL: Visit['url'] = {
  href: 'https://invalid/',
  origin: 'https://invalid',
  protocol: 'https:',
  host: 'this site',
  path: '/',
  readings: [],
  search: '',
  isLocal: false,
}
