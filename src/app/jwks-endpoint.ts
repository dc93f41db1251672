import type { Deployment } from '../deployment/deployment.ts'
import { ownHeaders } from '../pages/response.ts'
import type { Visit } from '../request/visit.ts'

/**
 * `GET /auth/jwks.json`: the public keys of assertions (RFC 7517 section 5). Symmetric keys are not in the ring's
 * public part, so none can be published.
 */
export function jwksEndpoint({ keyRing }: Deployment, visit: Visit): Response {
  const headers = ownHeaders(visit.url)
  headers.set('Content-Type', 'application/jwk-set+json')
  headers.set('Cache-Control', 'public, max-age=300')
  headers.set('Access-Control-Allow-Origin', '*')
  return new Response(JSON.stringify({ keys: keyRing.assertionPublicKeys }), { headers })
}
