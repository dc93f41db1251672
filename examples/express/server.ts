import express, { type NextFunction, type Request, type Response } from 'express'
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'

/** A backend behind Gatehouse. It learns who is there from the assertion, and from nothing else. */

const issuer = setting('GATEHOUSE_ISSUER') // https://docs.example.com/auth
const audience = setting('GATEHOUSE_AUDIENCE') // docs.example.com

/** Fetched when needed, and again for a `kid` that is not in it: at most once in five seconds, whatever is asked. */
const keys = createRemoteJWKSet(new URL(`${issuer}/jwks.json`), {
  cacheMaxAge: 300_000,
  cooldownDuration: 5_000,
})

/** Lets a request pass if Gatehouse says who is there. */
async function signedIn(request: Request, response: Response, next: NextFunction) {
  // Node joins several headers of this name with commas, which no assertion survives.
  const assertion = request.get('Gatehouse-Assertion')
  if (assertion === undefined) return response.status(401).json({ error: 'no Gatehouse-Assertion' })
  try {
    const { payload } = await jwtVerify(assertion, keys, {
      algorithms: ['ES256'],
      issuer,
      audience,
      clockTolerance: 10,
      requiredClaims: ['exp', 'iat', 'sub'],
    })
    response.locals['claims'] = payload
  } catch (error) {
    if (!isRefusal(error))
      return response.status(503).json({ error: 'the keys of Gatehouse cannot be fetched' })
    return response.status(401).json({ error: 'the Gatehouse-Assertion is not valid' })
  }
  return next()
}

/** Whether the assertion is at fault; anything else means that there are no keys to verify it with. */
function isRefusal(error: unknown): boolean {
  const noKeys = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']
  return error instanceof errors.JOSEError && !noKeys.includes(error.code)
}

const claimsOf = (response: Response): JWTPayload => response.locals['claims']

const role = (name: string) => (_request: Request, response: Response, next: NextFunction) => {
  const { roles } = claimsOf(response)
  if (Array.isArray(roles) && roles.includes(name)) return next()
  response.status(403).json({ error: `this needs the role ${name}` })
}

function setting(name: string): string {
  const value = process.env[name]
  // Without an issuer or an audience to compare with, jose would accept any.
  if (!value) throw new Error(`${name} is not set`)
  return value
}

const app = express()
app.use(signedIn) // before every route, so that none is forgotten

app.get('/', (_request, response) => {
  const { name, email, sub } = claimsOf(response)
  response.json({ hello: name ?? email ?? sub })
})

app.get('/api/me', (_request, response) => {
  const { sub, email, name, org, roles, groups } = claimsOf(response)
  response.json({ sub, email, name, org, roles, groups })
})

app.get('/api/admin', role('admin'), (_request, response) => {
  response.json({ secret: 'only for administrators' })
})

// Only this machine can connect.
app.listen(Number(process.env['PORT'] ?? 8000), '127.0.0.1')
