/** The part of workerd's configuration language (Cap'n Proto text) that the bench needs. Pure: data in, text out. */

export type Binding =
  | { readonly text: string }
  | { readonly json: unknown }
  | { readonly service: string }
  | { readonly kvNamespace: string }
  | { readonly durableObjectNamespace: string }
  /** A rate limit that never refuses: workerd itself has none. */
  | { readonly rateLimit: true }
  | { readonly workerLoader: string }

export interface WorkerService {
  readonly name: string
  /** File names beside the configuration; the first is the main module. */
  readonly modules: readonly string[]
  readonly flags?: readonly string[]
  readonly bindings?: Readonly<Record<string, Binding>>
  /** The service that `fetch` reaches; without it, nothing. */
  readonly outbound?: string
  /** The class of a Durable Object, kept by the disk service of that name. */
  readonly durableObject?: { readonly className: string; readonly disk: string }
}

export interface DiskService {
  readonly name: string
  readonly disk: string
  readonly writable?: boolean
}

export interface WorkerdConfig {
  readonly services: readonly (WorkerService | DiskService)[]
  /** The service that answers requests. */
  readonly entry: string
}

export const COMPATIBILITY_DATE = '2026-10-01'

/** The header that stands for TLS, which ends in front of a Worker. */
export const PROTOCOL_HEADER = 'X-Forwarded-Proto'

const RATE_LIMIT_MODULE = 'bench:rate-limit'

const RATE_LIMIT = 'export default () => ({ limit: async () => ({ success: true }) })'

export function formatConfig({ services, entry }: WorkerdConfig): string {
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "nowhere", network = (allow = [])),
    ${services.map(formatService).join(',\n    ')}
  ],
  extensions = [(modules = [(name = ${text(RATE_LIMIT_MODULE)}, internal = true, esModule = ${text(RATE_LIMIT)})])],
  sockets = [(
    name = "http",
    address = "127.0.0.1:0",
    http = (forwardedProtoHeader = ${text(PROTOCOL_HEADER)}),
    service = ${text(entry)}
  )]
);
`
}

function formatService(service: WorkerService | DiskService): string {
  if ('disk' in service) {
    const { name, disk, writable = false } = service
    return `(name = ${text(name)}, disk = (path = ${text(disk)}, writable = ${writable}))`
  }
  const { name, modules, flags = [], bindings = {}, outbound = 'nowhere', durableObject } = service
  const parts = [
    `modules = [${modules.map((file) => `(name = ${text(file)}, esModule = embed ${text(file)})`).join(', ')}]`,
    `compatibilityDate = ${text(COMPATIBILITY_DATE)}`,
    `compatibilityFlags = [${flags.map(text).join(', ')}]`,
    `bindings = [${Object.entries(bindings).map(formatBinding).join(', ')}]`,
    `globalOutbound = ${text(outbound)}`,
  ]
  if (durableObject !== undefined) {
    const { className, disk } = durableObject
    parts.push(
      `durableObjectNamespaces = [(className = ${text(className)}, uniqueKey = ${text(className)}, enableSql = true)]`,
      `durableObjectStorage = (localDisk = ${text(disk)})`,
    )
  }
  return `(name = ${text(name)}, worker = (\n      ${parts.join(',\n      ')}))`
}

function formatBinding([name, binding]: [string, Binding]): string {
  if ('rateLimit' in binding)
    return `(name = ${text(name)}, wrapped = (moduleName = ${text(RATE_LIMIT_MODULE)}))`
  if ('workerLoader' in binding)
    return `(name = ${text(name)}, workerLoader = (id = ${text(binding.workerLoader)}))`
  const [[kind, value] = ['text', '']] = Object.entries(binding)
  return `(name = ${text(name)}, ${kind} = ${text(kind === 'json' ? JSON.stringify(value) : String(value))})`
}

/** Text literals are those of C, and so, for printable characters, those of JSON. */
const text = (value: string): string => JSON.stringify(value)
