import { DEVELOPMENT_CLIENT, DEVELOPMENT_WEBHOOK_SECRET } from './client.ts'
import { redirectUrlsFor } from './redirect-urls.ts'
import { createSimulator } from './simulator.ts'
import type { KnownSite } from './sites.ts'
import { parseWebhookSecret } from './webhook-signature.ts'

interface Variables {
  readonly SIMULATOR_CLIENT_ID?: string
  readonly SIMULATOR_CLIENT_SECRET?: string
  /** Sites of the application, as JSON; see {@link sitesFrom}. Default: what the origins tell. */
  readonly SIMULATOR_SITES?: string
  /** Several, separated by white space; webhooks and logins that start at the identity provider go to the first. */
  readonly SIMULATOR_APP_ORIGIN?: string
  /** Default: `/auth`. */
  readonly SIMULATOR_APP_BASE_PATH?: string
  readonly SIMULATOR_ORIGIN?: string
  /** Default: `webhooks` below the base path of the application. Empty: nowhere. */
  readonly SIMULATOR_WEBHOOK_URL?: string
  /** `whsec_<base64>`; several, separated by white space, while one is rotated. */
  readonly SIMULATOR_WEBHOOK_SECRET?: string
}

/** Made with the first request, because the variables come with it. Its memory lasts as long as this instance. */
let simulator: ReturnType<typeof createSimulator> | undefined

export default {
  fetch(request, env, context) {
    const appOrigins = (env.SIMULATOR_APP_ORIGIN ?? 'http://localhost:8787').split(/\s+/)
    const [appOrigin = ''] = appOrigins
    const basePath = env.SIMULATOR_APP_BASE_PATH ?? '/auth'
    simulator ??= createSimulator({
      issuer: env.SIMULATOR_ORIGIN,
      client: {
        id: env.SIMULATOR_CLIENT_ID ?? DEVELOPMENT_CLIENT.id,
        secret: env.SIMULATOR_CLIENT_SECRET ?? DEVELOPMENT_CLIENT.secret,
      },
      redirectUrls: redirectUrlsFor(appOrigins, basePath),
      sites: sitesFrom(env.SIMULATOR_SITES ?? '[]', basePath),
      webhooks: {
        url: (env.SIMULATOR_WEBHOOK_URL ?? `${appOrigin}${basePath}/webhooks`) || undefined,
        secrets: webhookSecrets(env.SIMULATOR_WEBHOOK_SECRET),
      },
    })
    return simulator.fetch(request, env, context)
  },
} satisfies ExportedHandler<Variables>

/** @param json `[{ "origin": "http://acme.localhost:8787", "organization": "org_…" }, …]`, the organization where only its members sign in */
function sitesFrom(json: string, basePath: string): KnownSite[] {
  const sites: Omit<KnownSite, 'loginUrl'>[] = JSON.parse(json)
  return sites.map((site) => ({ ...site, loginUrl: `${site.origin}${basePath}/login` }))
}

/** What is no secret is left out: the application complains of the same value in its own words. */
function webhookSecrets(text = DEVELOPMENT_WEBHOOK_SECRET): string[] {
  return text.split(/[\s,]+/).filter((secret) => parseWebhookSecret(secret) !== undefined)
}
