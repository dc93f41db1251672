import { isLocalHost } from '../../src/base/local-host.ts'
import { err, ok, type Result } from '../../src/base/result.ts'
import { ask, jsonIn } from '../network/ask.ts'
import { type NetworkFailure, networkFailureInWords } from '../network/network-failure.ts'
import type { Credentials } from './credentials.ts'

/** Why the environment gives no token for its management API. */
export type NoToken =
  | { readonly kind: 'network'; readonly failure: NetworkFailure }
  /** RFC 6749 section 5.2. */
  | { readonly kind: 'refused'; readonly status: number; readonly error: string }
  | { readonly kind: 'not_scalekit'; readonly status: number; readonly location: string | undefined }

/** Client credentials, RFC 6749 section 4.4, with the secret in the body as Scalekit wants it. */
export async function requestToken(
  { environmentUrl, clientId, clientSecret }: Credentials,
  signal: AbortSignal,
): Promise<Result<string, NoToken>> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  })
  const answer = await ask(`${environmentUrl}/oauth/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `${body}`,
    signal,
  })
  if (!answer.ok) return err({ kind: 'network', failure: answer.error })
  const { status, headers } = answer.value
  const { access_token, error } = jsonIn(answer.value)
  if (status === 200 && typeof access_token === 'string') return ok(access_token)
  if (typeof error === 'string' || [401, 403, 429].includes(status) || status >= 500)
    return err({ kind: 'refused', status, error: typeof error === 'string' ? error : '' })
  return err({ kind: 'not_scalekit', status, location: headers.get('location') ?? undefined })
}

export function noTokenInWords(why: NoToken, credentials: Credentials): string {
  const { environmentUrl, clientId, from } = credentials
  switch (why.kind) {
    case 'network':
      return failureInWords(why.failure, credentials)
    case 'not_scalekit': {
      const instead = why.location === undefined ? `${why.status}` : `a redirect to ${hostOf(why.location)}`
      return (
        `${environmentUrl} answers a request for a token with ${instead}, which no Scalekit environment does: ` +
        `${compareAddress(from.SCALEKIT_ENVIRONMENT_URL)}.`
      )
    }
    case 'refused': {
      if (why.status === 429) return rateLimited(environmentUrl)
      if (why.status >= 500) return `${environmentUrl} fails (${why.status}): try again later.`
      const error = why.error === '' ? why.status : why.error
      return (
        `${environmentUrl} does not accept the client ${clientId} (${error}): SCALEKIT_CLIENT_ID (${from.SCALEKIT_CLIENT_ID}) or ` +
        `SCALEKIT_CLIENT_SECRET (${from.SCALEKIT_CLIENT_SECRET}) is of another environment, or the secret was revoked. ` +
        'Compare with API credentials in the Scalekit dashboard, where a new secret is made too.'
      )
    }
  }
}

export const rateLimited = (environmentUrl: string) =>
  `${environmentUrl} has had too many requests (429): try again in a minute.`

export function failureInWords(failure: NetworkFailure, { environmentUrl, from }: Credentials): string {
  if (failure.kind === 'refused' && isLocalHost(new URL(environmentUrl).hostname))
    return `Nothing runs at ${environmentUrl}: start \`npx gatehouse dev\` in another terminal; with another --simulator-port, set SCALEKIT_ENVIRONMENT_URL to its address.`
  return networkFailureInWords(failure, environmentUrl, compareAddress(from.SCALEKIT_ENVIRONMENT_URL))
}

/** @param from where the address of the environment was read, as in ".dev.vars" */
export const compareAddress = (from: string): string =>
  `compare SCALEKIT_ENVIRONMENT_URL (${from}) with API credentials in the Scalekit dashboard`

const hostOf = (location: string) => (URL.canParse(location) ? new URL(location).host : 'another page')
