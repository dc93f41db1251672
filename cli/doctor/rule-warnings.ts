import { isLocalHost } from '../../src/base/local-host.ts'
import { hours, minutes } from '../../src/base/time.ts'
import {
  ANY_ORGANIZATION,
  DEFAULT_ABSOLUTE,
  type GatehouseConfig,
  type Rule,
  type Site,
} from '../../src/config.ts'
import { type Trouble, warning } from './finding.ts'

/** What a valid configuration says that cannot be meant. Rules that never match are problems already. */
export function ruleWarnings(config: GatehouseConfig): readonly Trouble[] {
  const absolute = config.session?.absolute ?? DEFAULT_ABSOLUTE
  return [
    ...sessionWarnings(config),
    ...Object.entries(config.sites).flatMap(([key, site]) => [
      ...(isOpen(site) ? [allPublic(key)] : []),
      ...(site.rules ?? []).flatMap((rule, at) => {
        const place = `sites[${JSON.stringify(key)}].rules[${at}]`
        return [
          ...unmeetable(place, rule, site),
          ...(rule.maxAge !== undefined && rule.maxAge >= absolute ? [idleMaxAge(place)] : []),
        ]
      }),
    ]),
  ]
}

function sessionWarnings({ session = {} }: GatehouseConfig): readonly Trouble[] {
  const { lifetime = minutes(5), idle = hours(8), absolute = DEFAULT_ABSOLUTE } = session
  const said = (what: string, than: string, why: string) =>
    warning({
      found: `session.${what} is not shorter than session.${than}.`,
      why,
      remedy: `Make session.${what} shorter in gatehouse.config.ts, or session.${than} longer.`,
    })
  return [
    ...(lifetime >= idle
      ? [said('lifetime', 'idle', 'A session that is in use may end between two renewals.')]
      : []),
    ...(idle > absolute
      ? [said('idle', 'absolute', 'It never has an effect: the session has ended before.')]
      : []),
  ]
}

/** Whether every request is public, whatever it is for. */
function isOpen({ rules = [] }: Site): boolean {
  const all = rules.findIndex(
    ({ path, methods, access }) => path === '/*' && methods === undefined && access === 'public',
  )
  return all !== -1 && rules.slice(0, all).every(({ access }) => access === 'public')
}

const allPublic = (key: string): Trouble =>
  warning({
    found: `Everything at ${key} is public.`,
    why: 'Gatehouse asks nobody there who they are.',
    remedy:
      'Put rules for what is protected before { path: "/*", access: "public" }, or take the site out of gatehouse.config.ts.',
  })

/** A demand that contradicts that of the site: both have to be met. */
function unmeetable(
  place: string,
  { require = {} }: Rule,
  { organization, connection }: Site,
): readonly Trouble[] {
  const contradicts = (of: string | undefined, wanted: readonly string[] | undefined) =>
    of !== undefined && wanted !== undefined && !wanted.includes(of) && !wanted.includes(ANY_ORGANIZATION)
  const said = (what: string, of: string | undefined) =>
    warning({
      found: `${place} requires another ${what} than its site, which is for ${of}.`,
      why: 'Nobody can meet both, so nobody gets in there.',
      remedy: `Name ${of} in the rule, or take the ${what} away from one of the two.`,
    })
  return [
    ...(contradicts(organization, require.organizations) ? [said('organization', organization)] : []),
    ...(contradicts(connection, require.connections) ? [said('connection', connection)] : []),
  ]
}

const idleMaxAge = (place: string): Trouble =>
  warning({
    found: `${place}.maxAge is not shorter than session.absolute.`,
    why: 'It never has an effect: the session has ended before.',
    remedy: 'Take it away, or make it shorter.',
  })

/** Where nobody can come, or nobody can sign in, once it is deployed. */
export function hostWarnings({
  sites,
  loginHost,
  sitesInKv,
}: GatehouseConfig): readonly Omit<Trouble, 'status'>[] {
  const isLocal = (key: string) => isLocalHost(key.replace(/^\*\./, ''))
  const hosts = Object.keys(sites)
  const deployed = hosts.filter((key) => !isLocal(key))
  if (deployed.length === 0 && sitesInKv !== true)
    return [
      {
        found: `All sites of gatehouse.config.ts are of this machine: ${hosts.join(', ')}`,
        why: 'Everybody who comes to the deployed Worker gets 421.',
        remedy:
          "Write a site for each of your hosts into gatehouse.config.ts, such as 'docs.example.com': { … }",
      },
    ]
  if (loginHost === undefined || !isLocal(loginHost)) return []
  const lost = deployed.filter((key) => sites[key]?.loginHost !== false)
  if (lost.length === 0 && sitesInKv !== true) return []
  return [
    {
      found: `The loginHost ${loginHost} is of this machine, and people sign in there for ${lost.join(', ') || 'sites in KV'}.`,
      why: 'Nobody can sign in at the deployed Worker.',
      remedy:
        "Write loginHost: 'login.example.com' of your own into gatehouse.config.ts, and give it a route.",
    },
  ]
}
