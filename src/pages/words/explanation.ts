import type { AmbiguousPart, ExpectedForm, ScalekitCode } from '../../base/evidence.ts'
import type { Refusal } from '../../base/refusal.ts'
import type { Mismatch } from '../../policy/demands.ts'
import { type Lack, lacksOf, type NameOf } from '../denial.ts'

/** A refusal in the words of one language. */
export interface Explanation {
  readonly title: string
  /** What happened, for the person who meets it: no names of settings, no jargon. */
  readonly detail: string
  /** What they can do. */
  readonly remedy: string
  /** What usually lies behind it, most often first. */
  readonly causes?: readonly string[]
  /** The same for whoever can put it right, by the names that things have; a page folds it away. */
  readonly technical?: string
  /** What a command shows of it, for whoever runs the site: no e-mail that a person sends has it. */
  readonly command?: string
}

type Reason = Refusal['reason']

/** What is known besides the refusal when words are made of it. */
export interface Telling {
  /** Whether the site says what a rule would accept; see `lacksOf`. */
  readonly explainsDenials?: boolean
  readonly nameOf?: NameOf
  /** The organization of the person who reads it, by its ID. */
  readonly organizationId?: string | undefined
  /** Of a denial; see `mayHaveMeanwhile`. */
  readonly mayBeNew?: boolean
}

/**
 * A refusal as far as words may be made of it: of a denial only what `lacksOf` leaves, no ID of an organization or connection, and of evidence
 * only what each language can say in its own words. `organization` is what people call that of the person, where they call it something.
 */
type Tellable =
  | Exclude<Refusal, { readonly reason: 'requirement_unmet' | 'request_too_large' | Mismatch['reason'] }>
  | {
      readonly reason: 'requirement_unmet'
      readonly who: string
      readonly organization: string | undefined
      readonly lacks: readonly Lack[]
      /** Whether they may have it meanwhile, which the next login would show. */
      readonly mayBeNew: boolean
    }
  | TellableMismatch<'organization_mismatch'>
  | TellableMismatch<'connection_mismatch'>
  | {
      readonly reason: 'request_too_large'
      readonly limit: number
      /** The address, all headers together, or the one header of that name. */
      readonly part: 'address' | 'headers' | { readonly header: string }
    }

interface TellableMismatch<R extends Mismatch['reason']> extends Pick<Mismatch, 'who' | 'signedIn'> {
  readonly reason: R
  readonly organization: string | undefined
}

type TellableOf<R extends Reason> = {
  [K in R]: Extract<Tellable, { readonly reason: K }> & { readonly reason: K }
}[R]

/** The words for every refusal; a language that misses one does not compile. */
export type RefusalWords = { readonly [R in Reason]: (refusal: TellableOf<R>) => Explanation }

/** What each of Scalekit's error codes means; all share a title. */
export type ScalekitWords = { readonly [C in ScalekitCode]: Omit<Explanation, 'title'> }

/** What an address contains that makes it ambiguous, to complete a sentence of the language. */
export type AmbiguousWords = { readonly [P in AmbiguousPart]: string }

/** What a parameter should be, to complete a sentence of the language. */
export type ExpectedWords = { readonly [E in ExpectedForm]: string }

/** Of somebody who lacks something: a sentence, with what would do where that is to be told. */
export type LackWords = { readonly [K in Lack['kind']]: (wanted: Lack['wanted']) => string }

/** Puts a refusal into words. */
export function explain(
  words: RefusalWords,
  refusal: Refusal,
  { explainsDenials = false, nameOf = noName, organizationId, mayBeNew = false }: Telling = {},
): Explanation {
  const organization = organizationId === undefined ? undefined : nameOf(organizationId)
  switch (refusal.reason) {
    case 'requirement_unmet': {
      const { reason, who, unmet } = refusal
      const lacks = lacksOf(unmet, explainsDenials, nameOf)
      return inWords(words, { reason, who, organization, lacks, mayBeNew })
    }
    case 'organization_mismatch':
    case 'connection_mismatch': {
      const { demanded: _demanded, received: _received, ...told } = refusal
      return inWords(words, { ...told, organization })
    }
    case 'request_too_large': {
      const { part, ...rest } = refusal
      const isOne = part !== 'address' && part !== 'headers'
      return inWords(words, { ...rest, part: isOne ? { header: part.replace(/ header$/, '') } : part })
    }
    default:
      return inWords(words, refusal)
  }
}

const noName = (): undefined => undefined

const inWords = <R extends Reason>(words: RefusalWords, refusal: TellableOf<R>): Explanation =>
  words[refusal.reason](refusal)
