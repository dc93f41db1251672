import type { Context, MiddlewareHandler } from 'hono'
import {
  type Answered,
  answerRefused,
  createHandle,
  type PageHandler,
  type Context as RuntimeContext,
} from '../app/handle.ts'
import { WORLD } from '../app/world.ts'
import { err, ok } from '../base/result.ts'
import { DEFAULT_BASE_PATH, type GatehouseConfig } from '../config.ts'
import type { Effects } from '../deployment/deployment.ts'
import { dropTargeted } from '../gate/cache-policy.ts'
import { forwardedHeaders } from '../gate/forwarded-headers.ts'
import { gate } from '../gate/gate.ts'
import { dropOurCookies, fetchUpstream } from '../gate/upstream.ts'
import { toPublicError } from '../pages/public-error.ts'
import { withCookies } from '../pages/response.ts'
import { explain } from '../pages/words/explanation.ts'
import { loadWords } from '../pages/words/words.ts'
import { isLogo } from '../policy/site-directory.ts'
import type { Extensions, Visit } from '../request/visit.ts'
import type { Claims } from '../tokens/session.ts'
import { type AdmittedRequest, admittedRequests } from './admitted-requests.ts'
import { GatehouseError } from './gatehouse-error.ts'
import { type GatehouseEnv, type HonoSession, honoSession } from './hono-session.ts'
import { LoginRefusal } from './login-refusal.ts'
import { mountingProblems, standsAlone } from './mounting.ts'
import { requiredGroups, requiredRoles } from './require-session.ts'

/** What `onLogin` may give. */
export type LoginOutcome<C extends Claims> = C | LoginRefusal | undefined

export interface GatehouseOptions<C extends Claims> {
  /**
   * Called when somebody has signed in, before their session opens. What it gives is part of the session, as `session.claims`, until that
   * ends: small and JSON, since it is kept in a cookie. `refuseLogin('…')` lets the person not in, with these words. What is thrown is a
   * fault, and lets nobody in either.
   */
  readonly onLogin?: (session: HonoSession, context: Context) => LoginOutcome<C> | Promise<LoginOutcome<C>>
}

/**
 * Gatehouse inside a Hono app: serves everything below its base path, decides every other request by the rules, and lets what is admitted go
 * on to the routes that follow, with `c.var.session`. Mount it before them, for all paths: `app.use(gatehouse(config))`.
 *
 * @param effects the world outside; other than the real one only in tests
 * @throws GatehouseError a refusal, which `app.onError` may render
 */
export function gatehouse<C extends Claims = Claims>(
  config: GatehouseConfig,
  { onLogin }: GatehouseOptions<C> = {},
  effects: Effects = WORLD,
): MiddlewareHandler<GatehouseEnv<C>> {
  const handle = createHandle(config, effects, true)
  const basePath = config.basePath ?? DEFAULT_BASE_PATH
  // How it is mounted does not change while the Worker runs.
  let mounted: readonly string[] | undefined

  return async (context, next) => {
    mounted ??= mountingProblems(context, basePath)
    const extensions: Extensions = {
      problems: admittedRequests.has(context) ? [...mounted, STANDS_TWICE] : mounted,
      roles: requiredRoles,
      groups: requiredGroups,
      ...(onLogin !== undefined && { onLogin: loginHook(onLogin, context) }),
    }
    let thrown: { readonly error: unknown } | undefined
    const page: PageHandler<Response> = (deployment, visit, rule) =>
      gate(deployment, visit, rule, async (session) => {
        if (visit.upstream.kind !== 'app') return fetchUpstream(deployment, visit, session)
        const admitted: AdmittedRequest = {
          deployment,
          visit,
          rule,
          session,
          cookies: [],
          turnedAway: false,
          refuse: async (refused) => answerOf(context, await answerRefused(visit, refused)),
        }
        admittedRequests.set(context, admitted)
        if (session !== undefined) context.set('session', honoSession(session) as HonoSession<C>)
        context.req.raw = forApp(isLogo(rule) ? visit.request : context.req.raw, visit)
        try {
          await next()
        } catch (error) {
          // What is no Error passes Hono by; it is the app's, and no fault of ours.
          thrown = { error }
        }
        return ok({ ...admitted, response: context.finalized ? dropOurCookies(context.res) : new Response() })
      })

    const request = context.req.raw.bodyUsed ? await withBody(context) : context.req.raw
    const handled = await handle(request, context.env ?? {}, runtimeOf(context), page, extensions)
    if (thrown !== undefined) throw thrown.error
    if (handled.kind !== 'page') return answerOf(context, handled)
    const admitted = admittedRequests.get(context)
    if (admitted === undefined) {
      prevail(context, handled.page)
      return handled.page
    }
    // A handler that gave no answer is Hono's to complain of.
    if (!context.finalized) return undefined
    const given = admitted.turnedAway ? forNobodyElse(handled.page, admitted.cookies) : handled.page
    if (given !== context.res) {
      // Hono would merge the headers of the answer before into this one.
      context.res = undefined
      context.res = given
    }
    return undefined
  }
}

const STANDS_TWICE =
  'gatehouse() stands twice before this request, and the first takes away the cookies that the second looks for: mount it once, with app.use(gatehouse(config))'

/** The answer, or a way on such as into a login; an expected no is thrown, for the app to render in the language of whoever asked. */
async function answerOf(context: Context, handled: Answered): Promise<Response> {
  const { response } = handled
  // Alone, nothing stands already, and Hono puts nothing together.
  if (!standsAlone(context)) prevail(context, response)
  if (handled.kind === 'answered' || handled.leadsToLogin || response.status < 400) return response
  const { refusal, reference, language } = handled
  const explanation = explain((await loadWords(language)).refusals, refusal)
  throw new GatehouseError(toPublicError(refusal), explanation, reference, response)
}

/**
 * Where an answer stands already, be it only headers that something before has set, Hono puts those over the headers of the next one, and
 * its cookies in the place of the next one's. Ours have to arrive, or no login does, so they are put there, too. So is what is said of caches,
 * which holds however an app renders a refusal.
 */
function prevail(context: Context, { headers }: Response): void {
  if (context.finalized) {
    // An answer of the app that nobody may have any more.
    context.res = undefined
    context.finalized = false
  }
  const standing = context.res.headers
  for (const name of headers.keys()) if (name !== 'set-cookie') standing.delete(name)
  withCookies(context.res, headers.getSetCookie())
  const caching = headers.get('Cache-Control')
  if (caching === null) return
  standing.set('Cache-Control', caching)
  dropTargeted(standing)
}

/** The way into a login, or what an app made of it, under a public rule that may let caches keep what it covers. */
function forNobodyElse(response: Response, cookies: readonly string[]): Response {
  const copy = new Response(response.body, response)
  copy.headers.set('Cache-Control', 'no-store')
  dropTargeted(copy.headers)
  return withCookies(copy, cookies)
}

/** What stood before in the app may have read the body, which Hono keeps: logouts, events and other upstreams need it, too. */
async function withBody({ req }: Context): Promise<Request> {
  const { method, headers, cf } = req.raw
  // A GET may have a body (RFC 9110 section 9.3.1), and no request that is made here may be one.
  if (method === 'GET' || method === 'HEAD' || Object.keys(req.bodyCache).length === 0) return req.raw
  return new Request(req.raw.url, { method, headers, body: await req.arrayBuffer(), ...(cf && { cf }) })
}

/** What an upstream would get: without headers by which a visitor could pretend to be somebody, and without our cookies. */
function forApp(request: Request, { site, isUpgrade }: Visit): Request {
  const headers = forwardedHeaders(request.headers, site.passHeaders)
  if (isUpgrade) headers.set('Upgrade', 'websocket')
  // Hono keeps what it has read.
  return request.bodyUsed
    ? new Request(request.url, { method: request.method, headers, ...(request.cf && { cf: request.cf }) })
    : new Request(request, { headers })
}

function loginHook<C extends Claims>(
  onLogin: NonNullable<GatehouseOptions<C>['onLogin']>,
  context: Context,
): NonNullable<Extensions['onLogin']> {
  return async (session) => {
    const outcome = await onLogin(honoSession(session), context)
    if (outcome instanceof LoginRefusal) return err({ reason: 'login_declined', message: outcome.message })
    // `false` or a Response may well have been meant as a no.
    if (outcome !== undefined && !isPlainObject(outcome))
      throw new TypeError('onLogin gave neither an object of claims, nor refuseLogin(…), nor nothing')
    return ok(outcome)
  }
}

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Hono throws where there is no context, as in an app's own tests by `app.request()`. */
function runtimeOf(context: Context): RuntimeContext {
  try {
    return context.executionCtx
  } catch {
    return { waitUntil: (work) => void work.catch(() => {}) }
  }
}
