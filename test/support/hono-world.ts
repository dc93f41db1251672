import { Hono } from 'hono'
import { defineConfig, type GatehouseConfig } from '../../src/config.ts'
import { type Claims, type GatehouseEnv, type GatehouseOptions, gatehouse } from '../../src/hono.ts'
import { ACME } from './openid-provider.ts'
import { createWorld, type World, type WorldOptions } from './world.ts'

export const SITE = 'https://app.example.com'

export const CONFIG = defineConfig({
  sites: {
    'app.example.com': {
      organization: ACME,
      rules: [
        { path: '/', access: 'public' },
        { path: '/open/*', access: 'public', cache: 'public, max-age=600' },
        { path: '/admin/*', require: { roles: ['admin'] } },
        { path: '/strict/*', strict: true },
      ],
    },
  },
})

export type App = Hono<GatehouseEnv<Claims>>

export interface HonoWorldOptions extends Omit<WorldOptions, 'config'> {
  readonly config?: GatehouseConfig
  readonly options?: GatehouseOptions<Claims>
  /** What stands before the middleware. */
  readonly before?: (app: App) => void
  /** `strict` of the app: whether `/a` and `/a/` are two paths to it. */
  readonly strict?: boolean
}

/** A world whose Worker is a Hono app with Gatehouse in it, and these routes behind. */
export async function honoWorld(
  behind: (app: App) => void,
  { config = CONFIG, options = {}, before, strict = true, ...rest }: HonoWorldOptions = {},
): Promise<World> {
  const world = await createWorld()
  world.deployApp((effects) => {
    const app: App = new Hono<GatehouseEnv<Claims>>({ strict })
    before?.(app)
    app.use(gatehouse(config, options, effects))
    behind(app)
    return app
  }, rest)
  return world
}

/** Answers of nobody in particular, for whoever only has to be signed in. */
export const page = (app: App): void => {
  app.get('/page', (c) => c.text('page'))
}
