import type { UnmetRequirement } from '../base/refusal.ts'
import { ANY_ORGANIZATION } from '../config.ts'

/** Something a person lacks, as far as they may be told. */
export interface Lack {
  readonly kind: UnmetRequirement['key'] | 'anyOrganization'
  /** What would do; `undefined` where it is not to be told. */
  readonly wanted: readonly string[] | undefined
}

/**
 * Decides what a person is told of the requirements they do not meet. Words are made of the result only, so
 * that no language tells more.
 *
 * What would be accepted names other customers, and what guards their pages, to everybody who can sign in; so
 * it is told only on a site that wants it (`explainDenials`). Whose addresses are accepted is not told even
 * there.
 */
export function lacksOf(unmet: readonly UnmetRequirement[], explains: boolean): Lack[] {
  return unmet.map(({ key, accepted }) => {
    if (accepted.includes(ANY_ORGANIZATION)) return { kind: 'anyOrganization', wanted: undefined }
    return { kind: key, wanted: explains && key !== 'emails' ? accepted : undefined }
  })
}
