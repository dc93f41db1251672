import type { Site } from '../config.ts'

/** What has to be known of the configuration to understand an event. */
export interface EventScope {
  /**
   * Connections that sites name without an organization. Their sessions may belong to none, and nothing in a token tells whose they
   * are: an event of any organization is put to them too.
   */
  readonly connections: readonly string[]
  /** The roles and groups that rules ask for. */
  readonly roles: ReadonlySet<string>
  readonly groups: ReadonlySet<string>
}

/** What the sites of a configuration say of it. */
export function eventScopeOf(sites: readonly Site[]): EventScope {
  const requirements = sites.flatMap(({ rules = [] }) => rules.flatMap(({ require }) => require ?? []))
  return {
    connections: [
      ...new Set(
        sites.flatMap(({ connection, organization }) =>
          connection !== undefined && organization === undefined ? [connection] : [],
        ),
      ),
    ],
    roles: new Set(requirements.flatMap(({ roles = [] }) => roles)),
    groups: new Set(requirements.flatMap(({ groups = [] }) => groups)),
  }
}
