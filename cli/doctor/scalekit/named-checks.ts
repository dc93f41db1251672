import type { Result } from '../../../src/base/result.ts'
import type { Connection, Unanswered } from '../../scalekit/management.ts'
import { type Finding, orSound, problem, skipped, sound, type Trouble, warning } from '../finding.ts'
import type { Managed, NamedOrganization } from './answers.ts'
import type { Judgement, NamedJudgement } from './judgement.ts'
import { namedIn } from './named.ts'

const isActive = ({ enabled, status }: Connection) => enabled && status === 'COMPLETED'

const organizations: Judgement = ({ managed }, { config }) => {
  if (!config.ok) return []
  const named = namedIn(config.value).organizations
  if (named.size === 0) return sound('the configuration names none')
  if (managed === undefined) return skipped('needs a client ID and secret that work')
  const asked = [...managed.organizations]
  const forbidden = asked.find(([, each]) => !each.ok && each.error.kind === 'forbidden')
  if (forbidden !== undefined) return noAccess()
  const troubles = asked.flatMap(([id, each]) => troubleOf(id, named.get(id) ?? '', each))
  return [
    ...orSound(troubles, asked.map(([id, each]) => (each.ok ? `${id} (${each.value.name})` : id)).join(', ')),
    ...(named.size > asked.length ? skipped(`${named.size - asked.length} more were not asked for`) : []),
  ]
}

function troubleOf(
  id: string,
  place: string,
  answer: Result<NamedOrganization, Unanswered>,
): readonly Trouble[] {
  if (!answer.ok && answer.error.kind !== 'not_found')
    return [
      warning({
        found: `It is not known whether ${id} exists: ${answer.error.said}`,
        why: 'A wrong ID lets nobody of that customer in.',
        remedy: `npx gatehouse connections --org ${id}`,
      }),
    ]
  if (!answer.ok)
    return [
      problem({
        found: `${place} names ${id}, and the environment has no such organization.`,
        why: 'Nobody can be a member of it, so whoever it was meant for cannot get in.',
        remedy: 'npx gatehouse orgs lists those that there are. Each environment has its own.',
      }),
    ]
  if (answer.value.connections.some(isActive)) return []
  const [first] = answer.value.connections
  return [
    problem({
      found: `${answer.value.name || id} (${id}, ${place}) has ${first === undefined ? 'no connection' : `no connection that works: ${stateOf(first)}`}.`,
      why: 'Nobody of this organization can sign in.',
      remedy:
        first?.status === 'COMPLETED'
          ? `Enable ${first.id}: Scalekit dashboard > Organizations > ${answer.value.name || id} > Single sign-on`
          : `Its administrator finishes the set-up: npx gatehouse portal-link ${id}`,
    }),
  ]
}

const stateOf = ({ id, status, enabled }: Connection) =>
  status !== 'COMPLETED'
    ? `${id} is not set up to the end (${status})`
    : enabled
      ? `${id} works`
      : `${id} is disabled`

const noAccess = (): readonly Finding[] => [
  warning({
    found: 'The client may not use the management API.',
    why: 'Logins work without it; gatehouse orgs, connections, portal-link and the admin portal do not, and IDs in the configuration cannot be checked.',
    remedy:
      'Scalekit dashboard > Developers > Applications > this application: switch on "Allow Scalekit Management API access".',
  }),
]

const connections: Judgement = ({ managed }, { config }) => {
  if (!config.ok) return []
  const named = namedIn(config.value).connections
  if (named.size === 0) return sound('the configuration names none')
  if (managed === undefined) return skipped('needs a client ID and secret that work')
  const found = new Map(connectionsIn(managed).map((each) => [each.id, each]))
  const others = managed.otherConnections
  const isAllKnown = others?.ok === true
  const troubles = [...named].flatMap(([id, place]): readonly Trouble[] => {
    const connection = found.get(id)
    if (connection === undefined)
      return isAllKnown
        ? [
            problem({
              found: `${place} names ${id}, and the environment has no such connection.`,
              why: 'Nobody can sign in by it, so whoever it was meant for cannot get in.',
              remedy: 'npx gatehouse connections lists those that there are.',
            }),
          ]
        : []
    if (isActive(connection)) return []
    return [
      problem({
        found: `${place} names a connection that does not work: ${stateOf(connection)}.`,
        why: 'Nobody can sign in by it.',
        remedy:
          connection.enabled || connection.status !== 'COMPLETED'
            ? `npx gatehouse portal-link ${connection.organizationId}`
            : `Enable it: Scalekit dashboard > Organizations > ${connection.organizationName} > Single sign-on`,
      }),
    ]
  })
  const untold = [...named.keys()].filter((id) => !found.has(id) && !isAllKnown)
  const known = [...named.keys()].filter((id) => found.has(id))
  return [
    ...(troubles.length > 0 || known.length > 0 ? orSound(troubles, known.join(', ')) : []),
    ...(untold.length > 0
      ? skipped(`not found: ${untold.join(', ')}; ${others?.ok === false ? others.error.said : ''}`)
      : []),
  ]
}

const connectionsIn = ({ organizations: all, otherConnections }: Managed): readonly Connection[] => [
  ...[...all.values()].flatMap((each) => (each.ok ? each.value.connections : [])),
  ...(otherConnections?.ok ? otherConnections.value : []),
]

export const SCALEKIT_NAMED_CHECKS: readonly NamedJudgement[] = [
  ['organizations', 'Organizations', organizations],
  ['connections', 'Connections', connections],
]
