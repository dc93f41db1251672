import express, { type NextFunction, type Request, type Response } from 'express'
import { createRemoteJWKSet, jwtVerify } from 'jose'

/** The API behind `/api/*`. Gatehouse takes `/api` off the front, and tells who is there in a signed assertion. */

const issuer = process.env['GATEHOUSE_ISSUER'] ?? 'http://localhost:8787/auth'
const audience = process.env['GATEHOUSE_AUDIENCE'] ?? 'localhost'
const keys = createRemoteJWKSet(new URL(`${issuer}/jwks.json`), {
  cacheMaxAge: 300_000,
  cooldownDuration: 5_000,
})

/** Lets a request pass if Gatehouse says who is there; examples/express tells apart why not. */
async function signedIn(request: Request, response: Response, next: NextFunction) {
  const options = { algorithms: ['ES256'], issuer, audience, requiredClaims: ['exp', 'iat', 'sub'] }
  try {
    const { payload } = await jwtVerify(request.get('Gatehouse-Assertion') ?? '', keys, options)
    response.locals['email'] = payload['email'] ?? payload.sub
  } catch {
    return response.status(401).json({ error: 'no valid Gatehouse-Assertion' })
  }
  return next()
}

const orders = [{ id: 1, item: 'Anvil', by: 'ann@example.com' }]

const app = express()
app.get('/health', (_request, response) => void response.json({ status: 'ok' }))
app.use(signedIn) // before every other route, so that none is forgotten
app.get('/me', (_request, response) => void response.json({ email: response.locals['email'] }))
app.get('/orders', (_request, response) => void response.json(orders))
app.get('/orders/:id', ({ params }, response) => {
  const order = orders.find(({ id }) => String(id) === params.id)
  if (order === undefined) response.status(404).json({ error: 'no such order' })
  else response.json(order)
})
app.post('/orders', express.urlencoded(), (request, response) => {
  const order = { id: orders.length + 1, item: String(request.body.item), by: response.locals['email'] }
  orders.push(order)
  // People are sent to /api/orders/2: Gatehouse puts the prefix back.
  response.redirect(303, `/orders/${order.id}`)
})

// Only this machine can connect.
app.listen(Number(process.env['PORT'] ?? 8000), '127.0.0.1')
