import {
  isBefore,
  KNOWS_CODE_UPDATE,
  laterWrangler,
  numbersOf,
  oldNode,
  type WranglerPackage,
} from '../wrangler/versions.ts'
import { type Check, orSound, problem, type Trouble, warning } from './finding.ts'

/** What runs here, and what deploys. */
export interface Tools {
  /** Of Node: `24.21.0`. */
  readonly node: string
  readonly wrangler: WranglerPackage
}

/** `peerDependencies` of the package: the first that knows everything that a wrangler file of Gatehouse says. */
export const OLDEST_WRANGLER = '4.60.0'

/** Node and Wrangler, which have to go together. */
export const tools: Check = {
  id: 'tools',
  title: 'Node, Wrangler',
  asks: 'project',
  judge: ({ tools: { node, wrangler } }) => {
    const troubles: Trouble[] = []
    const old = oldNode(node, wrangler)
    if (old !== undefined)
      troubles.push(problem({ ...old, why: 'npx wrangler does not start, so nothing can be deployed.' }))
    if (isBefore(wrangler.version, OLDEST_WRANGLER))
      troubles.push(
        problem({
          found: `Wrangler ${wrangler.version} is too old.`,
          why: 'It does not know all that a wrangler file of Gatehouse says, such as the limit of logins.',
          remedy: laterWrangler(node),
        }),
      )
    else if (isBefore(wrangler.version, KNOWS_CODE_UPDATE))
      troubles.push(
        warning({
          found: `Wrangler ${wrangler.version} cannot have registries take the code of a deploy or a roll-back at once.`,
          why: 'One that is busy runs its old code for up to five minutes, and people may read that signing in does not work.',
          remedy: laterWrangler(node),
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

const majorOf = (version: string) => numbersOf(version)[0]
