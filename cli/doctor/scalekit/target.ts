import { isOrigin } from '../../../src/policy/canonical-url.ts'
import type { Source } from '../../scalekit/credentials.ts'

/** The environment that a deployment signs people in by, as far as it is known here. */
export interface Target {
  /** An origin. */
  readonly environmentUrl: string
  readonly from: string
  readonly clientId: string | undefined
  /** Of the same environment, and nothing else: that of another is a wrong one. */
  readonly clientSecret: string | undefined
}

const URL_NAME = 'SCALEKIT_ENVIRONMENT_URL'

/**
 * What is deployed comes first, since that is what users meet: the shell, then the wrangler file. `.dev.vars`, which often names the simulator, speaks
 * for its own environment only.
 */
export function targetOf(shell: Source, vars: Source, devVars: Source): Target | undefined {
  const read = ({ values }: Source, name: string) => values[name]?.trim() || undefined
  const source = [shell, vars, devVars].find((each) => read(each, URL_NAME) !== undefined)
  const written = source && read(source, URL_NAME)
  if (source === undefined || written === undefined || !isOrigin(written)) return undefined
  const ofDevVars = read(devVars, URL_NAME)
  const environmentUrl = new URL(written).origin
  const isDevVarsToo =
    ofDevVars === undefined || (isOrigin(ofDevVars) && new URL(ofDevVars).origin === environmentUrl)
  const sources = isDevVarsToo ? [shell, vars, devVars] : [shell, vars]
  const first = (name: string) => sources.map((each) => read(each, name)).find((value) => value !== undefined)
  return {
    environmentUrl,
    from: source.label,
    clientId: first('SCALEKIT_CLIENT_ID'),
    clientSecret: first('SCALEKIT_CLIENT_SECRET'),
  }
}
