import type { Audit } from '../audit/log.ts'
import { ok, type Result } from '../base/result.ts'
import { hours, minutes, type Seconds } from '../base/time.ts'
import { DEFAULT_ABSOLUTE, DEFAULT_BASE_PATH, type GatehouseConfig } from '../config.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import type { OperatorKeys } from '../crypto/operator-keys.ts'
import { pseudonym } from '../crypto/pseudonym.ts'
import type { Problem } from '../policy/config-schema.ts'
import { type EventScope, eventScopeOf } from '../policy/event-scope.ts'
import { compileSites, type SiteDirectory } from '../policy/site-directory.ts'
import type { ScalekitClient } from '../scalekit/client.ts'
import { KeySet } from '../scalekit/key-set.ts'
import type { WebhookSecret } from '../scalekit/webhook-signature.ts'
import { Assertions } from '../tokens/assertion.ts'
import { VerifiedSessions } from '../tokens/verified-sessions.ts'
import { type Env, parseEnvironment } from './environment.ts'
import { SiteStore } from './site-store.ts'

/** What reaches out of the Worker, so that tests can stand in for the world. */
export interface Effects {
  readonly fetch: typeof fetch
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly wait: (milliseconds: number) => Promise<void>
}

/** A checked configuration with its environment, and the parts that are made of them once per isolate. */
export interface Deployment {
  /** Of the file; {@link findSiteFor} knows those in KV too. */
  readonly sites: SiteDirectory
  /** Where sites are looked up in KV. */
  readonly siteStore: SiteStore | undefined
  /** The one host that talks to Scalekit, where there is one. */
  readonly loginHost: string | undefined
  /** Below it are Gatehouse's own routes, on every site. */
  readonly basePath: string
  readonly env: Env
  readonly effects: Effects
  readonly session: { readonly lifetime: Seconds; readonly idle: Seconds; readonly absolute: Seconds }
  /** Whether some site mentions shards: then sessions of a registrant may be in any of them. */
  readonly sharded: boolean
  readonly backchannelLogout: boolean
  readonly eventScope: EventScope
  /** Empty where no webhooks are taken. */
  readonly webhookSecrets: readonly WebhookSecret[]
  readonly requireNonce: boolean
  /** Whether this is a developer's machine, as `GATEHOUSE_DEVELOPMENT` says. */
  readonly development: boolean
  /** Who may open the admin portal; `undefined`: nobody. */
  readonly adminPortalRoles: ReadonlySet<string> | undefined
  readonly scalekit: ScalekitClient
  readonly keyRing: KeyRing
  readonly audit: Audit
  /** Whose requests `/operator` takes; `undefined`: nobody's. */
  readonly operatorKeys: OperatorKeys | undefined
  /** Where some upstream is told who is there. */
  readonly assertions: Assertions | undefined
  readonly verifiedSessions: VerifiedSessions
  readonly keySet: KeySet
}

/**
 * Puts a Worker together, or says everything that keeps it from being one.
 *
 * @param inApp whether it stands inside a Hono app, whose routes are the upstream where a site names none
 */
export async function deploy(
  config: GatehouseConfig,
  env: Env,
  effects: Effects,
  inApp = false,
): Promise<Result<Deployment, readonly Problem[]>> {
  const environment = await parseEnvironment(env, config)
  if (!environment.ok) return environment
  const { scalekit, keyRing, operatorKeys, webhookSecrets, development } = environment.value
  const sharded = Object.values(config.sites).some((site) => site.registryShards !== undefined)
  const hasAssertionKey = keyRing.assertion !== undefined
  return ok({
    env,
    effects,
    basePath: config.basePath ?? DEFAULT_BASE_PATH,
    sites: compileSites(config),
    siteStore: config.sitesInKv
      ? new SiteStore(env.GATEHOUSE_KV, { config, env, hasAssertionKey, sharded, inApp })
      : undefined,
    loginHost: config.loginHost,
    session: {
      lifetime: config.session?.lifetime ?? minutes(5),
      idle: config.session?.idle ?? hours(8),
      absolute: config.session?.absolute ?? DEFAULT_ABSOLUTE,
    },
    sharded,
    backchannelLogout: config.backchannelLogout ?? false,
    eventScope: eventScopeOf(config),
    webhookSecrets,
    requireNonce: config.requireNonce ?? false,
    development,
    adminPortalRoles: config.adminPortal && new Set(config.adminPortal.roles),
    scalekit,
    keyRing,
    audit: {
      hash: config.audit?.subjects === 'plain' ? undefined : (text) => pseudonym(text, keyRing.current),
      dataset: env.AUDIT,
    },
    operatorKeys,
    assertions: keyRing.assertion && new Assertions(keyRing.assertion),
    verifiedSessions: new VerifiedSessions(),
    keySet: new KeySet(scalekit.issuer, env.GATEHOUSE_KV, effects.fetch, effects.wait),
  })
}
