import * as v from 'valibot'
import { err, ok, type Result } from '../base/result.ts'
import { after, type EpochSeconds, minutes, type Seconds } from '../base/time.ts'
import type { ScalekitClient } from './client.ts'
import { askManagement, failureOf, type ManagementFailure, unusable } from './management-api.ts'
import { tokenEndpoint } from './token-request.ts'

/** So long before its end a token is used no more: clocks differ, and requests take their time. */
const MARGIN = minutes(2)

/** It goes into a header (RFC 6750 section 2.1), and is kept for as long as it says. */
const issued = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    access_token: v.pipe(v.string(), v.regex(/^[\w.~+/-]+=*$/)),
    token_type: v.pipe(v.string(), v.regex(/^bearer$/i)),
    expires_in: v.optional(v.number(), 0),
  }),
)

/**
 * The token for Scalekit's management API (client credentials, RFC 6749 section 4.4), kept in the isolate's memory until shortly
 * before it expires. Requests that come before there is one each fetch their own, since in Workers none may wait for another's promise.
 */
export class ManagementToken {
  readonly #client: ScalekitClient
  readonly #fetch: typeof fetch
  #kept: { readonly token: string; readonly until: EpochSeconds } | undefined

  constructor(client: ScalekitClient, fetcher: typeof fetch) {
    this.#client = client
    this.#fetch = fetcher
  }

  async get(now: EpochSeconds, signal: AbortSignal): Promise<Result<string, ManagementFailure>> {
    if (this.#kept !== undefined && now < this.#kept.until) return ok(this.#kept.token)
    const { clientId, clientSecret } = this.#client
    const fetcher = this.#fetch
    const answer = await askManagement('token', fetcher, tokenEndpoint(this.#client), {
      method: 'POST',
      headers: { Accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
      }),
      signal,
    })
    if ('reason' in answer) return err(answer)
    if (answer.status !== 200) return err(failureOf('token', answer))
    const parsed = v.safeParse(issued, answer.body)
    if (!parsed.success) return err(unusable('token', 'a 200 without a bearer token'))
    const { access_token: token, expires_in: lifetime } = parsed.output
    this.#kept = { token, until: after(now, (lifetime - MARGIN) as Seconds) }
    return ok(token)
  }

  /** The API does not take this token any more. Another that was fetched meanwhile stays. */
  forget(token: string): void {
    if (this.#kept?.token === token) this.#kept = undefined
  }
}
