import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'

/**
 * A backend behind Gatehouse, as a Worker or on Node. It learns who is there from the assertion, and from nothing else.
 */

type Env = { Variables: { claims: JWTPayload } }

const issuer = setting('GATEHOUSE_ISSUER') // https://docs.example.com/auth
const audience = setting('GATEHOUSE_AUDIENCE') // docs.example.com

/** Fetched when needed, and again for a `kid` that is not in it: at most once in five seconds, whatever is asked. */
const keys = createRemoteJWKSet(new URL(`${issuer}/jwks.json`), {
  cacheMaxAge: 300_000,
  cooldownDuration: 5_000,
})

/** Lets a request pass if Gatehouse says who is there. */
const signedIn = createMiddleware<Env>(async (c, next) => {
  // `Headers` joins several of this name with commas, which no assertion survives.
  const assertion = c.req.header('Gatehouse-Assertion')
  if (assertion === undefined) return c.json({ error: 'no Gatehouse-Assertion' }, 401)
  try {
    const { payload } = await jwtVerify(assertion, keys, {
      algorithms: ['ES256'],
      issuer,
      audience,
      clockTolerance: 10,
      requiredClaims: ['exp', 'iat', 'sub'],
    })
    c.set('claims', payload)
  } catch (error) {
    if (!isRefusal(error)) return c.json({ error: 'the keys of Gatehouse cannot be fetched' }, 503)
    return c.json({ error: 'the Gatehouse-Assertion is not valid' }, 401)
  }
  return next()
})

/** Whether the assertion is at fault; anything else means that there are no keys to verify it with. */
function isRefusal(error: unknown): boolean {
  const noKeys = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']
  return error instanceof errors.JOSEError && !noKeys.includes(error.code)
}

const role = (name: string) =>
  createMiddleware<Env>(async (c, next) => {
    const { roles } = c.get('claims')
    if (Array.isArray(roles) && roles.includes(name)) return next()
    return c.json({ error: `this needs the role ${name}` }, 403)
  })

/** On a Worker, variables and secrets are in `process.env` too. */
function setting(name: string): string {
  const value = process.env[name]
  // Without an issuer or an audience to compare with, jose would accept any.
  if (!value) throw new Error(`${name} is not set`)
  return value
}

const app = new Hono<Env>()
app.use(signedIn) // before every route, so that none is forgotten

app.get('/', (c) => {
  const { name, email, sub } = c.get('claims')
  return c.json({ hello: name ?? email ?? sub })
})

app.get('/api/me', (c) => {
  const { sub, email, name, org, roles, groups } = c.get('claims')
  return c.json({ sub, email, name, org, roles, groups })
})

app.get('/api/admin', role('admin'), (c) => c.json({ secret: 'only for administrators' }))

export default app
