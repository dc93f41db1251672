import { assets, defineConfig, type GatehouseConfig, minutes, service } from '../../src/config.ts'
import type { Browser, NavigationOptions, Page } from './browser.ts'
import { ACME, GLOBEX, type IdTokenChanges, type Person } from './openid-provider.ts'
import { createWorld, type World, type WorldOptions } from './world.ts'

export const LOGIN = 'https://login.example.com'
export const WIKI = 'https://wiki.example.com'
export const ACME_SITE = 'https://acme.example.com'
export const OTHER_ACME_SITE = 'https://acme-too.example.com'
export const GLOBEX_SITE = 'https://globex.example.com'
export const PREVIEW = 'https://pr-7.preview.example.com'
export const ALONE = 'https://alone.example.com'

/** Many hosts that sign people in at one. */
export const MANY_HOSTS = defineConfig({
  loginHost: 'login.example.com',
  sites: {
    'wiki.example.com': {
      upstream: assets(),
      rules: [
        { path: '/', access: 'public' },
        { path: '/admin/*', require: { organizations: ['*'], roles: ['admin'] } },
        { path: '/strict/*', strict: true },
      ],
    },
    'acme.example.com': {
      organization: ACME,
      upstream: service('APP'),
      rules: [
        { path: '/', access: 'public' },
        { path: '/money/*', access: 'authenticated', maxAge: minutes(15) },
        { path: '/editors/*', require: { roles: ['editor'], groups: ['engineering'] } },
      ],
    },
    'acme-too.example.com': { organization: ACME, upstream: assets(), registryShards: 4 },
    'globex.example.com': { organization: GLOBEX, upstream: assets() },
    '*.preview.example.com': { upstream: assets() },
    'alone.example.com': { organization: ACME, upstream: assets(), loginHost: false },
  },
})

export interface ManyHosts {
  readonly world: World
  /** Opens a page and follows redirects across all hosts, until one leads to the provider, or an answer comes. */
  readonly roam: (browser: Browser, address: string, options?: NavigationOptions) => Promise<Page>
  /** A whole login, from a page and back to it. */
  readonly signIn: (
    browser: Browser,
    address: string,
    person?: Person,
    changes?: IdTokenChanges,
  ) => Promise<Page>
  /** The hops of {@link roam}, of which each is an address that a browser would show, oldest first. */
  readonly trail: string[]
}

/** A world with {@link MANY_HOSTS}. */
export async function manyHosts(
  config: GatehouseConfig = MANY_HOSTS,
  options: Omit<WorldOptions, 'config'> = {},
): Promise<ManyHosts> {
  const world = await createWorld({ config, ...options })
  const trail: string[] = []
  const roam: ManyHosts['roam'] = async (browser, address, given) => {
    let page = await browser.open(address, given)
    while (page.leavesTo !== undefined && !page.leavesTo.startsWith(world.provider.issuer)) {
      trail.push(page.leavesTo)
      page = await browser.open(page.leavesTo, { from: 'cross-site' })
    }
    return page
  }
  const signIn: ManyHosts['signIn'] = async (browser, address, person, changes) => {
    const { leavesTo, response } = await roam(browser, address)
    if (leavesTo === undefined) throw new Error(`no login began: ${response.status} ${await response.text()}`)
    return roam(browser, world.provider.authorize(leavesTo, person, changes), { from: 'cross-site' })
  }
  return { world, roam, signIn, trail }
}
