import { type Context, Hono } from 'hono'
import { html } from 'hono/html'
import { streamSSE } from 'hono/streaming'
// With the package: 'gatehouse-sso/hono'
import {
  type GatehouseEnv,
  GatehouseError,
  gatehouse,
  type HonoSession,
  refuseLogin,
  requireSession,
} from '../../src/hono.ts'
import config from './gatehouse.config.ts'
import { ORDERS, ordersOf } from './orders.ts'
import { privatePage, publicPage, STYLE } from './pages.ts'

// With the package: 'gatehouse-sso'
export { OrganizationSessions } from '../../src/index.ts'

/** What `onLogin` adds to a session. */
type Claims = { readonly plan: 'free' | 'pro' }

/** Gatehouse's bindings and `c.var.session`, and the app's own bindings beside them. */
type Env = GatehouseEnv<Claims> & {
  Bindings: { readonly PRO_ORGANIZATIONS: string; readonly SUSPENDED_ORGANIZATIONS: string }
}

const app = new Hono<Env>()

// Before all routes, for all paths and methods.
app.use(gatehouse<Claims>(config, { onLogin }))

app.get('/', (c) =>
  c.html(
    publicPage(
      'Orders',
      html`<p>Anybody may read this. <a href="/dashboard">Sign in</a> to see your orders.</p>`,
    ),
  ),
)
app.get('/style.css', (c) => c.body(STYLE, 200, { 'Content-Type': 'text/css' }))

// No rule is for these: they need a session, and have one.
app.get('/dashboard', (c) => {
  const { user, organizationId, claims } = c.var.session
  const orders = ordersOf(organizationId)
  return c.html(
    privatePage(
      'Dashboard',
      user.email ?? user.sub,
      html`<p>Plan: <span class="plan">${claims.plan}</span></p>
        <ul>${orders.map(({ item }) => html`<li>${item}</li>`)}</ul>
        <p>The server’s time: <time>…</time></p>
        <script>
          new EventSource('/api/events').onmessage = ({ data }) => {
            document.querySelector('time').textContent = data
          }
        </script>`,
    ),
  )
})

// A rule in gatehouse.config.ts asks for the role.
app.get('/billing', (c) => {
  const { user, organizationId } = c.var.session
  return c.html(
    privatePage(
      'Billing',
      user.email ?? user.sub,
      html`<p>${ordersOf(organizationId).length} orders to pay.</p>`,
    ),
  )
})

const api = new Hono<Env>()
  .get('/me', (c) => c.json(c.var.session))
  .get('/orders', (c) => c.json(ordersOf(c.var.session.organizationId)))
  // What a rule cannot know is decided where the route is.
  .get('/orders/:id', requireSession(ownsOrder), (c) =>
    c.json(ORDERS.find(({ id }) => id === Number(c.req.param('id')))),
  )
  // It ends when the session does.
  .get('/events', (c) =>
    streamSSE(c, async (stream) => {
      while (!stream.aborted) {
        await stream.writeSSE({ data: new Date().toISOString() })
        await stream.sleep(1000)
      }
    }),
  )
app.route('/api', api)

// An app's own error handler gives refusals back as they are, or makes something of `error.code`.
app.onError((error, c) => {
  if (error instanceof GatehouseError) return error.getResponse()
  console.error(error)
  return c.text('Something broke.', 500)
})

/** Runs when somebody has signed in, before their session opens. */
function onLogin(session: HonoSession, c: Context<Env>) {
  const { organizationId = '' } = session
  if (c.env.SUSPENDED_ORGANIZATIONS.split(' ').includes(organizationId))
    return refuseLogin('Your company has not paid since March. Ask your administrator.')
  const isPro = c.env.PRO_ORGANIZATIONS.split(' ').includes(organizationId)
  return { plan: isPro ? 'pro' : 'free' } as const
}

function ownsOrder(session: HonoSession, c: Context): boolean {
  const order = ORDERS.find(({ id }) => id === Number(c.req.param('id')))
  return order !== undefined && order.organization === session.organizationId
}

export default app
