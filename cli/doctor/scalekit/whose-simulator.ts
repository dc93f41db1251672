import { isLocalHost } from '../../../src/base/local-host.ts'
import { DEFAULT_BASE_PATH } from '../../../src/config.ts'
import { skipped, warning } from '../finding.ts'
import { isCovered } from './addresses.ts'
import type { Judgement } from './judgement.ts'

/**
 * Whose simulator it is, by the callback URLs that its `gatehouse dev` gave it. Two projects that sign people in at the same address look
 * alike, and a port says nothing: `gatehouse dev` has `--port`.
 */
export const judgeSimulator: Judgement = ({ target, managed }, { config }) => {
  const registered = managed?.registered?.callbacks
  if (!config.ok || registered === undefined) return skipped('the simulator accepts those of gatehouse dev')
  const { basePath = DEFAULT_BASE_PATH, loginHost = 'localhost' } = config.value
  const own = `http://${isLocalHost(loginHost) ? loginHost : 'localhost'}${basePath}/callback`
  const known = registered.map((url) => url.replace(/:\d+(?=\/)/, ''))
  // Another project that signs people in at the same path looks the same.
  if (isCovered(known, own))
    return skipped(
      `the simulator at ${target.environmentUrl} accepts those of gatehouse dev: ${registered.join(', ')}. ${AT_ANOTHER_PORT}`,
    )
  return [
    warning({
      found: `The simulator at ${target.environmentUrl} does not know ${own}, but ${registered.join(', ')}.`,
      why: 'It may be that of another project: what it says of organizations and connections is of that one.',
      remedy: `End the gatehouse dev that runs there, and start the one of this project: npx gatehouse dev. ${AT_ANOTHER_PORT}`,
    }),
  ]
}

const AT_ANOTHER_PORT =
  'If gatehouse dev of this project has another --simulator-port, name it: SCALEKIT_ENVIRONMENT_URL=http://127.0.0.1:<port> npx gatehouse doctor'
