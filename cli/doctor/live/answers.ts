import { createHmac, randomUUID } from 'node:crypto'
import { isLocalHost } from '../../../src/base/local-host.ts'
import type { Result } from '../../../src/base/result.ts'
import { DEFAULT_BASE_PATH } from '../../../src/config.ts'
import { ask, type HttpAnswer } from '../../network/ask.ts'
import { type NetworkFailure, PATIENCE_MS } from '../../network/network-failure.ts'
import type { Project } from '../project.ts'
import { findProbeFile, type ProbeFile } from './probe-file.ts'
import { protectedPaths } from './probe-paths.ts'

type Answer = Result<HttpAnswer, NetworkFailure>

/** Everything that a deployed Worker said, before anybody judges it. */
export interface LiveAnswers {
  /** `https://docs.example.com` */
  readonly origin: string
  readonly isLocal: boolean
  readonly basePath: string
  readonly health: Answer
  /** Epoch milliseconds here, when it arrived. */
  readonly at: number
  /** By http; not asked on this machine. */
  readonly plain: Answer | undefined
  readonly keys: Answer
  /** Without a cookie; `undefined`: the project has no such file. */
  readonly file: { readonly probe: ProbeFile; readonly answer: Answer } | undefined
  /** By path, without a cookie, of those that the rules protect. */
  readonly gated: ReadonlyMap<string, Answer>
  readonly webhook: WebhookAnswer
}

/** What came of an event that means nothing. */
export interface WebhookAnswer {
  /** Whether it was signed: without the secret one learns only whether the Worker has any. */
  readonly signed: boolean
  readonly answer: Answer
}

/** Asks everything at the same time, without a cookie. Never throws. */
export async function askLive(
  origin: string,
  { config, assetFiles, devVars }: Pick<Project, 'config' | 'assetFiles' | 'devVars'>,
  shell: NodeJS.ProcessEnv = process.env,
  patienceMs = PATIENCE_MS,
): Promise<LiveAnswers> {
  const signal = AbortSignal.timeout(patienceMs)
  const { host, hostname } = new URL(origin)
  const isLocal = isLocalHost(hostname)
  const basePath = (config.ok ? config.value.basePath : undefined) ?? DEFAULT_BASE_PATH
  const get = (path: string) => ask(origin + path, { signal })
  // What is in .dev.vars is of this machine: another Worker has another.
  const secret =
    shell['SCALEKIT_WEBHOOK_SECRET'] ||
    (isLocal ? devVars.values['SCALEKIT_WEBHOOK_SECRET'] : undefined) ||
    undefined
  const probe =
    config.ok && assetFiles?.isThere ? await findProbeFile(assetFiles.folder, config.value, host) : undefined
  const paths = config.ok ? protectedPaths(config.value, host) : []

  const [health, plain, keys, file, gated, webhook] = await Promise.all([
    get(`${basePath}/health`).then((answer) => ({ answer, at: Date.now() })),
    isLocal ? undefined : ask(`http://${host}${basePath}/health`, { signal }),
    get(`${basePath}/jwks.json`),
    probe && get(probe.path).then((answer) => ({ probe, answer })),
    Promise.all(paths.map(async (path) => [path, await get(path)] as const)),
    sendEvent(`${origin}${basePath}/webhooks`, secret, signal),
  ])
  const { answer, at } = health
  return { origin, isLocal, basePath, health: answer, at, plain, keys, file, gated: new Map(gated), webhook }
}

/** Signed by the Standard Webhooks scheme, of a type that ends nothing. */
async function sendEvent(
  url: string,
  secrets: string | undefined,
  signal: AbortSignal,
): Promise<WebhookAnswer> {
  const [secret] = secrets?.trim().split(/[\s,]+/) ?? []
  const id = `evt_gatehouse_doctor_${randomUUID()}`
  const now = new Date()
  const timestamp = String(Math.floor(now.getTime() / 1000))
  const body = JSON.stringify({
    spec_version: '1',
    id,
    type: 'gatehouse.doctor',
    object: 'Doctor',
    occurred_at: now.toISOString(),
    environment_id: 'env_0',
    data: {},
  })
  const headers: Record<string, string> = { 'Content-Type': 'application/json' }
  if (secret !== undefined) {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
    Object.assign(headers, {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${mac}`,
    })
  }
  const answer = await ask(url, { method: 'POST', headers, body, signal })
  return { signed: secret !== undefined, answer }
}
