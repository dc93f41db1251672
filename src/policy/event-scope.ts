import type { GatehouseConfig } from '../config.ts'

/** What has to be known of the configuration to understand an event. */
export interface EventScope {
  /**
   * Connections that sites name without an organization. Their sessions may belong to none, and nothing in a token tells whose they
   * are: some events of an organization are put to them too.
   */
  readonly connections: readonly string[]
  /** The roles that rules and the admin portal ask for. */
  readonly roles: ReadonlySet<string>
  /** The groups that rules ask for. */
  readonly groups: ReadonlySet<string>
}

/** What a configuration says of it. */
export function eventScopeOf(config: Pick<GatehouseConfig, 'sites' | 'adminPortal'>): EventScope {
  const sites = Object.values(config.sites)
  const asked = (key: 'roles' | 'groups') =>
    sites.flatMap(({ rules = [] }) => rules.flatMap(({ require }) => require?.[key] ?? []))
  return {
    connections: [
      ...new Set(
        sites.flatMap(({ connection, organization }) =>
          connection !== undefined && organization === undefined ? [connection] : [],
        ),
      ),
    ],
    roles: new Set([...asked('roles'), ...(config.adminPortal?.roles ?? [])]),
    groups: new Set(asked('groups')),
  }
}
