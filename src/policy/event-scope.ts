import type { Site } from '../config.ts'

/** What has to be known of the configuration to understand an event. */
export interface EventScope {
  /**
   * Connections that sites name without an organization. Their sessions may belong to none, and nothing in a token tells whose they
   * are: some events of an organization are put to them too.
   */
  readonly connections: readonly string[]
  /** The roles that rules or the admin portal ask for. */
  readonly roles: ReadonlySet<string>
}

/** What a configuration says of it. @param portalRoles who may open the admin portal */
export function eventScopeOf(sites: readonly Site[], portalRoles: readonly string[] = []): EventScope {
  return {
    connections: [
      ...new Set(
        sites.flatMap(({ connection, organization }) =>
          connection !== undefined && organization === undefined ? [connection] : [],
        ),
      ),
    ],
    roles: new Set([
      ...portalRoles,
      ...sites.flatMap(({ rules = [] }) => rules.flatMap(({ require }) => require?.roles ?? [])),
    ]),
  }
}
