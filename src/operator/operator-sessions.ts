import type { Refusal } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'
import { timestamp } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { OperatorSession, SessionSelector } from '../registry/registered-session.ts'
import { askRegistry, registry } from '../registry/registry.ts'
import { registryNames } from '../registry/registry-name.ts'
import type { Visit } from '../request/visit.ts'
import { revoke } from '../session/revoke.ts'
import type { OperatorCommand, OperatorScope } from '../tokens/operator-request.ts'

/** What an operator gets, and how many sessions that is about, for the log. */
interface Done {
  readonly body: object
  readonly count: number
}

/** One page of the sessions that go on, the last opened first, whichever shard they are in. */
export async function listForOperator(
  deployment: Deployment,
  { now }: Visit,
  registrant: string,
  { scope, limit, cursor }: Extract<OperatorCommand, { kind: 'list' }>,
): Promise<Result<Done, Refusal>> {
  const names = registryNames(registrant, deployment.sharded)
  const places = cursor === undefined ? names.map((): undefined => undefined) : placesOf(cursor)
  if (places?.length !== names.length) return err({ reason: 'operator_request_malformed', check: 'cursor' })
  const selector = selectorOf(scope)
  const asked = await askRegistry(() =>
    Promise.all(
      names.map(async (name, at) => {
        const shard = registry(deployment, name)
        // How many there are is asked for once.
        const total = cursor === undefined ? await shard.countWhere(selector, now) : undefined
        return { total, page: await shard.sessionsWhere(selector, places[at], limit, now) }
      }),
    ),
  )
  if (!asked.ok) return asked
  const shards = asked.value
  const taken = lastOpened(
    shards.map(({ page }) => page),
    limit,
  )
  const isComplete = shards.every(({ page }, at) => page.length < limit && taken[at]?.length === page.length)
  const sessions = taken.flat().sort((one, other) => other.openedAt - one.openedAt)
  const body = {
    sessions: sessions.map(described),
    total: cursor === undefined ? shards.reduce((sum, { total = 0 }) => sum + total, 0) : undefined,
    next: isComplete
      ? null
      : shards.map(({ page }, at) => taken[at]?.at(-1)?.place ?? places[at] ?? above(page)).join('.'),
  }
  return ok({ body, count: sessions.length })
}

/** The first of each shard's page, as many as belong to the last opened of all: none is passed over, whatever the clocks were. */
function lastOpened(pages: readonly (readonly OperatorSession[])[], limit: number): OperatorSession[][] {
  const taken: OperatorSession[][] = pages.map(() => [])
  const nextOf = (at: number) => pages[at]?.[taken[at]?.length ?? 0]
  for (let count = 0; count < limit; count += 1) {
    let from: number | undefined
    for (const at of pages.keys()) {
      const opened = nextOf(at)?.openedAt
      if (opened !== undefined && (from === undefined || opened > (nextOf(from)?.openedAt ?? 0))) from = at
    }
    const next = from === undefined ? undefined : nextOf(from)
    if (from === undefined || next === undefined) break
    taken[from]?.push(next)
  }
  return taken
}

/** Ends what is meant, as Scalekit's events do: a login that is under way opens none of it again. */
export async function endByOperator(
  deployment: Deployment,
  visit: Visit,
  registrant: string,
  scope: OperatorScope,
): Promise<Result<Done, Refusal>> {
  const ended = await revoke(deployment, visit, {
    registrants: [registrant],
    selectors: [selectorOf(scope)],
    reason: 'operator_ended',
    occurredAt: visit.now,
  })
  return ended.ok ? ok({ body: { ended: ended.value }, count: ended.value }) : ended
}

/** Within the registry of the organization, or of whoever else is named first. */
function selectorOf({ connectionId, email, subject, id }: OperatorScope): SessionSelector {
  const selector = {
    ...(connectionId !== undefined && { connectionId }),
    ...(email !== undefined && { email }),
    ...(subject !== undefined && { subject }),
    ...(id !== undefined && { id }),
  }
  return Object.keys(selector).length === 0 ? { everyone: true } : selector
}

const described = (session: OperatorSession): object => ({
  id: session.id,
  host: session.host,
  subject: session.subject,
  email: session.email ?? null,
  connection_id: session.connectionId ?? null,
  user_agent: session.userAgent ?? null,
  opened_at: timestamp(session.openedAt),
  last_used_at: timestamp(session.lastUsedAt),
  parent: session.parent ?? null,
})

/** Where a shard goes on of which nothing was shown yet: whoever signs in meanwhile comes before the list. */
const above = ([first]: readonly OperatorSession[]): number => (first?.place ?? 0) + 1

/** The place in each shard below which it goes on. */
const placesOf = (cursor: string): number[] | undefined =>
  /^\d{1,15}(\.\d{1,15})*$/.test(cursor) ? cursor.split('.').map(Number) : undefined
