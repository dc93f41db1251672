import type { Refusal, UnmetRequirement } from '../base/refusal.ts'
import { type EpochSeconds, elapsed, minutes } from '../base/time.ts'
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
 * there, and no IDs are: an organization is told by its name, where it has one.
 */
export function lacksOf(unmet: readonly UnmetRequirement[], explains: boolean, nameOf: NameOf): Lack[] {
  return unmet.map(({ key, accepted }) => {
    if (accepted.includes(ANY_ORGANIZATION)) return { kind: 'anyOrganization', wanted: undefined }
    return { kind: key, wanted: explains ? tellable(key, accepted, nameOf) : undefined }
  })
}

/**
 * Whether somebody who is refused may have been given since what they lack: roles and groups are those of the login. Right after one
 * another would bring nothing new.
 *
 * @param signedInAt when they last proved who they are
 */
export const mayHaveMeanwhile = (
  refusal: Refusal,
  signedInAt: EpochSeconds | undefined,
  now: EpochSeconds,
): boolean =>
  refusal.reason === 'requirement_unmet' &&
  refusal.unmet.length > 0 &&
  refusal.unmet.every(({ key }) => key === 'roles' || key === 'groups') &&
  signedInAt !== undefined &&
  elapsed(signedInAt, now) >= minutes(1)

/** What people call an organization, by its ID; `undefined` where nobody said. */
export type NameOf = (organizationId: string) => string | undefined

function tellable(key: UnmetRequirement['key'], accepted: readonly string[], nameOf: NameOf): Lack['wanted'] {
  switch (key) {
    case 'organizations': {
      const names = accepted.flatMap((id) => nameOf(id) ?? [])
      return names.length === 0 ? undefined : [...new Set(names)]
    }
    case 'connections':
    case 'emails':
      return undefined
    case 'emailDomains':
    case 'roles':
    case 'groups':
      return accepted
  }
}
