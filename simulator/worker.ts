import { DEVELOPMENT_CLIENT } from './client.ts'
import { redirectUrlsFor } from './redirect-urls.ts'
import { createSimulator } from './simulator.ts'

interface Variables {
  readonly SIMULATOR_CLIENT_ID?: string
  readonly SIMULATOR_CLIENT_SECRET?: string
  readonly SIMULATOR_APP_ORIGIN?: string
  readonly SIMULATOR_ORIGIN?: string
}

/** Made with the first request, because the variables come with it. Its memory lasts as long as this instance. */
let simulator: ReturnType<typeof createSimulator> | undefined

export default {
  fetch(request, env, context) {
    simulator ??= createSimulator({
      issuer: env.SIMULATOR_ORIGIN,
      client: {
        id: env.SIMULATOR_CLIENT_ID ?? DEVELOPMENT_CLIENT.id,
        secret: env.SIMULATOR_CLIENT_SECRET ?? DEVELOPMENT_CLIENT.secret,
      },
      redirectUrls: redirectUrlsFor(env.SIMULATOR_APP_ORIGIN ?? 'http://localhost:8787'),
    })
    return simulator.fetch(request, env, context)
  },
} satisfies ExportedHandler<Variables>
