import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { build } from 'esbuild'
import { takesConnections } from './port.ts'

const { default: WORKERD } = createRequire(import.meta.url)('workerd') as { default: string }
const FIXTURE = join(import.meta.dirname, '../../fixtures/origin')
const START_TIMEOUT_MS = 20_000

export interface Workerd {
  readonly pid: number
  /** What the Worker and the runtime have written so far. */
  readonly output: () => string
  readonly stop: () => Promise<void>
}

/**
 * Runs the fixture in `workerd serve`, the runtime itself: the proxies of `wrangler dev` and its test harness would put addresses
 * in order before Gatehouse sees them, and hold what has to stream.
 *
 * @param bindings texts, and objects as JSON, by name
 */
export async function startWorkerd(
  port: number,
  bindings: Record<string, string | object>,
): Promise<Workerd> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-'))
  await mkdir(join(folder, 'sessions'))
  await Promise.all([
    writeFile(join(folder, 'worker.js'), await bundleWorker(join(FIXTURE, 'worker.ts'))),
    writeFile(join(folder, 'kv.js'), await bundleWorker(join(FIXTURE, 'kv.ts'))),
    writeFile(join(folder, 'config.capnp'), config(port, folder, bindings), { mode: 0o600 }),
  ])
  const child = spawn(WORKERD, ['serve', '--experimental', join(folder, 'config.capnp')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = once(child, 'exit')
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += text
    })
  }
  const stop = async () => {
    child.kill('SIGKILL')
    await exit
    await rm(folder, { recursive: true })
  }
  const deadline = Date.now() + START_TIMEOUT_MS
  while (!(await takesConnections(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop()
      throw new Error(`workerd does not listen:\n${output}`)
    }
    await wait(50)
  }
  return { pid: child.pid ?? 0, output: () => output, stop }
}

/** By path: one for all tests of a process. */
const bundles = new Map<string, Promise<string>>()

/** A Worker as one module, made with what `wrangler deploy` sets. @param entry its path */
export function bundleWorker(entry: string): Promise<string> {
  const made = bundles.get(entry) ?? bundle(entry)
  bundles.set(entry, made)
  return made
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*'],
  })
  return outputFiles[0]?.text ?? ''
}

// The text literals of Cap'n Proto are, for printable characters, those of JSON.
const config = (port: number, folder: string, bindings: Record<string, string | object>): string => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "local", network = (allow = ["local"])),
    (name = "sessions", disk = (path = ${JSON.stringify(join(folder, 'sessions'))}, writable = true)),
    (name = "nowhere", network = (allow = [])),
    (name = "kv", worker = (modules = [(name = "kv.js", esModule = embed "kv.js")], ${COMPATIBILITY}, globalOutbound = "nowhere")),
    (name = "gatehouse", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      ${COMPATIBILITY},
      bindings = [
        (name = "GATEHOUSE_KV", kvNamespace = "kv"),
        (name = "SESSIONS", durableObjectNamespace = "OrganizationSessions"),
        (name = "LOGIN_RATE_LIMIT", wrapped = (moduleName = "test:rate-limit")),
        ${Object.entries(bindings)
          .map(([name, value]) =>
            typeof value === 'string'
              ? `(name = "${name}", text = ${JSON.stringify(value)})`
              : `(name = "${name}", json = ${JSON.stringify(JSON.stringify(value))})`,
          )
          .join(',\n        ')}
      ],
      durableObjectNamespaces = [(className = "OrganizationSessions", uniqueKey = "OrganizationSessions", enableSql = true)],
      durableObjectStorage = (localDisk = "sessions"),
      globalOutbound = "local"
    ))
  ],
  extensions = [(modules = [(
    name = "test:rate-limit", internal = true,
    esModule = "export default () => ({ limit: async () => ({ success: true }) })"
  )])],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "gatehouse")]
);
`

const COMPATIBILITY =
  'compatibilityDate = "2026-10-01", compatibilityFlags = ["no_nodejs_compat", "no_nodejs_compat_v2"]'
