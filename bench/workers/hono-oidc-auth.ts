import { oidcAuthMiddleware } from '@hono/oidc-auth'
import { Hono } from 'hono'

const app = new Hono<{ Bindings: { ASSETS: Fetcher } }>()
app.use('*', oidcAuthMiddleware())
app.get('*', async (c) => {
  const response = await c.env.ASSETS.fetch(c.req.raw)
  // As its README has it: the middleware sets a header, and what ASSETS answers is immutable.
  return new Response(response.body, response)
})

export default app
