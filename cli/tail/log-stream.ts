import type { LogLine } from '../../src/audit/event.ts'

/** Something that stands in a log. */
export type Entry =
  | { readonly kind: 'line'; readonly line: LogLine }
  /** The runtime ended a request itself. */
  | { readonly kind: 'ended'; readonly outcome: string; readonly why: string }
  /** Whatever is none of ours. */
  | { readonly kind: 'other'; readonly text: string }

/** As much of what `wrangler tail --format json` prints as is looked at: one such object for each request. */
interface Traced {
  readonly outcome?: unknown
  readonly logs?: readonly { readonly message?: unknown }[]
  readonly exceptions?: readonly { readonly name?: unknown; readonly message?: unknown }[]
}

/** A visitor may go away at any time. */
const ORDINARY = ['ok', 'canceled', 'responseStreamDisconnected']

/**
 * Reads a log as it comes: lines of JSON, as a Worker prints them, or what `wrangler tail --format json` makes of them, be it on one line or
 * on many.
 */
export async function* readLog(chunks: AsyncIterable<string>): AsyncGenerator<Entry> {
  let block: string[] = []
  for await (const line of linesOf(chunks)) {
    const value = block.length === 0 ? parsed(line) : undefined
    if (value !== undefined) {
      yield* entriesOf(value, line)
    } else if (block.length > 0 || line === '{') {
      block.push(line)
      // Wrangler indents what is inside.
      if (line !== '}') continue
      const text = block.join('\n')
      block = []
      yield* entriesOf(parsed(text), text)
    } else if (line !== '') yield { kind: 'other', text: line }
  }
  if (block.length > 0) yield { kind: 'other', text: block.join('\n') }
}

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of chunks) {
    const [first = '', ...more] = chunk.split('\n')
    const lines = [rest + first, ...more]
    rest = lines.pop() ?? ''
    for (const line of lines) yield line.replace(/\r$/, '')
  }
  if (rest !== '') yield rest
}

function* entriesOf(value: unknown, text: string): Generator<Entry> {
  const line = asLine(value)
  if (line !== undefined) return yield { kind: 'line', line }
  const { logs, outcome, exceptions = [] }: Traced = isObject(value) ? value : {}
  if (!Array.isArray(logs)) return yield { kind: 'other', text }
  for (const { message } of logs as NonNullable<Traced['logs']>) {
    const [first] = Array.isArray(message) ? message : [message]
    const logged = asLine(typeof first === 'string' ? parsed(first) : first)
    yield logged === undefined ? { kind: 'other', text: String(first) } : { kind: 'line', line: logged }
  }
  if (typeof outcome === 'string' && !ORDINARY.includes(outcome)) {
    const why = exceptions.map(({ name, message }) => `${name}: ${message}`).join('; ')
    yield { kind: 'ended', outcome, why }
  }
}

/** What every line has, and the logs of an application around Gatehouse have in part. */
const EVERY_LINE = ['event', 'reference', 'time', 'host', 'method', 'path'] as const

const asLine = (value: unknown): LogLine | undefined =>
  isObject(value) && EVERY_LINE.every((name) => typeof value[name] === 'string')
    ? (value as unknown as LogLine)
    : undefined

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @returns `undefined` where it is no whole object */
function parsed(text: string): unknown {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
