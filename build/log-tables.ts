import { type Choices, EVENTS, type EventSchema, type Field, LINE } from '../src/audit/event.ts'
import { GROUPS, REASONS, type ReasonSchema } from '../src/audit/refusals.ts'
import type { Refusal } from '../src/base/refusal.ts'
import { toPublicError } from '../src/pages/public-error.ts'

/** A part of docs/logs.md, between two comments. */
const PART = /(<!-- made by npm run docs: (\w+) -->\n).*?(<!-- end -->)/gs

/** Puts the tables of the schema of the log into a page, in the place of those that it has. */
export const withLogTables = (page: string): string =>
  page.replace(PART, (_, start: string, name: string, end: string) => {
    const part = PARTS[name]
    if (part === undefined) throw new Error(`There is no part ${name}.`)
    return `${start}\n${part()}\n\n${end}`
  })

const PARTS: Readonly<Record<string, () => string>> = {
  line: () =>
    table(
      ['field', 'type', 'what it says'],
      fieldsOf(LINE).map(([name, field]) => [code(name), typeOf(field), field.means]),
    ),
  events: () =>
    table(
      ['event', 'fields', 'what happened', 'what to do'],
      Object.entries<EventSchema>(EVENTS).map(([name, { fields, happened, remedy }]) => [
        code(name),
        fieldsOf(fields)
          .map(([field, schema]) => `${code(field)} ${typeOf(schema)}: ${schema.means}`)
          .join(' · '),
        happened,
        remedy,
      ]),
    ),
  causes: () => choices('cause', 'because of', EVENTS.sessions_revoked.fields.cause.is),
  endings: () => choices('reason', 'what it means', EVENTS.session_ended.fields.reason.is),
  degraded: () =>
    table(
      ['what', 'what follows', 'what to do'],
      Object.entries(EVENTS.degraded.fields.what.is).map(([what, { means, remedy }]) => [
        code(what),
        means,
        remedy,
      ]),
    ),
  reasons: () =>
    Object.entries<readonly Refusal['reason'][]>(GROUPS)
      .map(([group, reasons]) => `### ${group}\n\n${table(REASON_HEAD, reasons.map(reasonRow))}`)
      .join('\n\n'),
}

const REASON_HEAD = ['reason', 'evidence', 'code', 'what happened', 'what to do']

function reasonRow(reason: Refusal['reason']): string[] {
  const { evidence, happened, more, remedy }: ReasonSchema = REASONS[reason]
  const described = Object.entries(evidence).map(([name, means]) => `${code(name)}: ${means}`)
  // Which code it is depends on the reason alone.
  const { code: shown } = toPublicError({ reason, error: {} } as Refusal)
  const all = more === undefined ? happened : `${happened}; ${more}`
  return [code(reason), described.join(' · '), code(shown), all, remedy]
}

const choices = (name: string, meaning: string, is: Choices): string =>
  table(
    [name, meaning],
    Object.entries(is).map(([value, { means }]) => [code(value), means]),
  )

const TYPES = { text: 'text', texts: 'list of texts', refusal: 'object', subject: 'text' } as const

function typeOf({ is, optional }: Field): string {
  const type = typeof is === 'object' ? 'one of the words below' : (TYPES[is as keyof typeof TYPES] ?? is)
  return optional ? `${type}, where known` : type
}

const fieldsOf = (fields: Readonly<Record<string, Field>>) => Object.entries(fields)

const code = (text: string): string => `\`${text}\``

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [rowOf(head), `|${'---|'.repeat(head.length)}`, ...rows.map(rowOf)].join('\n')

const rowOf = (cells: readonly string[]): string =>
  `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`
