import { Hono } from 'hono'
import type { GatehouseConfig } from '../../src/config.ts'
import type { Effects } from '../../src/deployment/deployment.ts'
import { type GatehouseEnv, type GatehouseOptions, gatehouse, requireSession } from '../../src/hono.ts'
import { CONFIG } from '../support/hono-world.ts'
import { createWorld, type World } from '../support/world.ts'

export type Plan = { readonly plan: string }

export interface AppOptions {
  readonly config?: GatehouseConfig
  readonly options?: GatehouseOptions<Plan>
  /** Routes besides the usual ones, before or behind the middleware. */
  readonly before?: (app: Hono<GatehouseEnv<Plan>>) => void
  readonly behind?: (app: Hono<GatehouseEnv<Plan>>) => void
}

/** An app of somebody who has had one before. */
export const createApp =
  ({ config = CONFIG, options = {}, before, behind }: AppOptions = {}) =>
  (effects: Effects) => {
    const app = new Hono<GatehouseEnv<Plan>>()
    before?.(app)
    app.use(gatehouse<Plan>(config, options, effects))
    app.get('/', (c) => c.text(`hello ${c.var.session?.user.email ?? 'stranger'}`))
    app.get('/api/me', (c) => c.json(c.var.session))
    app.get('/open/me', requireSession(), (c) => c.json(c.var.session.user))
    app.get('/open/admin', requireSession({ roles: ['admin'] }), (c) => c.text('admin'))
    app.get('/open/auditor', requireSession({ roles: ['auditor'] }), (c) => c.text('auditor'))
    app.get(
      '/open/orgs/:org',
      requireSession((session, c) => session.organizationId === c.req.param('org')),
      (c) => c.text('mine'),
    )
    app.get('/open/page', (c) => c.text('for everybody'))
    app.get('/admin/page', (c) => c.text('for admins'))
    app.get('/strict/page', (c) => c.text('strictly'))
    app.get('/headers', (c) => c.json(Object.fromEntries(c.req.raw.headers)))
    app.post('/echo', async (c) => c.text(await c.req.text()))
    behind?.(app)
    return app
  }

export async function appWorld(options?: AppOptions): Promise<World> {
  const world = await createWorld()
  world.deployApp(createApp(options))
  return world
}
