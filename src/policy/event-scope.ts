import type { Site } from '../config.ts'

/** What has to be known of the configuration to understand an event. */
export interface EventScope {
  /**
   * Connections that sites name without an organization. Their sessions may belong to none, and nothing in a token tells whose they
   * are: some events of an organization are put to them too.
   */
  readonly connections: readonly string[]
  /** The roles that rules ask for. */
  readonly roles: ReadonlySet<string>
}

/** What the sites of a configuration say of it. */
export function eventScopeOf(sites: readonly Site[]): EventScope {
  return {
    connections: [
      ...new Set(
        sites.flatMap(({ connection, organization }) =>
          connection !== undefined && organization === undefined ? [connection] : [],
        ),
      ),
    ],
    roles: new Set(sites.flatMap(({ rules = [] }) => rules.flatMap(({ require }) => require?.roles ?? []))),
  }
}
