import type { Refusal } from '../../base/refusal.ts'
import { type Lack, lacksOf } from '../denial.ts'

/** A refusal in the words of one language, for the person who meets it. */
export interface Explanation {
  readonly title: string
  readonly detail: string
  readonly remedy: string
  /** What usually lies behind it, most often first. */
  readonly causes?: readonly string[]
}

type Reason = Refusal['reason']

/** A refusal as far as words may be made of it: of a denial only what `lacksOf` leaves. */
type Tellable =
  | Exclude<Refusal, { readonly reason: 'requirement_unmet' }>
  | { readonly reason: 'requirement_unmet'; readonly who: string; readonly lacks: readonly Lack[] }

type TellableOf<R extends Reason> = {
  [K in R]: Extract<Tellable, { readonly reason: K }> & { readonly reason: K }
}[R]

/** The words for every refusal; a language that misses one does not compile. */
export type RefusalWords = { readonly [R in Reason]: (refusal: TellableOf<R>) => Explanation }

/**
 * Puts a refusal into words.
 *
 * @param explainsDenials whether the site says what a rule would accept; see `lacksOf`
 */
export function explain(words: RefusalWords, refusal: Refusal, explainsDenials = false): Explanation {
  if (refusal.reason !== 'requirement_unmet') return inWords(words, refusal)
  const { reason, who, unmet } = refusal
  return inWords(words, { reason, who, lacks: lacksOf(unmet, explainsDenials) })
}

const inWords = <R extends Reason>(words: RefusalWords, refusal: TellableOf<R>): Explanation =>
  words[refusal.reason](refusal)
