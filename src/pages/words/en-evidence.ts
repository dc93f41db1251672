import type { Lack } from '../denial.ts'
import type { AmbiguousWords, ExpectedWords, LackWords } from './explanation.ts'

/** Completes "The address has … in it." */
export const AMBIGUOUS: AmbiguousWords = {
  'a backslash behind the host': 'a backslash behind the host',
  'a character that has to be percent-encoded': 'a character that has to be percent-encoded',
  'a control character': 'a control character',
  'a dot segment': 'a dot segment (“.” or “..”)',
  'a spelling of the prefix that cannot be taken off': 'a spelling of the prefix that cannot be taken off',
  'a user name before the host': 'a user name before the host',
  'an incomplete percent-encoding': 'an incomplete percent-encoding',
  'an invalid host': 'an invalid host',
  'more ways to read it than can be judged': 'more ways to read it than can be judged',
  'percent-encoding that is not valid UTF-8': 'percent-encoding that is not valid UTF-8',
  'something that is not a plain path and query': 'something that is not a plain path and query',
}

/** Completes "The parameter … should be …." */
export const EXPECTED: ExpectedWords = {
  'a code of visible characters': 'a code of visible characters',
  'a connection ID, conn_…': 'a connection ID, conn_…',
  'a domain': 'a domain',
  'a session, or others=1': 'a session, or others=1',
  'a signed JWT': 'a signed JWT',
  'an e-mail address': 'an e-mail address',
  'an error code (RFC 6749 section 4.1.2.1)': 'an error code (RFC 6749 section 4.1.2.1)',
  'an organization ID, org_…': 'an organization ID, org_…',
  elsewhere: '“elsewhere”',
  'login, create, select_account, consent or none': 'login, create, select_account, consent or none',
  'the address of the sign-in service': 'the address of the sign-in service',
  'the name of a social provider, such as google': 'the name of a social provider, such as google',
  'what a site sent': 'what a site sent',
  'what the login host sent': 'what the login host sent',
  'what this site sent': 'what this site sent',
}

const oneOf = (names: readonly string[]): string =>
  new Intl.ListFormat('en', { type: 'disjunction' }).format(names)

const quoted = (name: string): string => `“${name}”`

/** Why a page is not for somebody. */
const LACKS: LackWords = {
  anyOrganization: () => 'This page is for members of an organization.',
  organizations: (wanted) =>
    wanted ? `This page is for people of ${oneOf(wanted)}.` : 'This page is for another organization.',
  connections: () => 'This page is for people who sign in another way.',
  emails: () => 'This page is for certain e-mail addresses.',
  emailDomains: (wanted) =>
    wanted
      ? `This page is for e-mail addresses at ${oneOf(wanted)}.`
      : 'This page is for e-mail addresses of another domain.',
  roles: (wanted) =>
    wanted
      ? `This page needs the role ${oneOf(wanted.map(quoted))}.`
      : 'This page needs a role that you do not have.',
  groups: (wanted) =>
    wanted
      ? `This page needs the group ${oneOf(wanted.map(quoted))}.`
      : 'This page needs a group that you are not in.',
}

/** What somebody lacks, each sentence once: site and rule may both ask for an organization. */
export function inSentences(lacks: readonly Lack[]): string {
  if (lacks.length === 0) return 'This page asks for something that you do not have.'
  return [...new Set(lacks.map(({ kind, wanted }) => LACKS[kind](wanted)))].join(' ')
}
