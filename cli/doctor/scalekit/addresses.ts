import { isLocalHost } from '../../../src/base/local-host.ts'
import { DEFAULT_BASE_PATH, type GatehouseConfig } from '../../../src/config.ts'

/** What an environment has to know of the hosts where people sign in. */
export interface Addresses {
  /** "Allowed callback URLs" */
  readonly callbacks: readonly string[]
  /** "Post logout URLs" */
  readonly signedOut: readonly string[]
  /** "Initiate login URL": one of these, since an environment has one. */
  readonly initiateLogin: readonly string[]
  /** Sites that stand for more hosts than anybody can list. */
  readonly unlisted: readonly string[]
}

/** Those of a deployment. Hosts of this machine are left out: the simulator knows them, and production forbids them. */
export function addressesOf({
  sites,
  loginHost,
  sitesInKv,
  basePath = DEFAULT_BASE_PATH,
}: GatehouseConfig): Addresses {
  const keys = Object.keys(sites).filter((key) => loginHost === undefined || sites[key]?.loginHost === false)
  const all = [...new Set([...(loginHost === undefined ? [] : [loginHost]), ...keys])]
  const unlisted = all.filter((key) => key.includes('*'))
  const hosts = all.filter((key) => !key.includes('*') && !isLocalHost(key))
  const at = (path: string) => hosts.map((host) => `https://${host}${basePath}${path}`)
  return {
    callbacks: at('/callback'),
    signedOut: at('/signed-out'),
    initiateLogin: at('/login'),
    unlisted: [...unlisted, ...(sitesInKv && loginHost === undefined ? ['sites in KV'] : [])],
  }
}

/** Whether a registered URL covers one: `*` in it stands for a part of a label of the host, `{{…}}` for what an organization fills in. */
export function isCovered(registered: readonly string[], url: string): boolean {
  return registered.some((each) => {
    const pattern = each
      .split(/(\*|\{\{[^}]*\}\})/)
      .map((part, at) => (at % 2 === 0 ? part.replace(/[.+?^${}()|[\]\\]/g, '\\$&') : '[a-z0-9.-]+'))
      .join('')
    return new RegExp(`^${pattern}$`).test(url)
  })
}
