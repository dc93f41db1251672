import * as v from 'valibot'
import type { Environment } from './environment.ts'
import { problemsOf } from './json-body.ts'
import type { Session } from './login.ts'
import type { Connection, Organization } from './organizations.ts'
import { type EventDraft, parseOccurredAt } from './webhook-event.ts'
import type { Timing } from './webhooks.ts'

/** What came of an operation; expected refusals have a status and plain words. */
export type Outcome =
  | {
      readonly kind: 'done'
      readonly event: EventDraft | undefined
      readonly loggedOut?: Session
    }
  | { readonly kind: 'refused'; readonly status: 404 | 409; readonly problem: string }

/** Checks its input itself: it comes from a JSON body or from a form. */
export type Operation = (
  environment: Environment,
  input: Readonly<Record<string, unknown>>,
) => Promise<
  (Outcome & { readonly timing: Timing }) | { readonly kind: 'invalid'; readonly problems: readonly string[] }
>

/** A day: longer than anybody waits for a test. */
const MAX_DELAY_SECONDS = 86_400

/** Every operation takes these two besides its own entries. */
export const timingEntries = {
  occurred_at: v.exactOptional(
    v.pipe(
      v.string(),
      v.transform(parseOccurredAt),
      v.string('must be a time like 2026-01-31T12:00:00.000000000Z'),
    ),
  ),
  delay_seconds: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_DELAY_SECONDS))),
}

export const timingOf = (input: { occurred_at?: string; delay_seconds?: number }): Timing => ({
  occurredAt: input.occurred_at,
  delaySeconds: input.delay_seconds,
})

const id = (prefix: string) =>
  v.pipe(v.string(), v.startsWith(prefix, `must begin with ${prefix}`), v.maxLength(100))
const name = v.exactOptional(v.pipe(v.string(), v.trim(), v.maxLength(200)))

export const organizationEntries = { organization_id: id('org_') }
export const connectionEntries = { connection_id: id('conn_') }
export const sessionEntries = { session_id: id('ses_') }
export const emailAddress = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.maxLength(320),
  v.regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address'),
)
export const userEntries = { ...organizationEntries, email: emailAddress }
export const personEntries = { ...userEntries, given_name: name, family_name: name }

export function operation<Entries extends v.ObjectEntries>(
  entries: Entries,
  run: (
    environment: Environment,
    input: v.InferOutput<v.StrictObjectSchema<Entries, undefined>>,
  ) => Promise<Outcome>,
): Operation {
  const ownSchema = v.strictObject(entries)
  const timingSchema = v.object(timingEntries)
  return async (environment, { occurred_at, delay_seconds, ...own }) => {
    const parsed = v.safeParse(ownSchema, own)
    const timing = v.safeParse(timingSchema, {
      ...(occurred_at !== undefined && { occurred_at }),
      ...(delay_seconds !== undefined && { delay_seconds }),
    })
    if (!parsed.success || !timing.success) {
      return { kind: 'invalid', problems: [...problemsOf(parsed.issues), ...problemsOf(timing.issues)] }
    }
    return { ...(await run(environment, parsed.output)), timing: timingOf(timing.output) }
  }
}

export const refused = (status: 404 | 409, problem: string) => ({ kind: 'refused' as const, status, problem })

export async function withOrganization(
  { organizations }: Environment,
  { organization_id }: { readonly organization_id: string },
  run: (organization: Organization) => Promise<Outcome>,
): Promise<Outcome> {
  const organization = organizations.find(({ id }) => id === organization_id)
  return organization === undefined
    ? refused(404, 'There is no organization with this id.')
    : run(organization)
}

/** Of an organization: social connections belong to the environment, and nobody switches those. */
export async function withConnection(
  { organizations }: Environment,
  { connection_id }: { readonly connection_id: string },
  run: (organization: Organization, connection: Connection) => Promise<Outcome>,
): Promise<Outcome> {
  for (const organization of organizations) {
    const connection = organization.connections.find(({ id }) => id === connection_id)
    if (connection !== undefined) return run(organization, connection)
  }
  return refused(404, 'No organization has a connection with this id.')
}

export const findSession = ({ sessions }: Environment, id: string): Session | undefined => sessions.get(id)
