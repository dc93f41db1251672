import { err, ok, type Result } from '../base/result.ts'
import type { GatehouseConfig } from '../config.ts'
import { type KeyRing, parseKeyRing } from '../crypto/key-ring.ts'
import type { OperatorKeys } from '../crypto/operator-keys.ts'
import { isPublicUrl } from '../policy/canonical-url.ts'
import type { Problem } from '../policy/config-schema.ts'
import type { OrganizationSessions } from '../registry/organization-sessions.ts'
import type { ScalekitClient } from '../scalekit/client.ts'
import type { WebhookSecret } from '../scalekit/webhook-signature.ts'
import { assertionKeyProblems, bindingProblems, NEEDED_BY_ALL, upstreamsOfAll } from './needed-bindings.ts'
import { isDevelopment, parseVariables, read } from './variables.ts'

/** Everything a deployment binds; names as in the wrangler file and docs/configuration.md. */
export interface Env {
  readonly SCALEKIT_ENVIRONMENT_URL: string
  readonly SCALEKIT_CLIENT_ID: string
  readonly SCALEKIT_CLIENT_SECRET: string
  /** `whsec_…`; several, separated by white space, while a secret is rotated. */
  readonly SCALEKIT_WEBHOOK_SECRET?: string
  readonly GATEHOUSE_KEYS: string
  /** A JWK Set of public keys: whose requests `/operator` takes. An object where the wrangler file has it as one. */
  readonly GATEHOUSE_OPERATOR_KEYS?: string | object
  readonly GATEHOUSE_KV: KVNamespace
  readonly SESSIONS: DurableObjectNamespace<OrganizationSessions>
  readonly LOGIN_RATE_LIMIT: RateLimit
  readonly ASSETS?: Fetcher
  /** Takes each line of the log as a data point too; docs/logs.md. */
  readonly AUDIT?: AnalyticsEngineDataset
  /** Says which deployment answers, at `/auth/health`. */
  readonly CF_VERSION_METADATA?: WorkerVersionMetadata
  /** `1` or `true` on a developer's machine, in `.dev.vars` and nowhere else; see {@link isDevelopment}. */
  readonly GATEHOUSE_DEVELOPMENT?: string
  /** `https://host` of a tunnel to a developer's machine; see {@link addressForVisitors}. */
  readonly GATEHOUSE_PUBLIC_URL?: string
}

export interface Environment {
  readonly scalekit: ScalekitClient
  readonly keyRing: KeyRing
  /** `undefined`: no operator may ask. */
  readonly operatorKeys: OperatorKeys | undefined
  readonly webhookSecrets: readonly WebhookSecret[]
  readonly development: boolean
}

/** Reads variables, secrets and bindings once, and reports every problem at once. Never repeats a secret. */
export async function parseEnvironment(
  env: object,
  config: GatehouseConfig,
): Promise<Result<Environment, readonly Problem[]>> {
  const { parsed, webhookSecrets, development, problems: ofVariables } = parseVariables(env)
  const keys = await parseKeyRing(read(env, 'GATEHOUSE_KEYS'))
  const operatorKeys = await readOperatorKeys(env, keys.ok ? keys.value : undefined)
  const upstreams = upstreamsOfAll(config)
  const problems = [
    ...ofVariables,
    ...(keys.ok && keys.value.assertion === undefined ? assertionKeyProblems(upstreams) : []),
    ...(keys.ok ? [] : keys.error),
    ...(operatorKeys.ok ? [] : operatorKeys.error),
    ...bindingProblems(env, upstreams, NEEDED_BY_ALL),
    ...datasetProblems(env),
  ]
  if (!parsed.success || !keys.ok || !operatorKeys.ok || !webhookSecrets.ok || !development.ok)
    return err(problems)
  if (problems.length > 0) return err(problems)
  return ok({
    scalekit: {
      issuer: new URL(parsed.output.SCALEKIT_ENVIRONMENT_URL).origin,
      clientId: parsed.output.SCALEKIT_CLIENT_ID,
      clientSecret: parsed.output.SCALEKIT_CLIENT_SECRET,
    },
    keyRing: keys.value,
    operatorKeys: operatorKeys.value,
    webhookSecrets: webhookSecrets.value,
    development: development.value,
  })
}

/** What parses them loads where there are some. An empty variable is one that was taken away. */
async function readOperatorKeys(
  env: object,
  keyRing: KeyRing | undefined,
): Promise<Result<OperatorKeys | undefined, readonly Problem[]>> {
  const value = read(env, 'GATEHOUSE_OPERATOR_KEYS')
  if (value === undefined || value === '') return ok(undefined)
  const { parseOperatorKeys } = await import('../crypto/operator-keys.ts')
  return parseOperatorKeys(value, keyRing)
}

/**
 * The address of a request as its visitor wrote it. A tunnel to a developer's machine takes https and passes http on; `GATEHOUSE_PUBLIC_URL`
 * says so for its host, and no header does: anybody can send `X-Forwarded-Proto`. It is believed in development only, and a problem
 * elsewhere: what decides between http and https, and so about `Secure` cookies, is no variable that was left behind.
 *
 * @param address `request.url`
 */
export function addressForVisitors(address: string, env: Env): string {
  const { GATEHOUSE_PUBLIC_URL: publicUrl } = env
  if (publicUrl === undefined || !isPublicUrl(publicUrl) || !isDevelopment(env)) return address
  const onTheWire = `http://${new URL(publicUrl).host}`
  const { length } = onTheWire
  const isThere =
    address.slice(0, length).toLowerCase() === onTheWire && /^([/?#]|$)/.test(address.slice(length))
  return isThere ? `https${address.slice('http'.length)}` : address
}

/** The service binding of a site's upstream; its presence has been checked at start. */
export function serviceBinding(env: object, name: string): Fetcher {
  return read(env, name) as Fetcher
}

/** Whoever binds it wants the lines there. */
const datasetProblems = (env: object): Problem[] => {
  const dataset = read(env, 'AUDIT')
  return dataset === undefined ||
    typeof (dataset as { writeDataPoint?: unknown } | null)?.writeDataPoint === 'function'
    ? []
    : [
        'AUDIT is bound, and is no Analytics Engine data set: bind it under analytics_engine_datasets in the wrangler file, or take it away',
      ]
}
