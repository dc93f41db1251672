import * as v from 'valibot'
import { err, ok, type Result } from '../base/result.ts'
import { type EpochSeconds, minutes } from '../base/time.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { checkToken, signToken } from './signed-token.ts'

/** What a site asks the login host for: to sign somebody in, for one login that began there. */
export interface LoginRequest {
  /** `https://<host>/auth` of the site. */
  readonly issuer: string
  /** The login transaction's, at the site. */
  readonly state: string
  readonly selectors: RequestedSelectors
  readonly prompt: string | undefined
  /** Seconds that a sign-in may be old for the page that is wanted. */
  readonly maxAge: number | undefined
}

/** What the link asked for that began the login; what the site demands is known to the login host anyway. */
export interface RequestedSelectors {
  readonly provider?: string | undefined
  readonly connectionId?: string | undefined
  readonly organizationId?: string | undefined
  readonly domainHint?: string | undefined
  readonly loginHint?: string | undefined
}

/** As long as the login transaction at the site. */
export const LOGIN_REQUEST_LIFETIME = minutes(10)

const claims = v.object({
  iss: v.string(),
  exp: v.number(),
  state: v.string(),
  provider: v.optional(v.string()),
  conn: v.optional(v.string()),
  org: v.optional(v.string()),
  domain: v.optional(v.string()),
  hint: v.optional(v.string()),
  prompt: v.optional(v.string()),
  max_age: v.optional(v.number()),
})

/** Signs it: `gh-request+jwt`, HS256 under a key of its own. @param loginHost the only place where it means anything */
export const issueLoginRequest = (
  { issuer, state, selectors, prompt, maxAge }: LoginRequest,
  loginHost: string,
  keyRing: KeyRing,
  expiresAt: EpochSeconds,
): Promise<string> =>
  signToken(
    'request',
    {
      state,
      provider: selectors.provider,
      conn: selectors.connectionId,
      org: selectors.organizationId,
      domain: selectors.domainHint,
      hint: selectors.loginHint,
      prompt,
      max_age: maxAge,
    },
    expiresAt,
    { issuer, audience: loginHost },
    keyRing,
  )

/** One that is genuine, and may be too late. */
export interface GenuineLoginRequest extends LoginRequest {
  readonly expiresAt: EpochSeconds
}

/** Whether it has expired is for the caller to see, who can still say which site it came from. @returns it, or the check that failed */
export async function verifyLoginRequest(
  token: string,
  loginHost: string,
  keyRing: KeyRing,
): Promise<Result<GenuineLoginRequest, string>> {
  const beforeAnyLimit = 0 as EpochSeconds
  const verified = await checkToken('request', token, { audience: loginHost }, keyRing, beforeAnyLimit)
  if (!verified.ok) return verified
  const parsed = v.safeParse(claims, verified.value)
  if (!parsed.success) return err('format')
  const { iss, exp, state, provider, conn, org, domain, hint, prompt, max_age } = parsed.output
  return ok({
    issuer: iss,
    state,
    selectors: {
      provider,
      connectionId: conn,
      organizationId: org,
      domainHint: domain,
      loginHint: hint,
    },
    prompt,
    maxAge: max_age,
    expiresAt: exp as EpochSeconds,
  })
}
