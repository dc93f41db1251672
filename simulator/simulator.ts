import { Hono } from 'hono'
import { adminPortal } from './admin-portal.tsx'
import { authorize } from './authorize.ts'
import { control } from './control.ts'
import { discovery, keySet } from './discovery.ts'
import { createEnvironment, type Environment, type SimulatorOptions } from './environment.ts'
import { errorPage } from './error-page.tsx'
import { eventsApi } from './events-api.ts'
import { answerWithFaults } from './faulty.ts'
import { home } from './home-page.tsx'
import { showIdp, submitIdp } from './idp.tsx'
import { LIVE_SCRIPT } from './live-script.ts'
import { logout } from './logout.tsx'
import { management } from './management.ts'
import { operator } from './operator.tsx'
import { operatorFaults } from './operator-faults.tsx'
import { operatorRequests } from './operator-requests.tsx'
import { recordRequests } from './record-requests.ts'
import { sameOriginOnly, thisMachineOnly } from './same-origin.ts'
import { STYLE } from './style.ts'
import { token } from './token.ts'

/**
 * A stand-in Scalekit environment with a memory of its own. As a Hono app it needs no server: a test calls
 * `simulator.request(url, init)`, also in the place of `fetch`.
 */
export function createSimulator(options: SimulatorOptions = {}) {
  const environment = createEnvironment(options)
  const app = new Hono<{ Variables: { environment: Environment } }>()
  app.use(async (c, next) => {
    c.set('environment', environment)
    await next()
  })
  app.use(recordRequests(environment))
  for (const path of ['/.well-known/*', '/oauth/token', '/keys', '/api/*']) {
    app.use(path, answerWithFaults(environment))
  }

  app.get('/.well-known/openid-configuration', discovery(environment))
  app.get('/keys', keySet(environment))
  app.get('/oauth/authorize', authorize(environment))
  app.post('/oauth/token', token(environment))
  app.get('/oidc/logout', logout(environment))
  app.route('/api/v1', management(environment))
  app.get('/magicLink/:link', adminPortal(environment))

  for (const path of ['/', '/idp/*', '/simulator/*', '/operator/*'])
    app.use(path, thisMachineOnly(options.issuer))

  app.use('/idp/*', sameOriginOnly())
  app.get('/idp/:connection', showIdp(environment))
  app.post('/idp/:connection', submitIdp(environment))

  app.use('/simulator/*', sameOriginOnly())
  app.route('/simulator', control(environment))
  app.route('/simulator', eventsApi(environment))

  app.use('/operator/*', sameOriginOnly())
  app.route('/operator/faults', operatorFaults(environment))
  app.route('/operator/requests', operatorRequests(environment))
  app.route('/operator', operator(environment))

  app.get('/', home(environment))
  app.get('/style.css', (c) => c.body(STYLE, 200, { 'Content-Type': 'text/css; charset=utf-8' }))

  app.get('/live.js', (c) => c.body(LIVE_SCRIPT, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }))

  app.notFound((c) => errorPage(c, 404, 'not_found', 'The simulator has nothing at this address.'))
  app.onError((error, c) => {
    console.error(error)
    return errorPage(c, 500, 'server_error', 'The simulator itself failed: see its log.')
  })
  return app
}
