import { Hono } from 'hono'

const app = new Hono<{ Bindings: { ASSETS: Fetcher } }>()
app.get('*', (c) => c.env.ASSETS.fetch(c.req.raw))

export default app
