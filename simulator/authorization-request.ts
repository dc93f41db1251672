import type { Parameters } from './parameters.ts'
import { refusal, type SsoRefusal } from './sso-errors.ts'

/** What has to be remembered of a request to `/oauth/authorize` until its code is exchanged. */
export interface AuthorizationRequest {
  readonly redirectUri: string
  readonly scope: readonly string[]
  readonly state: string | undefined
  readonly nonce: string | undefined
  /** Always S256. */
  readonly codeChallenge: string | undefined
  readonly prompt: string | undefined
  readonly loginHint: string | undefined
}

const PROMPTS = ['login', 'create', 'select_account', 'none']

/**
 * Checks what does not depend on the customer. `client_id` and `redirect_uri` have been checked before, since a "no"
 * of this function is sent to the redirect URI.
 *
 * @see RFC 6749 section 4.1.1, RFC 7636 section 4.3
 */
export function checkAuthorizationRequest(
  parameters: Parameters,
  redirectUri: string,
): { readonly ok: true; readonly request: AuthorizationRequest } | SsoRefusal {
  const [repeated] = parameters.repeated
  if (repeated !== undefined) return refusal('invalid_request', 'A parameter occurs more than once.')

  const responseType = parameters.get('response_type')
  if (responseType === undefined) return refusal('invalid_request', 'response_type is missing.')
  if (responseType !== 'code') return refusal('unsupported_response_type')

  const scope = parameters.get('scope')?.split(' ')
  if (scope === undefined) return refusal('invalid_request', 'scope is missing.')
  if (!scope.includes('openid')) return refusal('invalid_scope')

  const codeChallenge = parameters.get('code_challenge')
  const method = parameters.get('code_challenge_method')
  if (codeChallenge === undefined && method !== undefined) {
    return refusal('invalid_request', 'code_challenge is missing.')
  }
  // Without a method RFC 7636 means "plain", which nobody should use.
  if (codeChallenge !== undefined && method !== 'S256') {
    return refusal('invalid_request', 'code_challenge_method must be S256.')
  }
  if (codeChallenge !== undefined && !/^[\w-]{43}$/.test(codeChallenge)) {
    return refusal('invalid_request', 'code_challenge is not the base64url of a SHA-256 hash.')
  }

  const prompt = parameters.get('prompt')
  if (prompt !== undefined && !PROMPTS.includes(prompt)) {
    return refusal('invalid_request', `prompt must be one of ${PROMPTS.join(', ')}.`)
  }

  return {
    ok: true,
    request: {
      redirectUri,
      scope,
      state: parameters.get('state'),
      nonce: parameters.get('nonce'),
      codeChallenge,
      prompt,
      loginHint: parameters.get('login_hint'),
    },
  }
}
