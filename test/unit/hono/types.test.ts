import { type Context, Hono } from 'hono'
import { expect, expectTypeOf, test } from 'vitest'
import { defineConfig } from '../../../src/config.ts'
import {
  type GatehouseEnv,
  type GatehouseOptions,
  gatehouse,
  type HonoSession,
  refuseLogin,
  requireSession,
} from '../../../src/hono.ts'

/** The compiler is what tests here; that the apps are there at all is only asked so that each is made. */

const config = defineConfig({ sites: { 'app.example.com': { organization: 'org_20001' } } })

test('the snippets of the documentation compile as they are written', async () => {
  const app = new Hono<GatehouseEnv>()
  app.use(gatehouse(config))
  app.get('/api/me', (c) => c.json(c.var.session.user))
  app.get('/api/admin', requireSession({ roles: ['admin'] }), (c) => c.text('admins only'))
  app.get(
    '/api/orgs/:org',
    requireSession((session, c) => session.organizationId === c.req.param('org')),
    (c) => {
      expectTypeOf(c.req.param('org')).toEqualTypeOf<string>()
      return c.json(c.var.session)
    },
  )
  // Without bindings nobody gets in.
  expect((await app.request('https://app.example.com/api/me')).status).toBe(503)
})

test('an app’s own bindings and variables stand beside Gatehouse’s', async () => {
  type Env = GatehouseEnv & { Bindings: { MY_KV: KVNamespace }; Variables: { requestId: string } }
  const app = new Hono<Env>()
  app.use(gatehouse(config))
  app.get('/', requireSession(), (c) => {
    expectTypeOf(c.env.MY_KV).toEqualTypeOf<KVNamespace>()
    expectTypeOf(c.env.GATEHOUSE_KV).toEqualTypeOf<KVNamespace>()
    expectTypeOf(c.var.requestId).toEqualTypeOf<string>()
    expectTypeOf(c.var.session.user.email).toEqualTypeOf<string | undefined>()
    return c.text('')
  })
  const admin = new Hono<Env>()
    .use(requireSession({ roles: ['admin'] }))
    .get('/', (c) => c.text(c.var.session.user.sub))
  app.route('/admin', admin)
  expect((await app.request('https://app.example.com/')).status).toBe(503)
})

test('chained calls know the session, also in an app that says nothing of its environment', async () => {
  const app = new Hono()
    .use(gatehouse(config))
    .use('/admin/*', requireSession({ roles: ['admin'] }))
    .get('/', (c) => {
      expectTypeOf(c.var.session).toEqualTypeOf<HonoSession>()
      return c.json({ sub: c.var.session.user.sub })
    })
    .get('/orgs/:org', requireSession(), (c) => {
      expectTypeOf(c.var.session.organizationId).toEqualTypeOf<string | undefined>()
      return c.text(c.req.param('org'))
    })
  expect((await app.request('https://app.example.com/')).status).toBe(503)
})

test('claims have the type that onLogin gives', async () => {
  type Plan = { readonly plan: 'free' | 'pro' }
  const options: GatehouseOptions<Plan> = {
    onLogin: async (session, c) => {
      expectTypeOf(session).toEqualTypeOf<HonoSession>()
      expectTypeOf(c).toExtend<Context>()
      return session.organizationId === undefined ? refuseLogin('Only for companies.') : { plan: 'pro' }
    },
  }
  const app = new Hono<GatehouseEnv<Plan>>()
  app.use(gatehouse<Plan>(config, options))
  app.get(
    '/',
    requireSession<Plan>(({ claims }) => claims.plan === 'pro'),
    (c) => {
      expectTypeOf(c.var.session.claims.plan).toEqualTypeOf<'free' | 'pro'>()
      return c.text('')
    },
  )
  // It need not be named where it can be seen.
  new Hono()
    .use(gatehouse(config, { onLogin: () => ({ plan: 'pro' }) }))
    .get('/', (c) => c.text(`${c.var.session.claims.plan}`))
  new Hono().use(gatehouse(config, { onLogin: () => undefined }))
  expect((await app.request('https://app.example.com/')).status).toBe(503)
})

test('what cannot mean anything does not compile', () => {
  // @ts-expect-error a demand that is misspelt
  const role = () => requireSession({ role: ['admin'] })
  // @ts-expect-error a check that gives no answer
  const nothing = () => requireSession(() => {})
  // @ts-expect-error a no that is none: refuseLogin('…')
  const no = () => gatehouse(config, { onLogin: () => false })
  // @ts-expect-error what JSON cannot say
  const date = () => gatehouse(config, { onLogin: () => ({ at: new Date() }) })
  const spoil = (session: HonoSession) => {
    // @ts-expect-error a session is for reading
    session.user.email = 'boss@acme.example'
    // @ts-expect-error its roles too
    session.user.roles.push('admin')
  }
  expect([role, nothing, no, date, spoil]).toHaveLength(5)
})
