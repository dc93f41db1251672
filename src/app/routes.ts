import { bodyLimit } from 'hono/body-limit'
import { Hono } from 'hono/tiny'
import { adminPortal } from '../account/admin-portal.ts'
import { logout, signedOut } from '../account/logout.ts'
import { sessionEndpoint } from '../account/session-endpoint.ts'
import { endSessions, listSessions } from '../account/sessions-endpoints.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { backchannelLogout } from '../events/backchannel-logout.ts'
import { webhooks } from '../events/webhooks.ts'
import { callback } from '../login/callback.ts'
import { continueLogin } from '../login/change-of-identity.ts'
import { handoff } from '../login/handoff.ts'
import { login } from '../login/login.ts'
import { operatorEndpoint } from '../operator/operator-endpoint.ts'
import { answerPreflight } from '../request/cors.ts'
import type { Answer, Refused } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import { health } from './health.ts'
import { jwksEndpoint } from './jwks-endpoint.ts'
import { ownHeaders } from './own-answers.ts'

interface RouteBindings {
  /** The request as it has been read already: nothing here reads its address again. */
  readonly visit: Visit
  readonly refuse: (refused: Refused) => Promise<Response>
}

export type Routes = Hono<{ Bindings: RouteBindings }>

/** Answers a request for one of Gatehouse's own routes, or says why not. */
export type RouteHandler = (deployment: Deployment, visit: Visit) => Answer | Promise<Answer>

/** Bytes. Far above any event or form of ours, far below what would hurt. */
const MAX_BODY = 256 * 1024

/** Gatehouse's own routes below the base path: the whole surface on one page. */
export function createRoutes(deployment: Deployment): Routes {
  // To the router of hono/tiny a slash at the end makes no difference, as it makes none to rules.
  const getPath = (_request: Request, options?: { env?: RouteBindings }): string =>
    options?.env?.visit.url.path ?? ''
  const app: Routes = new Hono<{ Bindings: RouteBindings }>({ getPath })
  const answer = (path: string, methods: readonly string[], handler: RouteHandler) =>
    app.all(deployment.basePath + path, async ({ env: { visit, refuse }, req }) => {
      // Hono would take HEAD for GET. It is named where answering changes nothing: a link checker must not use up a login.
      if (!methods.includes(visit.request.method))
        return refuse({ refusal: { reason: 'method_not_allowed', allow: methods.join(', ') } })
      const answered = await handler(deployment, { ...visit, request: req.raw })
      return answered.ok ? answered.value : refuse(answered.error)
    })

  app.use(ownHeaders)
  app.post('*', (context, next) => {
    // Bytes are counted. A length that somebody writes there need not be true.
    const headers = new Headers(context.req.raw.headers)
    headers.delete('Content-Length')
    context.req.raw = new Request(context.req.raw, { headers })
    return next()
  })
  app.post(
    '*',
    bodyLimit({
      maxSize: MAX_BODY,
      onError: ({ env }) => env.refuse({ refusal: { reason: 'body_too_large', limit: MAX_BODY } }),
    }),
  )

  app.options(
    `${deployment.basePath}/session`,
    async ({ env: { visit } }, next) => answerPreflight(visit.request, visit.site.cors) ?? next(),
  )
  answer('/login', ['GET'], login)
  answer('/callback', ['GET'], callback)
  answer('/handoff', ['GET'], handoff)
  answer('/continue', ['POST'], continueLogin)
  answer('/logout', ['GET', 'POST'], logout)
  answer('/signed-out', ['GET', 'HEAD'], signedOut)
  answer('/session', ['GET', 'HEAD'], sessionEndpoint)
  answer('/sessions', ['GET', 'HEAD'], listSessions)
  answer('/sessions/end', ['POST'], endSessions)
  answer('/admin-portal', ['GET'], adminPortal)
  answer('/webhooks', ['POST'], webhooks)
  answer('/backchannel-logout', ['POST'], backchannelLogout)
  answer('/operator', ['POST'], operatorEndpoint)
  answer('/jwks.json', ['GET', 'HEAD'], jwksEndpoint)
  answer('/health', ['GET', 'HEAD'], health)

  app.notFound(({ env }) => env.refuse({ refusal: { reason: 'route_unknown' } }))
  // A fault is logged and answered where all are.
  app.onError((error) => {
    throw error
  })
  return app
}
