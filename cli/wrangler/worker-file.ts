import { basename, dirname, relative } from 'node:path'
import { Complaint } from '../complaint.ts'
import { settingIn } from './named-file.ts'

type Wrangler = typeof import('wrangler')

/** As much of a wrangler file as is looked at, as Wrangler reads it. */
export interface WranglerConfig {
  readonly name?: string
  /** Absolute. */
  readonly main?: string
  /** `YYYY-MM-DD` */
  readonly compatibility_date?: string
  readonly assets?: {
    readonly directory?: string
    readonly binding?: string
    readonly run_worker_first?: boolean | readonly string[]
  }
  readonly kv_namespaces?: readonly { readonly binding: string; readonly preview_id?: string }[]
  readonly durable_objects: {
    /** When objects that are busy take new code; Wrangler's default is within five minutes. */
    readonly code_update_strategy?: object
    readonly bindings: readonly {
      readonly name: string
      readonly class_name: string
      readonly script_name?: string
    }[]
  }
  readonly services?: readonly {
    readonly binding: string
    readonly service: string
    readonly remote?: boolean
  }[]
  readonly mtls_certificates?: readonly { readonly binding: string }[]
  readonly vpc_services?: readonly { readonly binding: string }[]
}

/** A Worker as its wrangler file describes it. */
export interface WorkerFile {
  /** Absolute. */
  readonly file: string
  /** One of its environments, where that is meant. */
  readonly env?: string | undefined
  /** How it is called in sentences. */
  readonly label: string
  readonly folder: string
  readonly config: WranglerConfig
  readonly main: string
}

/** @throws {Complaint} where it cannot be read, lacks the environment, or is for no Worker */
export function readWorkerFile(
  { unstable_readConfig: readConfig }: Wrangler,
  file: string,
  env?: string,
): WorkerFile {
  const folder = dirname(file)
  const label = folder === process.cwd() ? basename(file) : relative(process.cwd(), file)
  const config: WranglerConfig = read(() => readConfig({ config: file, env }, { hideWarnings: true }), label)
  const { main } = config
  if (main === undefined)
    throw new Complaint(`${label} names no Worker: ${settingIn(file, 'main', 'src/worker.ts')}`)
  return { file, env, label, folder, config, main }
}

function read<T>(config: () => T, label: string): T {
  try {
    return config()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const [, unknown] = /No environment found .* with name "(.*)"/.exec(message) ?? []
    const [, names] = /environment names are: \[(.*)\]/.exec(message) ?? []
    if (unknown !== undefined)
      throw new Complaint(`${label} has no environment "${unknown}": it has ${names}`)
    throw new Complaint(`${label} cannot be read: ${parseErrorInWords(error) ?? message}`)
  }
}

/** Where a wrangler file does not parse, and why; `undefined` where something else is wrong. JSON's errors are names, as `ValueExpected`. */
export function parseErrorInWords(error: unknown): string | undefined {
  const { text, location } = Object(error) as {
    readonly text?: unknown
    readonly location?: { readonly line?: unknown; readonly column?: unknown }
  }
  const { line, column } = location ?? {}
  if (typeof text !== 'string' || typeof line !== 'number' || typeof column !== 'number') return undefined
  const words = /^[A-Z][A-Za-z]+$/.test(text)
    ? text.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toLowerCase()
    : text
  return `line ${line}, column ${column + 1}: ${words}`
}

/** The Workers that one needs beside itself, by name, each with the first binding that says so. */
export function boundWorkers({ config }: WorkerFile): ReadonlyMap<string, string> {
  const { name, services = [], durable_objects: objects } = config
  const bound = [
    ...services.filter(({ remote }) => remote !== true).map((each) => [each.service, each.binding] as const),
    ...objects.bindings.map((each) => [each.script_name ?? name, each.name] as const),
  ]
  const needed = new Map<string, string>()
  for (const [worker, binding] of bound) {
    if (worker !== undefined && worker !== name && !needed.has(worker)) needed.set(worker, binding)
  }
  return needed
}
