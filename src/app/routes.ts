import { type Context, Hono } from 'hono'
import { logout, signedOut } from '../account/logout.ts'
import { sessionEndpoint } from '../account/session-endpoint.ts'
import { endSessions, listSessions } from '../account/sessions-endpoints.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { backchannelLogout } from '../events/backchannel-logout.ts'
import { webhooks } from '../events/webhooks.ts'
import { callback } from '../login/callback.ts'
import { continueLogin } from '../login/change-of-identity.ts'
import { login } from '../login/login.ts'
import { refuse } from '../pages/refusal-page.tsx'
import type { Visit } from '../request/visit.ts'
import { health } from './health.ts'
import { jwksEndpoint } from './jwks-endpoint.ts'

interface RoutesEnv {
  /** The request as it has been read already: nothing here reads it again. */
  readonly Bindings: { readonly visit: Visit }
}

export type Routes = Hono<RoutesEnv>

/** Answers a request for one of Gatehouse's own routes. */
export type RouteHandler = (deployment: Deployment, visit: Visit) => Response | Promise<Response>

/** Gatehouse's own routes below the base path: the whole surface on one page. */
export function createRoutes(deployment: Deployment): Routes {
  // A slash at the end makes no difference here, as it makes none to rules.
  const getPath = (_request: Request, options?: { env?: RoutesEnv['Bindings'] }): string =>
    options?.env?.visit.url.path.replace(/\/$/, '') ?? ''
  const app: Routes = new Hono<RoutesEnv>({ getPath })
  const answer = (path: string, methods: readonly string[], handler: RouteHandler) =>
    // Hono would take HEAD for GET. It is named where answering changes nothing: a link checker must not use up a login.
    app.all(deployment.basePath + path, ({ env: { visit } }: Context<RoutesEnv>) =>
      methods.includes(visit.request.method)
        ? handler(deployment, visit)
        : refuse(visit, { reason: 'method_not_allowed', allow: methods.join(', ') }),
    )

  answer('/login', ['GET'], login)
  answer('/callback', ['GET'], callback)
  answer('/continue', ['POST'], continueLogin)
  answer('/logout', ['GET', 'POST'], logout)
  answer('/signed-out', ['GET', 'HEAD'], signedOut)
  answer('/session', ['GET', 'HEAD'], sessionEndpoint)
  answer('/sessions', ['GET', 'HEAD'], listSessions)
  answer('/sessions/end', ['POST'], endSessions)
  answer('/webhooks', ['POST'], webhooks)
  answer('/backchannel-logout', ['POST'], backchannelLogout)
  answer('/jwks.json', ['GET', 'HEAD'], jwksEndpoint)
  answer('/health', ['GET', 'HEAD'], health)

  app.notFound(({ env: { visit } }) => refuse(visit, { reason: 'route_unknown' }))
  // A fault is logged and answered where all are.
  app.onError((error) => {
    throw error
  })
  return app
}
