import { assets, defineConfig, type GatehouseConfig, type Site } from '../../src/config.ts'
import { ACME, GLOBEX } from './openid-provider.ts'
import type { World } from './world.ts'

export const KV_SITE = 'https://acme.customers.example'
export const PREVIEW = 'https://branch-1.preview.example'

/** A site of the file beside those in KV. */
export const KV_CONFIG: GatehouseConfig = defineConfig({
  sitesInKv: true,
  sites: { 'docs.example.com': { organization: ACME, upstream: assets() } },
})

export const ACME_SITE: Site = { organization: ACME, upstream: assets() }
export const GLOBEX_SITE: Site = { organization: GLOBEX, upstream: assets() }

/** What an operator writes. @param site as an object, or as whatever text they wrote */
export const putSite = (world: World, name: string, site: Site | string): Promise<void> =>
  world.kv.inside.put(`site:${name}`, typeof site === 'string' ? site : JSON.stringify(site))

export const removeSite = (world: World, name: string): Promise<void> =>
  world.kv.inside.delete(`site:${name}`)

/** The names that KV was asked for, oldest first. */
export const namesRead = (world: World): string[] =>
  world.kv.operations.filter((each) => each.startsWith('get site:')).map((each) => each.slice(9))
