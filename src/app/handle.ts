import { faultDetail, faultStack, log } from '../audit/log.ts'
import type { Refusal } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'
import { epochSeconds } from '../base/time.ts'
import { DEFAULT_BASE_PATH, type GatehouseConfig } from '../config.ts'
import { type Deployment, deploy, type Effects } from '../deployment/deployment.ts'
import { addressForVisitors, type Env } from '../deployment/environment.ts'
import { type FoundSite, findSiteFor } from '../deployment/site-store.ts'
import { isDevelopment } from '../deployment/variables.ts'
import { asNobody } from '../gate/logo.ts'
import { NO_STORE, redirect } from '../pages/response.ts'
import { wordsFor } from '../pages/words-for.ts'
import {
  type CanonicalUrl,
  parseCanonicalUrl,
  requestTarget,
  UNREADABLE_HOST,
} from '../policy/canonical-url.ts'
import { type Problem, parseConfig } from '../policy/config-schema.ts'
import { configWarnings } from '../policy/config-warnings.ts'
import { type MatchedRule, routeAt, ruleFor } from '../policy/policy.ts'
import { isLogo, upstreamOf } from '../policy/site-directory.ts'
import { answerPreflight, preflightFor } from '../request/cors.ts'
import type { Language } from '../request/language.ts'
import type { Refused } from '../request/refused.ts'
import { showsPage } from '../request/request-kind.ts'
import { checkAddress, checkHeaders } from '../request/request-size.ts'
import { isForeign } from '../request/same-origin.ts'
import { type Arrival, arrive, atSite, type Extensions, isEmbedded, type Visit } from '../request/visit.ts'
import { leadsToLogin, refuse } from './refuse.ts'
import type { Routes } from './routes.ts'

/** A request that was not for a page, or may not have it. */
export type Answered =
  /** It was Gatehouse's own business. */
  | { readonly kind: 'answered'; readonly response: Response }
  /** An expected no, as it is shown. */
  | {
      readonly kind: 'refused'
      readonly refusal: Refusal
      readonly response: Response
      readonly reference: string
      /** What it is said in. */
      readonly language: Language
      /** The answer is the way into a login, and says nothing. */
      readonly leadsToLogin: boolean
    }

/** What became of a request. */
export type Handled<T> = { readonly kind: 'page'; readonly page: T } | Answered

/** What is done with a request for a page, which every form of Gatehouse has its own way to do. */
export type PageHandler<T> = (
  deployment: Deployment,
  visit: Visit,
  rule: MatchedRule,
) => Promise<Result<T, Refused>>

/** As much of the runtime's context as is used. */
export type Context = Pick<ExecutionContext, 'waitUntil'> & Partial<Pick<ExecutionContext, 'abort'>>

/** Everything up to the rule: what is refused or is Gatehouse's own business is answered, pages go on to `page`. */
export type Handle = <T>(
  request: Request,
  env: Env,
  context: Context,
  page: PageHandler<T>,
  extensions?: Extensions,
) => Promise<Handled<T>>

const NONE: Extensions = {}

/** A deployment and what answers its own routes. */
interface Running {
  readonly deployment: Deployment
  routes: Routes | undefined
}

/**
 * The core that all forms of Gatehouse share. Without a valid configuration and environment it lets nobody in.
 *
 * @param inApp whether it stands inside a Hono app, whose routes are the upstream where a site names none
 */
export function createHandle(config: GatehouseConfig, effects: Effects, inApp = false): Handle {
  const parsed = parseConfig(config, inApp)
  const basePath = parsed.ok ? (parsed.value.basePath ?? DEFAULT_BASE_PATH) : DEFAULT_BASE_PATH
  // One deployment per isolate: the runtime hands the same `env` to every request.
  const deployments = new WeakMap<Env, Deployed>()

  /**
   * Requests that come before there is a deployment each make one, since in Workers no request may wait for
   * the promise of another. The first that is ready serves them all, so that what a deployment remembers is
   * in one place.
   */
  async function firstDeployment(env: Env, arrival: Arrival): Promise<Deployed> {
    const deployed = await deployFully(parsed, env, effects, inApp)
    const made = deployed.ok ? ok({ deployment: deployed.value, routes: undefined }) : deployed
    const first = deployments.get(env) ?? made
    deployments.set(env, first)
    if (first === made && made.ok)
      for (const warning of configWarnings(config))
        await log({ event: 'configuration_warning', warning }, arrival)
    return first
  }

  return async (request, env, context, page, extensions = NONE) => {
    const { headers, url: written } = request
    const address = env.GATEHOUSE_PUBLIC_URL === undefined ? written : addressForVisitors(written, env)
    const canonical = parseCanonicalUrl(address)
    const arrival: Arrival & Partial<Pick<Visit, 'site'>> = arrive({
      request,
      url: canonical.ok ? canonical.value : UNREADABLE_URL,
      cookies: headers.get('Cookie'),
      now: epochSeconds(effects.now()),
      basePath,
      waitUntil: (work) => context.waitUntil(work),
      abort: (why) => context.abort?.(new Error(why)),
      extensions,
    })
    try {
      const running = deployments.get(env) ?? (await firstDeployment(env, arrival))
      const { problems = [] } = extensions
      if (!running.ok || problems.length > 0) {
        const all = [...problems, ...(running.ok ? [] : running.error)]
        return await misconfigured(arrival, all, isDevelopment(env))
      }
      arrival.trail.audit = running.value.deployment.audit
      const tooLarge = checkAddress(address, arrival.cookies)
      if (tooLarge !== undefined) return await answerRefused(arrival, { refusal: tooLarge })
      if (!canonical.ok) return await answerRefused(arrival, { refusal: canonical.error })
      return await handleArrival(running.value, arrival, page)
    } catch (error) {
      await log({ event: 'fault', error: faultDetail(error), stack: faultStack(error) }, arrival)
      return answerFault(arrival)
    }
  }
}

type Deployed = Result<Running, readonly Problem[]>

/** Problems of the file and of the environment in one list, so that both are fixed in one round. */
async function deployFully(
  parsed: ReturnType<typeof parseConfig>,
  env: Env,
  effects: Effects,
  inApp: boolean,
): Promise<Result<Deployment, readonly Problem[]>> {
  if (parsed.ok) return deploy(parsed.value, env, effects, inApp)
  const rest = await deploy({ sites: {} }, env, effects)
  return err([
    ...parsed.error.map((problem) => `gatehouse.config.ts: ${problem}`),
    ...(rest.ok ? [] : rest.error),
  ])
}

/** Finds the site and the rule. A request whose address has one reading comes here, and none other. */
async function handleArrival<T>(
  running: Running,
  arrival: Arrival,
  page: PageHandler<T>,
): Promise<Handled<T>> {
  const { deployment } = running
  const { request, url } = arrival
  const asked = findSiteFor(deployment, url.host, arrival.now)
  // Only where KV has to be read: who is known already does not wait.
  const found = asked instanceof Promise ? await asked : asked
  if (found.kind !== 'site') return withoutSite(arrival, found, deployment)
  const { site, unread } = found
  if (unread?.reason === 'site_lookup_failed') {
    const what = 'a site in KV could not be read again'
    await log({ event: 'degraded', what, detail: unread.detail }, arrival)
  }
  const routed = routeAt(site, url, request.method, arrival.isUpgrade)
  if (routed.kind === 'refused')
    return answerRefused(atSite(arrival, site, site.upstream), { refusal: routed.refusal })
  const rule = routed.kind === 'page' ? routed.rule : undefined
  const visit = atSite(arrival, site, upstreamOf(site, rule))
  if (url.protocol === 'http:' && !url.isLocal) return answered(visit, async () => redirectToHttps(url))
  const { cors } = rule ?? site
  if (isEmbedded(visit) && isForeign(visit, cors)) {
    const refusal = { reason: 'foreign_request', origin: request.headers.get('Origin') } as const
    return answerRefused(visit, { refusal, rule: rule?.index, cors })
  }
  if (routed.kind === 'page') return handlePage(deployment, visit, rule, page)
  const headersTooLarge = checkHeaders(request.headers)
  if (headersTooLarge !== undefined) return answerRefused(visit, { refusal: headersTooLarge })
  return answerOwnRoute(running, visit)
}

async function handlePage<T>(
  deployment: Deployment,
  visit: Visit,
  rule: MatchedRule,
  page: PageHandler<T>,
): Promise<Handled<T>> {
  const { request, site } = visit
  if (!site.hasPages) return answerRefused(visit, { refusal: { reason: 'route_unknown' } })
  const preflight =
    request.method === 'OPTIONS' ? answerPreflight(request, originsFor(visit, rule)) : undefined
  if (preflight !== undefined) return answered(visit, async () => preflight)
  const paged = await page(deployment, isLogo(rule) ? asNobody(visit) : visit, rule)
  return paged.ok ? { kind: 'page', page: paged.value } : answerRefused(visit, paged.error)
}

const NO_ORIGINS: ReadonlySet<string> = new Set()

/** Who may ask here before asking with another method: what the rule says that this one will meet. A public preflight is the upstream's to answer. */
function originsFor({ request, site, url }: Visit, rule: MatchedRule): ReadonlySet<string> {
  const method = preflightFor(request)
  if (method === undefined || rule?.access === 'public') return NO_ORIGINS
  const asked = ruleFor(site, url.readings, method)
  return asked.ok ? (asked.value ?? site).cors : NO_ORIGINS
}

/**
 * Routes and pages, and Hono with them, load when they are first needed: most isolates of a busy site serve nothing but pages to people
 * who are signed in.
 */
async function answerOwnRoute(running: Running, visit: Visit): Promise<Answered> {
  const { createRoutes } = await import('./routes.ts')
  running.routes ??= createRoutes(running.deployment)
  let refusal: Refusal | undefined
  const response = await running.routes.fetch(visit.request, {
    visit,
    refuse: (refused) => {
      refusal = refused.refusal
      return refuse(visit, refused)
    },
  })
  return refusal === undefined ? { kind: 'answered', response } : asRefused(visit, refusal, response)
}

async function answered(arrival: Arrival, answer: () => Promise<Response>): Promise<Answered> {
  const { ownAnswer } = await import('./own-answers.ts')
  return { kind: 'answered', response: await ownAnswer(arrival, answer) }
}

/** The address may be that of a callback or a handoff, which is not for the server behind the site: not by a request for an icon, either. */
const BARE = {
  ...NO_STORE,
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
} as const

/** Says that something went wrong; in one line, where the page that says so goes wrong itself. */
async function answerFault(arrival: Arrival): Promise<Answered> {
  try {
    return await answerRefused(arrival, { refusal: { reason: 'fault' } })
  } catch (error) {
    await log({ event: 'fault', error: faultDetail(error), stack: faultStack(error) }, arrival)
    const headers = { ...BARE, 'Content-Type': 'text/plain', 'X-Content-Type-Options': 'nosniff' }
    const text = `Something went wrong on our side. Reference: ${arrival.reference}\n`
    return { kind: 'answered', response: new Response(text, { status: 500, headers }) }
  }
}

/** Gives the answer to a refusal. @param arrival with its site, where that is known */
export async function answerRefused(
  arrival: Arrival & Partial<Pick<Visit, 'site'>>,
  refused: Refused,
): Promise<Answered> {
  const { ownAnswer } = await import('./own-answers.ts')
  const { refusal } = refused
  const response = await ownAnswer(arrival, () => refuse(arrival, refused))
  return asRefused(arrival, refusal, response, leadsToLogin(arrival, refused))
}

const asRefused = (
  { reference, speech: { language } }: Arrival,
  refusal: Refusal,
  response: Response,
  leads = false,
): Answered => ({ kind: 'refused', refusal, response, reference, language, leadsToLogin: leads })

/** What a host gets that has no site, or one that nobody can be let into. */
function withoutSite(
  arrival: Arrival,
  found: Exclude<FoundSite, { readonly kind: 'site' }>,
  { development }: Deployment,
): Promise<Answered> {
  if (found.kind === 'invalid') return misconfigured(arrival, found.problems, development)
  const refusal: Refusal =
    found.kind === 'unknown' ? { reason: 'site_unknown', host: arrival.url.host } : found.why
  return answerRefused(arrival, { refusal })
}

/** Nobody gets in. The log has what to fix, under the reference; the page has it for a developer. */
async function misconfigured(
  arrival: Arrival,
  problems: readonly Problem[],
  development: boolean,
): Promise<Answered> {
  await log({ event: 'misconfigured', problems }, arrival)
  const [{ misconfiguredPage }, words] = await Promise.all([
    import('../pages/misconfigured-page.tsx'),
    wordsFor(arrival),
  ])
  const { reference, kind } = arrival
  const { response } = await answered(arrival, async () =>
    misconfiguredPage(arrival, words, development ? problems : [], reference, showsPage(kind)),
  )
  return asRefused(arrival, { reason: 'misconfigured' }, response)
}

const redirectToHttps = (url: CanonicalUrl): Response => redirect(url.origin + requestTarget(url), 308)

/** Stands in for an address that has no one reading, in the page that says so. */
const UNREADABLE_URL: CanonicalUrl = {
  href: 'https://invalid/',
  origin: 'https://invalid',
  protocol: 'https:',
  host: UNREADABLE_HOST,
  path: '/',
  readings: [],
  search: '',
  isLocal: false,
}
