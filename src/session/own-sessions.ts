import { ok, type Result } from '../base/result.ts'
import type { EpochSeconds } from '../base/time.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { Acted, OwnCommand, SessionSummary } from '../registry/registered-session.ts'
import { askRegistry, type RegistryUnreachable, registry } from '../registry/registry.ts'
import { registrantOfRegistry, registryNames } from '../registry/registry-name.ts'
import type { Visit } from '../request/visit.ts'
import type { HeldSession } from './presented.ts'

export interface OwnOutcome extends Acted {
  /** Why other registries that may hold sessions of the person did not do their part. */
  readonly missed: RegistryUnreachable | undefined
}

/**
 * Does what the holder of a session asks for with their own sessions. The registry of that session says first whether it goes on;
 * the other shards of the registrant, where there are some, follow on its word.
 *
 * @returns `undefined` if the session does not go on: then nothing happened
 */
export async function actOnOwnSessions(
  deployment: Deployment,
  { now }: Visit,
  held: HeldSession,
  command: OwnCommand,
): Promise<Result<OwnOutcome | undefined, RegistryUnreachable>> {
  const { registry: home, id, generation } = held
  const asked = await askRegistry<Acted | undefined>(async () =>
    registry(deployment, home).act({ id, generation }, command, now),
  )
  if (!asked.ok) return asked
  const acted = asked.value
  if (acted === undefined) return ok(undefined)

  const names = registryNames(registrantOfRegistry(home), deployment.sharded).filter((name) => name !== home)
  const others = await askRegistry(() =>
    Promise.all(names.map(async (name) => follow(registry(deployment, name), acted.subject, command, now))),
  )
  if (!others.ok) return ok({ ...acted, missed: others.error })
  const goOn = [...acted.goOn, ...others.value.flatMap((each) => each.goOn)]
  return ok({
    ...acted,
    ended: others.value.reduce((sum, each) => sum + each.ended, acted.ended),
    goOn: goOn.sort((a, b) => b.lastUsedAt - a.lastUsedAt),
    missed: undefined,
  })
}

type Registry = ReturnType<typeof registry>

/** Sessions of one person are in several shards where the number of shards was changed. */
async function follow(
  other: Registry,
  subject: string,
  command: OwnCommand,
  now: EpochSeconds,
): Promise<{ readonly ended: number; readonly goOn: readonly SessionSummary[] }> {
  const ended = await endIn(other, subject, command, now)
  return { ended, goOn: await other.sessionsOf(subject, now) }
}

async function endIn(
  other: Registry,
  subject: string,
  command: OwnCommand,
  now: Visit['now'],
): Promise<number> {
  switch (command.kind) {
    case 'list':
      return 0
    case 'end':
      return other.endWhere({ subject, id: command.id }, 'user_ended', now)
    case 'end_others':
      return other.endWhere({ subject }, 'user_ended', now)
    case 'sign_out':
      return command.everywhere ? other.endWhere({ subject }, 'logout', now) : 0
  }
}
