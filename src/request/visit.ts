import type { EpochSeconds } from '../base/time.ts'
import type { CanonicalUrl } from '../policy/canonical-url.ts'
import type { CompiledSite } from '../policy/site-directory.ts'
import type { TokenScope } from '../tokens/signed-token.ts'
import type { RequestKind } from './request-kind.ts'

/** A request with everything that is read from it once. */
export interface Visit {
  readonly request: Request
  readonly url: CanonicalUrl
  readonly site: CompiledSite
  readonly kind: RequestKind
  /** The `Cookie` header. */
  readonly cookies: string | null
  readonly now: EpochSeconds
  /** What a person can quote and an operator can find in the log. */
  readonly reference: string
  readonly basePath: string
}

/** Whether cookies carry the `__Host-` prefix and the Secure flag. */
export const isSecure = ({ url }: Visit): boolean => url.protocol === 'https:'

/** The address of one of our own routes on this site. */
export const routeUrl = ({ url, basePath }: Visit, path: string): string => `${url.origin}${basePath}${path}`

/** A session belongs to one host of one deployment. */
export const tokenScope = ({ url, basePath }: Visit): TokenScope => ({
  issuer: `${url.origin}${basePath}`,
  audience: url.host,
})

/** What an operator searches the log for: Cloudflare's ray where there is one. */
export const requestReference = (headers: Headers): string =>
  /^[0-9a-f]{16}(-[A-Z]{3})?$/.exec(headers.get('CF-Ray') ?? '')?.[0] ?? crypto.randomUUID().slice(0, 13)
