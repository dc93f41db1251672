import type { UnmetRequirement } from '../base/refusal.ts'
import { ANY_ORGANIZATION } from '../config.ts'

/**
 * What a person is told of the requirements they do not meet.
 *
 * What would be accepted names other customers, and what guards their pages, to everybody who can sign in; so it is told only on a site
 * that wants it (`explainDenials`). Whose addresses are accepted is not told even there.
 */
export function describeDenial(unmet: readonly UnmetRequirement[], explains: boolean): string {
  // Site and rule may both ask for an organization.
  const sentences = unmet.map((requirement) => {
    if (requirement.accepted.includes(ANY_ORGANIZATION)) return 'This page is for members of an organization.'
    return explains ? inFull(requirement) : KINDS[requirement.key]
  })
  return [...new Set(sentences)].join(' ')
}

const EMAILS = 'This page is for certain e-mail addresses.'

const KINDS: Readonly<Record<UnmetRequirement['key'], string>> = {
  organizations: 'This page is for another organization.',
  connections: 'This page is for sign-ins through another connection.',
  emails: EMAILS,
  emailDomains: 'This page is for e-mail addresses of another domain.',
  roles: 'This page needs a role that you do not have.',
  groups: 'This page needs a group that you are not in.',
}

function inFull({ key, accepted }: UnmetRequirement): string {
  const list = accepted.join(' or ')
  switch (key) {
    case 'organizations':
      return `This page is for the organization ${list}.`
    case 'connections':
      return `This page is for the connection ${list}.`
    case 'emails':
      return EMAILS
    case 'emailDomains':
      return `This page is for e-mail addresses at ${list}.`
    case 'roles':
      return `This page needs the role ${list}.`
    case 'groups':
      return `This page needs the group ${list}.`
  }
}
