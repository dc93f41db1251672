import { lowerCaseAscii } from '../base/ascii.ts'
import { checkDemands, demandsOf } from '../policy/demands.ts'
import { emailDomain } from '../policy/policy.ts'
import type { CompiledSite } from '../policy/site-directory.ts'
import type { Person } from '../tokens/session.ts'
import type { Selectors } from './authorization-request.ts'

/**
 * Whether somebody who is signed in already is whom a login asks for. A social provider is never taken as given, since nothing in a session
 * says through which somebody came.
 */
export function isAskedFor(person: Person, site: CompiledSite, selectors: Selectors): boolean {
  const { provider, organizationId, connectionId, loginHint, domainHint } = selectors
  if (provider !== undefined) return false
  if (checkDemands(demandsOf(site), person) !== undefined) return false
  if (checkDemands({ organizationId, connectionId }, person) !== undefined) return false
  const email = person.email && lowerCaseAscii(person.email)
  if (loginHint !== undefined && lowerCaseAscii(loginHint) !== email) return false
  return domainHint === undefined || emailDomain(email ?? '') === lowerCaseAscii(domainHint)
}
