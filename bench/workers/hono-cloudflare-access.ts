import { cloudflareAccess } from '@hono/cloudflare-access'
import { Hono } from 'hono'
import { ACCESS_AUDIENCE, ACCESS_TEAM } from '../people.ts'

const app = new Hono<{ Bindings: { ASSETS: Fetcher } }>()
app.use('*', cloudflareAccess(ACCESS_TEAM, ACCESS_AUDIENCE))
app.get('*', (c) => c.env.ASSETS.fetch(c.req.raw))

export default app
