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

const NONE: ReadonlySet<string> = new Set()
