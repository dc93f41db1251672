import type { GatehouseConfig } from './config.ts'
import { type Problem, parseConfig } from './config-schema.ts'
import { DEFAULT_BASE_PATH, type Deployment, deploy, type Effects } from './deployment.ts'
import type { Env } from './environment.ts'
import { parseCanonicalUrl } from './gate/canonical-url.ts'
import { gate } from './gate/gate.ts'
import { findSite } from './gate/policy.ts'
import { requestKind } from './gate/request-kind.ts'
import { faultDetail, log } from './log.ts'
import { redirect } from './pages/answer.ts'
import { misconfigured } from './pages/misconfigured-page.ts'
import { refuse } from './pages/refusal-page.ts'
import { err, type Result } from './result.ts'
import { answerOwnRoute, isOwnPath } from './routes.ts'
import { epochSeconds } from './time.ts'
import { requestReference, type Visit } from './visit.ts'

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
  rules: { children: new Map(), here: [], below: [] },
}

/**
 * Makes the Worker of a configuration. Without a valid configuration and environment it lets nobody in.
 *
 * @param effects the world outside; other than the real one only in tests
 */
export function createGatehouse(
  config: GatehouseConfig,
  effects: Effects = WORLD,
): { fetch(request: Request, env: Env): Promise<Response> } {
  const parsed = parseConfig(config)
  const basePath = parsed.ok ? (parsed.value.basePath ?? DEFAULT_BASE_PATH) : DEFAULT_BASE_PATH
  // One deployment per isolate: the runtime hands the same `env` to every request.
  const deployments = new WeakMap<Env, Result<Deployment, readonly Problem[]>>()

  function deploymentOf(env: Env): Result<Deployment, readonly Problem[]> {
    let deployment = deployments.get(env)
    if (deployment === undefined) {
      deployment = deployFully(env)
      deployments.set(env, deployment)
    }
    return deployment
  }

  /** Problems of the file and of the environment in one list, so that both are fixed in one round. */
  function deployFully(env: Env): Result<Deployment, readonly Problem[]> {
    if (parsed.ok) return deploy(parsed.value, env, effects)
    const rest = deploy({ sites: {} }, env, effects)
    return err([
      ...parsed.error.map((problem) => `gatehouse.config.ts: ${problem}`),
      ...(rest.ok ? [] : rest.error),
    ])
  }

  async function answer(visit: Visit, deployment: Deployment): Promise<Response> {
    const { url } = visit
    if (url.protocol === 'http:' && !url.isLocal) {
      const { pathname, search } = new URL(url.href)
      return redirect(url, url.origin + pathname + search, 308)
    }
    return isOwnPath(url.path, basePath) ? answerOwnRoute(deployment, visit) : gate(deployment, visit)
  }

  return {
    async fetch(request, env) {
      const { headers } = request
      const reference = requestReference(headers)
      const kind = requestKind(request.method, headers)
      const canonical = parseCanonicalUrl(request.url)
      const url = canonical.ok ? canonical.value : UNREADABLE_URL
      const visit: Visit = {
        request,
        url,
        site: NO_SITE,
        kind,
        now: epochSeconds(effects.now()),
        reference,
        basePath,
      }
      try {
        const deployment = deploymentOf(env)
        if (!deployment.ok) {
          log({ event: 'misconfigured', problems: deployment.error }, visit)
          return misconfigured(url, deployment.error, reference, kind === 'navigation')
        }
        if (!canonical.ok) return refuse(visit, canonical.error)
        const site = findSite(deployment.value.sites, url.host)
        if (site === undefined) return refuse(visit, { reason: 'site_unknown', host: url.host })
        return await answer({ ...visit, site }, deployment.value)
      } catch (error) {
        const stack = error instanceof Error ? error.stack : undefined
        log({ event: 'fault', error: faultDetail(error), stack }, visit)
        return refuse(visit, { reason: 'fault' })
      }
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
  search: '',
  isLocal: false,
}
