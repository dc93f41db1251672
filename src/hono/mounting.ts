import { type Context, Hono } from 'hono'
import { matchedRoutes } from 'hono/route'
import { reachesOwnRoutes } from './mount-pattern.ts'

/** As `app.use` and `app.all` note it. */
const EVERY_METHOD = 'ALL'

/**
 * What is wrong with how the middleware stands in an app; each would otherwise show as something else, much later.
 *
 * @param basePath below which the middleware serves its own routes
 */
export function mountingProblems(context: Context, basePath: string): readonly string[] {
  if (context.constructor !== contextOfThisHono())
    return [
      'The app and gatehouse-sso use two copies of hono, and neither knows what belongs to the other: `npm ls hono` shows both, `npm dedupe` leaves one',
    ]
  const { path: pattern = '', method = '' } = matchedRoutes(context).at(context.req.routeIndex) ?? {}
  if (method !== EVERY_METHOD)
    return [
      `gatehouse() stands before requests by ${method} only, and all others pass it by: mount it with app.use(gatehouse(config))`,
    ]
  if (reachesOwnRoutes(pattern, basePath)) return []
  const below = pattern.replace(/\/?\*$/, basePath)
  return [
    `gatehouse() is mounted at ${pattern}, where it never sees ${basePath}/login: mount it with app.use(gatehouse(config)), or write basePath: '${below}' in the configuration`,
  ]
}

/** Whether nothing else in the app is for this request. */
export const standsAlone = (context: Context): boolean =>
  context.constructor === contextOfThisHono() && matchedRoutes(context).length === 1

let own: unknown

function contextOfThisHono(): unknown {
  if (own === undefined) {
    const probe = new Hono()
    probe.get('/', (context) => {
      own = context.constructor
      return context.body(null)
    })
    void probe.request('/')
  }
  return own
}
