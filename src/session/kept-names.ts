import type { Deployment } from '../deployment/deployment.ts'
import type { Visit } from '../request/visit.ts'
import type { Person } from '../tokens/session.ts'

/**
 * Of the roles and groups that a person holds those that the rules of this site ask for. A session has no others: a customer may hand
 * out hundreds, and a site learns only what it asks for.
 */
export const keptNames = (
  { roles, groups }: Pick<Person, 'roles' | 'groups'>,
  { site, extensions }: Visit,
): Pick<Person, 'roles' | 'groups'> => ({
  roles: roles.filter((role) => site.roles.has(role) || extensions.roles?.has(role)),
  groups: groups.filter((group) => site.groups.has(group) || extensions.groups?.has(group)),
})

/**
 * The roles that something asks for anywhere in this deployment. The registry keeps these of a person, because an event of Scalekit's
 * lists all their roles and says nothing of sites: what a session lacks for another reason must not look like a change.
 *
 * @param visit with its site for a session of it, whose roles the file does not name where the site is in KV. Without for an event, of which
 *   no site is told, and which sessions of other sites must not be measured by
 */
export const rolesAskedFor = (
  { eventScope }: Pick<Deployment, 'eventScope'>,
  { site, extensions }: Pick<Visit, 'extensions'> & Partial<Pick<Visit, 'site'>>,
): ReadonlySet<string> => eventScope.roles.union(site?.roles ?? NONE).union(extensions.roles ?? NONE)

/**
 * What the registry keeps of the roles and groups of a person: roles that are asked for anywhere; at the login host groups as well, since other
 * sites will be told of them, and all that there are where nobody knows all sites.
 */
export function registeredNames(
  deployment: Pick<Deployment, 'eventScope' | 'siteStore'>,
  { roles, groups }: Pick<Person, 'roles' | 'groups'>,
  visit: Visit,
): Pick<Person, 'roles' | 'groups'> {
  const { site, extensions } = visit
  const vouches = site.signsIn === 'for_others'
  if (vouches && deployment.siteStore !== undefined) return { roles, groups }
  const knownRoles = rolesAskedFor(deployment, visit)
  const knownGroups = (vouches ? deployment.eventScope.groups : site.groups).union(extensions.groups ?? NONE)
  return {
    roles: roles.filter((role) => knownRoles.has(role)),
    groups: groups.filter((group) => knownGroups.has(group)),
  }
}

const NONE: ReadonlySet<string> = new Set()
