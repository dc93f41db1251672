import { type EpochSeconds, epochSeconds, hours } from '../../src/base/time.ts'
import { OrganizationSessions } from '../../src/registry/organization-sessions.ts'
import type { NewSession } from '../../src/registry/registered-session.ts'
import type { SessionId } from '../../src/tokens/session.ts'
import { HOST, JANE } from '../people.ts'

interface Env {
  readonly SESSIONS: DurableObjectNamespace<Registry>
}

const SESSIONS_PER_PERSON = 3

const sessionId = (index: number) => `session-${String(index).padStart(35, '0')}` as SessionId
const subjectOf = (index: number) =>
  `${JANE.connection};user-${String(Math.floor(index / SESSIONS_PER_PERSON)).padStart(15, '0')}`

const newSession = (index: number): NewSession => ({
  id: sessionId(index),
  host: HOST,
  subject: subjectOf(index),
  email: `user-${index}@acme.example`,
  organizationId: JANE.organization,
  connectionId: JANE.connection,
  name: JANE.name,
  roles: JANE.roles,
  groups: [],
  scalekitSessionId: `ses_${index}`,
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0',
  place: 'Frankfurt, DE',
  sealedIdToken: crypto.getRandomValues(new Uint8Array(700)),
  authenticatedAt: now(),
  begunAt: now(),
  issuedAt: now(),
  idle: hours(8),
  absolute: hours(24),
  replaces: undefined,
})

const now = (): EpochSeconds => epochSeconds(Date.now())

/** The registry of src/, which can also fill itself and look at its watch. */
export class Registry extends OrganizationSessions {
  async fill(from: number, to: number): Promise<void> {
    for (let index = from; index < to; index += 1) await this.open(newSession(index), now())
  }

  /** The generation that each of these sessions has reached. */
  generations(ids: readonly SessionId[]): number[] {
    return ids.map((id) =>
      Number(
        this.ctx.storage.sql.exec('SELECT generation FROM sessions WHERE id = ?', id).one()['generation'],
      ),
    )
  }

  /** How long an operation takes inside the object, without the way there (in microseconds). */
  time(operation: 'refresh' | 'isLive' | 'list', size: number, repetitions: number): number {
    const indexes = Array.from({ length: repetitions }, () => Math.floor(Math.random() * size))
    const ids = indexes.map(sessionId)
    const subjects = indexes.map(subjectOf)
    const reached = new Map(ids.map((id) => [id, 0]))
    this.generations([...reached.keys()]).forEach((generation, position) => {
      reached.set([...reached.keys()][position] as SessionId, generation)
    })
    const at = now()
    const perform = {
      refresh: (position: number) => {
        const id = ids[position] as SessionId
        const refreshed = this.refresh(id, reached.get(id) ?? 0, at)
        if (refreshed.kind !== 'renewed') throw new Error(`Not renewed: ${refreshed.kind}`)
        reached.set(id, refreshed.generation)
      },
      isLive: (position: number) => {
        if (!this.isLive(ids[position] as SessionId, at)) throw new Error('Not live')
      },
      list: (position: number) => {
        if (this.sessionsOf(subjects[position] ?? '', at).length === 0) throw new Error('Nothing listed')
      },
    }[operation]
    const before = performance.now()
    for (let position = 0; position < repetitions; position += 1) perform(position)
    return ((performance.now() - before) * 1000) / repetitions
  }
}

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url)
    const number = (name: string) => Number(searchParams.get(name))
    const size = number('size')
    const registry = env.SESSIONS.getByName(`organization of ${size}`)
    switch (pathname) {
      case '/fill':
        await registry.fill(number('from'), number('to'))
        return new Response()
      case '/time': {
        const operation = searchParams.get('operation') as 'refresh' | 'isLive' | 'list'
        return Response.json(await registry.time(operation, size, number('repetitions')))
      }
      case '/renew':
        return Response.json(await renew(registry, size, number('renewals'), number('atOnce')))
      default:
        return new Response('Not Found', { status: 404 })
    }
  },
} satisfies ExportedHandler<Env>

/** Renews by call, as the gate does it, many sessions at once. @returns renewals per second, each of them stored */
async function renew(
  registry: DurableObjectStub<Registry>,
  size: number,
  renewals: number,
  atOnce: number,
): Promise<number> {
  // Every lane has sessions of its own, so that each renewal is a new generation.
  const lanes = Array.from({ length: Math.min(atOnce, size) }, (_, lane) => lane)
  const perLane = Math.ceil(renewals / lanes.length)
  const stride = Math.floor(size / lanes.length)
  const plans = lanes.map((lane) =>
    Array.from({ length: perLane }, (_, turn) => sessionId(lane * stride + (turn % stride))),
  )
  const ids = [...new Set(plans.flat())]
  const reached = new Map<SessionId, number>()
  const generations = await registry.generations(ids)
  for (const [position, id] of ids.entries()) reached.set(id, generations[position] ?? 0)

  const at = now()
  const before = performance.now()
  await Promise.all(
    plans.map(async (plan) => {
      for (const id of plan) {
        const refreshed = await registry.refresh(id, reached.get(id) ?? 0, at)
        if (refreshed.kind !== 'renewed') throw new Error(`Not renewed: ${refreshed.kind}`)
        reached.set(id, refreshed.generation)
      }
    }),
  )
  return (perLane * lanes.length) / ((performance.now() - before) / 1000)
}
