import type { Context, MiddlewareHandler } from 'hono'
import { type Answered, answerRefused, createHandle, type PageHandler } from '../app/handle.ts'
import { WORLD } from '../app/world.ts'
import { err, ok } from '../base/result.ts'
import { DEFAULT_BASE_PATH, type GatehouseConfig } from '../config.ts'
import type { Effects } from '../deployment/deployment.ts'
import { forwardedHeaders } from '../gate/forwarded-headers.ts'
import { gate } from '../gate/gate.ts'
import { dropOurCookies, fetchUpstream } from '../gate/upstream.ts'
import { toPublicError } from '../pages/public-error.ts'
import type { Extensions, Visit } from '../request/visit.ts'
import type { Claims } from '../tokens/session.ts'
import { type AdmittedRequest, admittedRequests } from './admitted-requests.ts'
import { GatehouseError } from './gatehouse-error.ts'
import { type GatehouseEnv, type HonoSession, honoSession } from './hono-session.ts'
import { LoginRefusal } from './login-refusal.ts'
import { mountingProblems } from './mounting.ts'
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
  let problems: readonly string[] | undefined

  return async (context, next) => {
    problems ??= mountingProblems(context, basePath)
    let thrown: { readonly error: unknown } | undefined
    const extensions: Extensions = {
      problems,
      roles: requiredRoles,
      groups: requiredGroups,
      ...(onLogin !== undefined && { onLogin: loginHook(onLogin, context) }),
    }
    const page: PageHandler<Response> = (deployment, visit, rule) =>
      gate(deployment, visit, rule, async (session) => {
        if (visit.site.upstream.kind !== 'app') return fetchUpstream(deployment, visit, session)
        const admitted: AdmittedRequest = {
          deployment,
          visit,
          rule,
          session,
          cookies: [],
          refuse: async (refused) => answerOf(await answerRefused(visit, refused)),
        }
        admittedRequests.set(context, admitted)
        if (session !== undefined) context.set('session', honoSession(session) as HonoSession<C>)
        context.req.raw = forApp(context.req.raw, visit)
        try {
          await next()
        } catch (error) {
          // What is no Error passes Hono by; it is the app's, and no fault of ours.
          thrown = { error }
          return ok({ response: new Response(null, { status: 500 }) })
        }
        return ok({ ...admitted, response: dropOurCookies(context.res) })
      })

    const handled = await handle(context.req.raw, context.env ?? {}, runtimeOf(context), page, extensions)
    if (thrown !== undefined) throw thrown.error
    if (handled.kind !== 'page') return answerOf(handled)
    if (handled.page !== context.res) {
      // Hono would merge the headers of the answer before into this one.
      context.res = undefined
      context.res = handled.page
    }
    return undefined
  }
}

/** The answer, or a way on such as into a login; an expected no is thrown, for the app to render. */
function answerOf(handled: Answered): Response {
  const { response } = handled
  if (handled.kind === 'answered' || response.status < 400) return response
  const { status, code } = toPublicError(handled.refusal)
  throw new GatehouseError(status, code, handled.reference, response)
}

/** What an upstream would get: without headers by which a visitor could pretend to be somebody, and without our cookies. */
function forApp(request: Request, { site, kind }: Visit): Request {
  const headers = forwardedHeaders(request.headers, site.passHeaders)
  if (kind === 'upgrade') headers.set('Upgrade', 'websocket')
  // What stood before in the app may have read the body, which Hono keeps.
  return request.bodyUsed
    ? new Request(request.url, { method: request.method, headers })
    : new Request(request, { headers })
}

function loginHook<C extends Claims>(
  onLogin: NonNullable<GatehouseOptions<C>['onLogin']>,
  context: Context,
): NonNullable<Extensions['onLogin']> {
  return async (session) => {
    const outcome = await onLogin(honoSession(session), context)
    return outcome instanceof LoginRefusal
      ? err({ reason: 'login_declined', message: outcome.message })
      : ok(outcome)
  }
}

/** Hono throws where there is no context, as in an app's own tests by `app.request()`. */
function runtimeOf(context: Context): Pick<ExecutionContext, 'waitUntil'> {
  try {
    return context.executionCtx
  } catch {
    return { waitUntil: (work) => void work.catch(() => {}) }
  }
}
