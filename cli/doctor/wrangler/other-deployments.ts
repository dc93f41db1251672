import { type Check, orSound, problem } from '../finding.ts'
import { ofWrangler } from './checks.ts'
import { SERVED_BEFORE, servedBefore } from './worker-first.ts'

/** What a `wrangler deploy` from here may deploy too: environments, and what a build has made. Of those only what would be open. */
export const otherDeployments: Check = {
  id: 'other-deployments',
  title: 'Other deployments',
  asks: 'project',
  judge: ofWrangler((_settings, { others }, { config, isForDeploy }) => {
    // `gatehouse deploy` names what it deploys.
    const looked = isForDeploy ? [] : others
    const troubles = looked.flatMap(({ label, look, settings: { assets } }) => {
      const found = assets && servedBefore(assets, label, config)
      return found === undefined ? [] : [problem({ found, why: SERVED_BEFORE, remedy: look })]
    })
    return orSound(troubles, looked.length === 0 ? 'none' : `${looked.length}, of which files were looked at`)
  }),
}
