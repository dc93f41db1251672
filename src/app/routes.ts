import { logout, signedOut } from '../account/logout.ts'
import { sessionEndpoint } from '../account/session-endpoint.ts'
import { endSessions, listSessions } from '../account/sessions-endpoints.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { backchannelLogout } from '../events/backchannel-logout.ts'
import { webhooks } from '../events/webhooks.ts'
import { callback } from '../login/callback.ts'
import { continueLogin } from '../login/change-of-identity.ts'
import { login } from '../login/login.ts'
import { refuse } from '../pages/refusal-page.ts'
import type { Visit } from '../request/visit.ts'
import { health } from './health.ts'
import { jwksEndpoint } from './jwks-endpoint.ts'

interface Route {
  /** Without HEAD where answering changes something: a link checker must not use up a login or end a session. */
  readonly methods: readonly ('GET' | 'HEAD' | 'POST')[]
  readonly answer: (deployment: Deployment, visit: Visit) => Response | Promise<Response>
}

/**
 * Gatehouse's own routes below the base path: the whole surface on one page. They are few and exact, so a table stands
 * in for a router, which would take a seventh of the bundle's budget.
 */
const ROUTES: Readonly<Record<string, Route>> = {
  '/login': { methods: ['GET'], answer: login },
  '/callback': { methods: ['GET'], answer: callback },
  '/continue': { methods: ['POST'], answer: continueLogin },
  '/logout': { methods: ['GET', 'POST'], answer: logout },
  '/signed-out': { methods: ['GET', 'HEAD'], answer: signedOut },
  '/session': { methods: ['GET', 'HEAD'], answer: sessionEndpoint },
  '/sessions': { methods: ['GET', 'HEAD'], answer: listSessions },
  '/sessions/end': { methods: ['POST'], answer: endSessions },
  '/webhooks': { methods: ['POST'], answer: webhooks },
  '/backchannel-logout': { methods: ['POST'], answer: backchannelLogout },
  '/jwks.json': { methods: ['GET', 'HEAD'], answer: jwksEndpoint },
  '/health': { methods: ['GET', 'HEAD'], answer: health },
}

/** Answers a request below the base path. What is not in the table is a 404. */
export function answerOwnRoute(deployment: Deployment, visit: Visit): Response | Promise<Response> {
  const path = visit.url.path.slice(visit.basePath.length)
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined
  if (route === undefined) return refuse(visit, { reason: 'route_unknown' })
  const methods: readonly string[] = route.methods
  return methods.includes(visit.request.method)
    ? route.answer(deployment, visit)
    : refuse(visit, { reason: 'method_not_allowed', allow: methods.join(', ') })
}
