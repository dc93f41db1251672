import type { LogLine } from '../../src/audit/event.ts'

/** Which lines are wanted: those that fit everything that is asked for. */
export interface LogFilter {
  /** Of a request; the first characters of it will do. */
  readonly reference?: string
  readonly organization?: string
  /** Events, or reasons of refusals: any of them. */
  readonly events?: readonly string[]
  /** All that one person is called in the log. */
  readonly names?: ReadonlySet<string>
}

export function fits(line: LogLine, { reference, organization, events, names }: LogFilter): boolean {
  const refusal = line.event === 'refused' ? line.refusal : undefined
  return (
    (reference === undefined || line.reference.startsWith(reference)) &&
    (events === undefined || events.includes(line.event) || events.includes(refusal?.reason ?? '')) &&
    (organization === undefined || isAbout(line, organization)) &&
    (names === undefined || namesIn(line).some((name) => names.has(name.toLowerCase())))
  )
}

/** A customer's own lines, and those where somebody of another came to their site. */
function isAbout(line: LogLine, organization: string): boolean {
  if (line.organization === organization) return true
  if (line.event === 'sessions_revoked') return line.registrants.includes(organization)
  if (line.event !== 'refused' || line.refusal.reason !== 'organization_mismatch') return false
  return [line.refusal.demanded, line.refusal.received].includes(organization)
}

/** Whoever a line is about. */
function namesIn(line: LogLine): string[] {
  const others = line.event === 'identity_change_asked' ? [line.from, line.to] : []
  const who = line.event === 'refused' && 'who' in line.refusal ? line.refusal.who : undefined
  return [line.email, line.subject, who, ...others].filter((name) => name !== undefined)
}
