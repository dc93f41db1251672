import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { openFront } from './front.ts'

export interface ServeOptions {
  /** The simulator as one module. */
  readonly script: string
  /** Default: one that is free. */
  readonly port?: number
  /** Variables, as `worker.ts` takes them. */
  readonly vars: Readonly<Record<string, string>>
}

export interface RunningSimulator {
  /** `http://127.0.0.1:<port>/` */
  readonly url: URL
  /** Goes on with another script, at the same address and without what it remembers. */
  readonly replace: (script: string) => Promise<void>
  readonly stop: () => Promise<void>
}

/** Runs the simulator in workerd, on 127.0.0.1. */
export async function serveSimulator({ script, port = 0, vars }: ServeOptions): Promise<RunningSimulator> {
  const optionsFor = (current: string) =>
    convertV4MiniflareOptions({
      name: 'scalekit-simulator',
      modules: true,
      script: current,
      host: '127.0.0.1',
      port: 0,
      bindings: vars,
      compatibilityDate: '2026-10-01',
      compatibilityFlags: ['no_nodejs_compat', 'no_nodejs_compat_v2'],
    })
  const miniflare = new Miniflare(optionsFor(script))
  try {
    let workerd = await miniflare.ready
    const front = await openFront({
      port,
      workerd: () => workerd,
      openHttp2: async () =>
        (await import('./grpc-door.ts')).openGrpcDoor((...asked) => miniflare.dispatchFetch(...asked)),
    })
    return {
      url: front.url,
      replace: async (next) => {
        await miniflare.setOptions(optionsFor(next))
        workerd = await miniflare.ready
      },
      stop: async () => {
        await front.close()
        await miniflare.dispose()
      },
    }
  } catch (error) {
    await miniflare.dispose()
    throw error
  }
}
