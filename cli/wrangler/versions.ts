import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolveWrangler } from './installed-wrangler.ts'

/** What the package of a Wrangler says of itself. */
export interface WranglerPackage {
  readonly version: string
  /** Which Node it wants: `>=22.12.0`. */
  readonly engine: string | undefined
  /** The latest compatibility date that its runtime starts a Worker with, `YYYY-MM-DD`; `undefined`: it does not tell. */
  readonly latestDate: string | undefined
}

/** @throws {Complaint} where a project has none installed */
export function readWranglerPackage(folder: string): WranglerPackage {
  const path = resolveWrangler(folder, 'wrangler/package.json')
  const { version = '', engines } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly version?: string
    readonly engines?: { readonly node?: string }
  }
  return { version, engine: engines?.node, latestDate: latestDateOf(runtimeVersion(path)) }
}

function runtimeVersion(wrangler: string): string {
  try {
    const { version } = createRequire(wrangler)('workerd/package.json') as { readonly version?: string }
    return version ?? ''
  } catch {
    return ''
  }
}

/** workerd knows the dates of the week that follows the day it is called after, `1.20261023.1`. */
export function latestDateOf(version: string): string | undefined {
  const [, year, month, day] = /^\d+\.(\d{4})(\d\d)(\d\d)\./.exec(version) ?? []
  if (day === undefined) return undefined
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day) + 7)).toISOString().slice(0, 10)
}

/** What the Wrangler of a package.json of this command's wants, while it is not installed. */
const ENGINE = '>=22.12.0'

/** @returns what is wrong with a Node that is too old for a Wrangler, installed or to be, and the cure; `undefined`: it is not */
export function oldNode(
  node: string,
  { version, engine }: Partial<WranglerPackage> = { engine: ENGINE },
): { readonly found: string; readonly remedy: string } | undefined {
  const wanted = /^>=\s*([\d.]+)$/.exec(engine ?? '')?.[1]
  if (wanted === undefined || !isBefore(node, wanted)) return undefined
  const wrangler = version === undefined ? 'Wrangler' : `Wrangler ${version}`
  return {
    found: `Node ${node} is too old for ${wrangler}, which wants ${wanted}.`,
    remedy: `${OWN_NODE}, which is for npx and the scripts of this project; or install Node ${wanted} or later: https://nodejs.org`,
  }
}

/** How a project gets a Node of its own, where that of the machine is too old. */
export const OWN_NODE = 'npm install --save-dev node@24'
export const LATEST_WRANGLER = 'npm install --save-dev wrangler@latest'

/** The first Wrangler that can have Durable Objects take new code with the Worker: in `deploy`, in `rollback`, by its file. */
export const KNOWS_CODE_UPDATE = '4.141.0'

/** @param node the one that runs here @returns what installs the last Wrangler, which an old Node would not start */
export const laterWrangler = (node: string): string =>
  oldNode(node) === undefined ? LATEST_WRANGLER : `${OWN_NODE} wrangler@latest`

/** @param reason why a Worker does not start, in the words of the runtime @returns with the cure, where its date is too new */
export function withCure(reason: string): string {
  const [, latest] = /newest date supported by this server binary is "([\d-]+)"/.exec(reason) ?? []
  if (latest === undefined) return reason
  return `${reason} Install a later Wrangler (${LATEST_WRANGLER}), or write compatibility_date ${latest}.`
}

export const numbersOf = (version: string) => version.split(/[.-]/, 3).map(Number)

export function isBefore(version: string, other: string): boolean {
  const [own, wanted] = [numbersOf(version), numbersOf(other)]
  const at = wanted.findIndex((number, index) => number !== (own[index] ?? 0))
  return at !== -1 && (own[at] ?? 0) < (wanted[at] ?? 0)
}
