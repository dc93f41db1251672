import { isLocalHost } from '../../src/base/local-host.ts'
import type { GatehouseConfig } from '../../src/config.ts'

/** A site that a browser finds on this machine, as the simulator wants to know it. */
interface SiteHere {
  readonly origin: string
  /** Where only its members sign in. */
  readonly organization?: string | undefined
}

/**
 * The sites of this machine that have a name, the entrance first: where the simulator can start a login.
 *
 * @param entrance an origin
 */
export function sitesHere(
  config: GatehouseConfig | undefined,
  entrance: string,
  port: number,
): readonly SiteHere[] {
  const { sites = {} } = config ?? {}
  const named = Object.entries(sites)
    .filter(([host]) => isLocalHost(host) && !host.startsWith('*'))
    .map(([host, { organization }]) => ({ origin: `http://${host}:${port}`, organization }))
  const first = named.find(({ origin }) => origin === entrance) ?? { origin: entrance }
  return [first, ...named.filter(({ origin }) => origin !== entrance)]
}
