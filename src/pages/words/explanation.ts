import type { Refusal } from '../../base/refusal.ts'
import type { Mismatch } from '../../policy/demands.ts'
import { type Lack, lacksOf, type NameOf } from '../denial.ts'

/** A refusal in the words of one language, for the person who meets it. */
export interface Explanation {
  readonly title: string
  readonly detail: string
  readonly remedy: string
  /** What usually lies behind it, most often first. */
  readonly causes?: readonly string[]
}

type Reason = Refusal['reason']

/** What is known besides the refusal when words are made of it. */
export interface Telling {
  /** Whether the site says what a rule would accept; see `lacksOf`. */
  readonly explainsDenials?: boolean
  readonly nameOf?: NameOf
  /** The organization of the person who reads it, by its ID. */
  readonly organizationId?: string | undefined
}

/**
 * A refusal as far as words may be made of it: of a denial only what `lacksOf` leaves, and no ID of an organization or connection.
 * `organization` is what people call that of the person, where they call it something.
 */
type Tellable =
  | Exclude<Refusal, { readonly reason: 'requirement_unmet' | Mismatch['reason'] }>
  | {
      readonly reason: 'requirement_unmet'
      readonly who: string
      readonly organization: string | undefined
      readonly lacks: readonly Lack[]
    }
  | TellableMismatch<'organization_mismatch'>
  | TellableMismatch<'connection_mismatch'>

interface TellableMismatch<R extends Mismatch['reason']> extends Pick<Mismatch, 'who' | 'signedIn'> {
  readonly reason: R
  readonly organization: string | undefined
}

type TellableOf<R extends Reason> = {
  [K in R]: Extract<Tellable, { readonly reason: K }> & { readonly reason: K }
}[R]

/** The words for every refusal; a language that misses one does not compile. */
export type RefusalWords = { readonly [R in Reason]: (refusal: TellableOf<R>) => Explanation }

/** Puts a refusal into words. */
export function explain(
  words: RefusalWords,
  refusal: Refusal,
  { explainsDenials = false, nameOf = noName, organizationId }: Telling = {},
): Explanation {
  const organization = organizationId === undefined ? undefined : nameOf(organizationId)
  switch (refusal.reason) {
    case 'requirement_unmet': {
      const { reason, who, unmet } = refusal
      return inWords(words, { reason, who, organization, lacks: lacksOf(unmet, explainsDenials, nameOf) })
    }
    case 'organization_mismatch':
    case 'connection_mismatch': {
      const { demanded: _demanded, received: _received, ...told } = refusal
      return inWords(words, { ...told, organization })
    }
    default:
      return inWords(words, refusal)
  }
}

const noName = (): undefined => undefined

const inWords = <R extends Reason>(words: RefusalWords, refusal: TellableOf<R>): Explanation =>
  words[refusal.reason](refusal)
