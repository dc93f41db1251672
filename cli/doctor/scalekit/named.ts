import type { GatehouseConfig } from '../../../src/config.ts'

/** What a configuration names of Scalekit's, each with the first place that does. */
export interface Named {
  readonly organizations: ReadonlyMap<string, string>
  readonly connections: ReadonlyMap<string, string>
}

const ANY = '*'

export function namedIn({ sites }: GatehouseConfig): Named {
  const organizations = new Map<string, string>()
  const connections = new Map<string, string>()
  const note = (map: Map<string, string>, ids: readonly string[], place: string) => {
    for (const id of ids) if (id !== ANY && !map.has(id)) map.set(id, place)
  }
  for (const [key, { organization, connection, rules = [] }] of Object.entries(sites)) {
    const site = `sites[${JSON.stringify(key)}]`
    if (organization !== undefined) note(organizations, [organization], `${site}.organization`)
    if (connection !== undefined) note(connections, [connection], `${site}.connection`)
    for (const [at, { require: required }] of rules.entries()) {
      note(organizations, required?.organizations ?? [], `${site}.rules[${at}]`)
      note(connections, required?.connections ?? [], `${site}.rules[${at}]`)
    }
  }
  return { organizations, connections }
}
