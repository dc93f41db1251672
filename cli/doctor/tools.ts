import { type Check, orSound, problem, type Trouble, warning } from './finding.ts'

/** What runs here, and what deploys. */
export interface Tools {
  /** Of Node: `24.21.0`. */
  readonly node: string
  readonly wrangler: {
    readonly version: string
    /** Which Node it wants, as its package says it: `>=22.12.0`. */
    readonly engine: string | undefined
  }
}

/** `peerDependencies` of the package: the first that knows everything that a wrangler file of Gatehouse says. */
export const OLDEST_WRANGLER = '4.60.0'

/** Node and Wrangler, which have to go together. */
export const tools: Check = {
  id: 'tools',
  title: 'Node, Wrangler',
  asks: 'project',
  judge: ({ tools: { node, wrangler } }) => {
    const wanted = /^>=\s*([\d.]+)$/.exec(wrangler.engine ?? '')?.[1]
    const troubles: Trouble[] = []
    if (wanted !== undefined && isBefore(node, wanted))
      troubles.push(
        problem({
          found: `Node ${node} is too old for Wrangler ${wrangler.version}, which wants ${wanted}.`,
          why: 'Wrangler does not start, so nothing can be deployed.',
          remedy: `Install Node ${wanted} or later: https://nodejs.org`,
        }),
      )
    if (isBefore(wrangler.version, OLDEST_WRANGLER))
      troubles.push(
        problem({
          found: `Wrangler ${wrangler.version} is too old.`,
          why: 'It does not know all that a wrangler file of Gatehouse says, such as the limit of logins.',
          remedy: 'npm install --save-dev wrangler@latest',
        }),
      )
    else if (majorOf(wrangler.version) !== majorOf(OLDEST_WRANGLER))
      troubles.push(
        warning({
          found: `Wrangler ${wrangler.version} is of a later series than Gatehouse is tested with.`,
          why: 'What it reads out of a wrangler file may be something else.',
          remedy: `Take Wrangler ${majorOf(OLDEST_WRANGLER)}, or look whether there is a later gatehouse-sso.`,
        }),
      )
    return orSound(troubles, `${node}, ${wrangler.version}`)
  },
}

const numbersOf = (version: string) => version.split(/[.-]/, 3).map(Number)

const majorOf = (version: string) => numbersOf(version)[0]

export function isBefore(version: string, other: string): boolean {
  const [own, wanted] = [numbersOf(version), numbersOf(other)]
  const at = wanted.findIndex((number, index) => number !== (own[index] ?? 0))
  return at !== -1 && (own[at] ?? 0) < (wanted[at] ?? 0)
}
