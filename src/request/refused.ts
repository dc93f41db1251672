import type { Refusal } from '../base/refusal.ts'
import type { Result } from '../base/result.ts'
import type { EpochSeconds } from '../base/time.ts'
import type { CompiledSite } from '../policy/site-directory.ts'
import type { ReturnTo } from './return-to.ts'

/** A site that the login host signs somebody in for, by the word of a request that it has signed. */
export interface ForSite {
  readonly origin: string
  readonly site: CompiledSite
  readonly request?: string
}

/** A refusal with what its answer needs to know beside it; see `refuse`. */
export interface Refused {
  readonly refusal: Refusal
  /** Where a new login should lead. Default: the home page. */
  readonly returnTo?: ReturnTo | undefined
  /** At the login host: the login of which site it was, and the request that asks for it once more, while there is one. */
  readonly forSite?: ForSite | undefined
  /** `Set-Cookie` values that the answer has to carry. */
  readonly cookies?: readonly string[]
  /** The rule that decided, by its position. */
  readonly rule?: number | undefined
  /** Origins whose scripts may read the answer. */
  readonly cors?: ReadonlySet<string>
  /** A page that somebody opens without a session leads into a login at once; the fragment of its address may have to come along. */
  readonly redirectsToLogin?: true | 'with_fragment'
  /** The address that was typed on our own page, in this very browser, for the login that failed. */
  readonly typedAddress?: string | undefined
  /** When the person who is refused last proved who they are. */
  readonly signedInAt?: EpochSeconds | undefined
  /** Scripts ask here: the answer is never a page. */
  readonly forScript?: boolean
}

/** What a handler gives: the answer, or why there is none. */
export type Answer = Result<Response, Refused>

/** A refusal as the outcome of a handler. */
export const refused = (
  refusal: Refusal,
  more: Omit<Refused, 'refusal'> = {},
): { readonly ok: false; readonly error: Refused } => ({ ok: false, error: { ...more, refusal } })
