import type { WorkerFile } from '../wrangler/worker-file.ts'

type Assets = NonNullable<WorkerFile['config']['assets']>

/** Of what the parts of Wrangler tell each other: a version of a Worker that is to run. */
interface Built {
  readonly type: string
  readonly config?: {
    readonly assets?: Pick<Assets, 'directory' | 'run_worker_first'> & {
      /** By which the runtime decides who is asked first, in some versions; in others by the setting as it is written. */
      readonly routerConfig?: {
        readonly invoke_user_worker_ahead_of_assets?: boolean
        readonly static_routing?: object
      }
    }
  }
  readonly bundle?: object
}

/**
 * Has the Worker asked before every file, in each version that would serve some to whom they are not for: the wrangler file may change
 * while it runs, and what is public may, too. It runs only once that has been looked at.
 *
 * @param bus of a Wrangler
 * @param mayServe whether settings let out nothing but what is public
 */
export function askWorkerFirst(
  bus: { dispatch: (event: never) => void },
  mayServe: (assets: Assets) => Promise<boolean>,
): void {
  const dispatch = bus.dispatch.bind(bus) as (event: Built) => void
  /** Which version of the settings a version of the code has run with: together they were looked at. */
  const looked = new WeakMap<object, object>()
  let before = Promise.resolve()
  bus.dispatch = (event: Built) => {
    const { type, config, bundle } = event
    if (type !== 'bundleComplete' || config?.assets === undefined) return dispatch(event)
    // One after the other, since the last one is what runs.
    before = before.then(async () => {
      const isKnown = bundle !== undefined && looked.get(bundle) === config
      const safe = isKnown || (await isSafe(config, mayServe)) ? config : withWorkerFirst(config)
      if (bundle !== undefined) looked.set(bundle, safe)
      dispatch({ ...event, config: safe })
    })
  }
}

type Config = NonNullable<Built['config']>

async function isSafe({ assets }: Config, mayServe: (assets: Assets) => Promise<boolean>): Promise<boolean> {
  const { routerConfig, ...rest } = assets ?? {}
  return (
    routerConfig?.invoke_user_worker_ahead_of_assets === true || (await mayServe(rest).catch(() => false))
  )
}

function withWorkerFirst(config: Config): Config {
  const { static_routing: _, ...rest } = config.assets?.routerConfig ?? {}
  const routerConfig = { ...rest, invoke_user_worker_ahead_of_assets: true }
  return { ...config, assets: { ...config.assets, run_worker_first: true, routerConfig } }
}
