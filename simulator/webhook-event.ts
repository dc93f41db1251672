import { randomId } from './identifiers.ts'
import { ENVIRONMENT_ID } from './organizations.ts'

/** The envelope of every event, with Scalekit's names. */
export interface WebhookEvent {
  readonly spec_version: '1'
  readonly id: string
  readonly type: string
  readonly object: string
  /** Nine fractional digits. */
  readonly occurred_at: string
  readonly environment_id: string
  readonly organization_id?: string
  readonly data: Readonly<Record<string, unknown>>
  readonly display_name: string
}

/** What happened, before it has an id and a time. */
export interface EventDraft {
  readonly type: string
  readonly organizationId: string | undefined
  readonly data: Readonly<Record<string, unknown>>
}

export const EVENT_TYPE = /^[a-z]+(?:[._][a-z]+)+$/
/** RFC 3339 in UTC, with at most nine fractional digits. */
const OCCURRED_AT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/

export function buildEvent({ type, organizationId, data }: EventDraft, occurredAt: string): WebhookEvent {
  const { object, display_name } = describeType(type)
  return {
    spec_version: '1',
    id: randomId('evt_'),
    type,
    object,
    occurred_at: occurredAt,
    environment_id: ENVIRONMENT_ID,
    ...(organizationId !== undefined && { organization_id: organizationId }),
    data,
    display_name,
  }
}

/**
 * A time as Scalekit writes it.
 *
 * @param seconds     epoch seconds
 * @param nanoseconds below a second; they keep events of one second in order
 */
export const formatOccurredAt = (seconds: number, nanoseconds: number): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(nanoseconds).padStart(9, '0')}Z`

/** The same time with nine fractional digits; undefined for what is no time. */
export function parseOccurredAt(text: string): string | undefined {
  const [, whole, fraction = ''] = OCCURRED_AT.exec(text) ?? []
  if (whole === undefined || Number.isNaN(Date.parse(`${whole}Z`))) return undefined
  return `${whole}.${fraction.padEnd(9, '0')}Z`
}

/** By the beginning of the type; the first that fits. The words after it make up the rest of the name. */
const KINDS: readonly [beginning: string, object: string, name: string][] = [
  ['organization.directory.user_', 'DirectoryUser', 'Directory User'],
  ['organization.directory.group_', 'DirectoryGroup', 'Directory Group'],
  ['organization.directory_', 'Directory', 'Directory'],
  ['organization.sso_', 'Connection', 'SSO Connection'],
  ['organization.', 'Organization', 'Organization'],
  ['user.organization_', 'OrgMembership', 'User Organization'],
  ['user.', 'User', 'User'],
]

function describeType(type: string): { readonly object: string; readonly display_name: string } {
  const kind = KINDS.find(([beginning]) => type.startsWith(beginning))
  if (kind === undefined) {
    const words = titleCase(type)
    return { object: words.split(' ')[0] ?? words, display_name: words }
  }
  const [beginning, object, name] = kind
  return { object, display_name: `${name} ${titleCase(type.slice(beginning.length))}` }
}

const titleCase = (text: string): string =>
  text
    .split(/[._]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')
