import * as v from 'valibot'
import type { Refusal } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'
import type { ScalekitClient } from './client.ts'
import { scalekitError } from './error-catalogue.ts'

/** What an authorization code is exchanged with. */
export interface AuthorizationCodeGrant {
  readonly code: string
  readonly codeVerifier: string
  /** The same as in the authorization request. */
  readonly redirectUri: string
}

/** What Scalekit issued. Nothing in it is verified yet. */
export interface TokenResponse {
  readonly idToken: string
  readonly accessToken: string | undefined
}

const TIMEOUT_MS = 10_000

const tokens = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ id_token: v.pipe(v.string(), v.nonEmpty()), access_token: v.optional(v.string()) }),
)
const failure = v.pipe(v.string(), v.parseJson(), v.object({ error: v.string() }))

/** Where codes are exchanged. */
export const tokenEndpoint = ({ issuer }: ScalekitClient): string => `${issuer}/oauth/token`

/**
 * Sends the token request (RFC 6749 section 4.1.3, RFC 7636 section 4.5) with `client_secret_post`.
 *
 * @throws when no response came, or none in time. A code is good for one use, so nothing is tried again.
 */
export function tokenRequest(
  client: ScalekitClient,
  grant: AuthorizationCodeGrant,
  fetcher: typeof fetch,
): Promise<Response> {
  const { clientId, clientSecret } = client
  return fetcher(tokenEndpoint(client), {
    method: 'POST',
    headers: { Accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: grant.code,
      redirect_uri: grant.redirectUri,
      client_id: clientId,
      client_secret: clientSecret,
      code_verifier: grant.codeVerifier,
    }),
    // The body holds the client secret: it goes to the configured address and nowhere else.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
}

/**
 * Reads the token response (RFC 6749 sections 5.1 and 5.2). Scalekit documents no error body, so an error
 * without one, or with something else than JSON, is told apart by its status.
 *
 * @throws when the body breaks off
 */
export async function processTokenResponse(response: Response): Promise<Result<TokenResponse, Refusal>> {
  const body = await response.text()
  if (response.status === 200) {
    const parsed = v.safeParse(tokens, body)
    return parsed.success
      ? ok({ idToken: parsed.output.id_token, accessToken: parsed.output.access_token })
      : err({ reason: 'token_response_invalid', detail: 'a 200 without an id_token' })
  }

  const parsed = v.safeParse(failure, body)
  const code = parsed.success ? parsed.output.error : impliedError(response.status)
  if (code === undefined || response.status === 429 || response.status >= 500) {
    return err({ reason: 'scalekit_unreachable', endpoint: 'token', detail: `status ${response.status}` })
  }
  if (code === 'invalid_grant') return err({ reason: 'code_rejected', error: code })
  return err({ reason: 'client_rejected', error: scalekitError(code), received: code.slice(0, 64) })
}

function impliedError(status: number): string | undefined {
  if (status === 400) return 'invalid_grant'
  if (status === 401 || status === 403) return 'invalid_client'
  return undefined
}
