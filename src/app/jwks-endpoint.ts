import { ok } from '../base/result.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { Answer } from '../request/refused.ts'
import { JWKS_MAX_AGE } from '../tokens/assertion.ts'

/**
 * `GET /auth/jwks.json`: the public keys of assertions (RFC 7517 section 5). Symmetric keys are not in the ring's
 * public part, so none can be published.
 */
export function jwksEndpoint({ keyRing }: Deployment): Answer {
  const headers = {
    'Content-Type': 'application/jwk-set+json',
    'Cache-Control': `public, max-age=${JWKS_MAX_AGE}`,
    'Access-Control-Allow-Origin': '*',
  }
  return ok(new Response(JSON.stringify({ keys: keyRing.assertionPublicKeys }), { headers }))
}
