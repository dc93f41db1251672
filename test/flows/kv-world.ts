import { KV_CONFIG } from '../support/kv-sites.ts'
import { createWorld, type World, type WorldOptions } from '../support/world.ts'

/** A new site is live within the stated minute. */
export const MINUTE = 60

/** A world that has sites in KV. */
export const start = (options: WorldOptions = {}) => createWorld({ config: KV_CONFIG, ...options })

/** What somebody who has not signed in gets there. */
export const statusOf = async (world: World, address: string): Promise<number> =>
  (await world.browser().request(address)).status
