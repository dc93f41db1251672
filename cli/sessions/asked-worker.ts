import { isLocalHost } from '../../src/base/local-host.ts'
import { DEFAULT_BASE_PATH, type GatehouseConfig } from '../../src/config.ts'
import { Complaint } from '../complaint.ts'
import { findGatehouseConfig, folderOf } from '../files/find-files.ts'
import { loadConfig } from '../load-config.ts'

/** A Worker that runs, by one of its hosts. */
export interface AskedWorker {
  /** `https://docs.example.com` */
  readonly origin: string
  readonly basePath: string
}

/** @returns the address, or what is wrong with it */
export function parseAskedHost(text: string): URL | string {
  const address = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`
  const url = URL.parse(address)
  if (url === null || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return 'It is an address such as https://docs.example.com.'
  if (url.protocol === 'https:') return url
  return url.protocol === 'http:' && isLocalHost(url.hostname)
    ? url
    : 'It must be https, but for this machine: http://localhost:8787.'
}

/**
 * Whom to ask: `--host`, with the base path behind it where it has one, or the login host of the configuration, or its first site that is
 * not on this machine.
 *
 * @throws {Complaint} where there is none
 */
export async function findAskedWorker({
  host,
  config: file,
}: {
  readonly host?: URL | undefined
  readonly config?: string | undefined
}): Promise<AskedWorker> {
  const folder = folderOf(file)
  if (host === undefined) {
    if (findGatehouseConfig(folder) === undefined)
      throw new Complaint('Whom to ask? There is no gatehouse.config.ts here: name an address with --host.')
    const config = await loadConfig(folder)
    return { origin: `https://${deployedHost(config)}`, basePath: config.basePath ?? DEFAULT_BASE_PATH }
  }
  const { origin, pathname } = host
  if (pathname !== '/') return { origin, basePath: pathname.replace(/\/$/, '') }
  // A configuration that is broken just now must not keep anybody from the Worker that runs.
  const config = findGatehouseConfig(folder) && (await loadConfig(folder).catch(() => undefined))
  return { origin, basePath: (config || undefined)?.basePath ?? DEFAULT_BASE_PATH }
}

function deployedHost({ loginHost, sites }: GatehouseConfig): string {
  const named = Object.keys(sites).filter((host) => !host.includes('*'))
  const [first] = [loginHost, ...named].filter((host) => host !== undefined && !isLocalHost(host))
  if (first !== undefined) return first
  throw new Complaint(
    'gatehouse.config.ts names no host that is not of this machine: name one with --host, ' +
      'such as https://docs.example.com, or http://localhost:8787 while gatehouse dev runs.',
  )
}
