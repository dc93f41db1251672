import { parseArgs } from 'node:util'
import { MAX_SHARDS } from '../../src/config.ts'
import type { Workload } from './model.ts'
import { DEFAULT_WORKLOAD, largestOrganizationOf } from './workloads.ts'

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'write' }
  | { readonly kind: 'estimate'; readonly workload: Workload }

/** A command line that cannot be understood; the message is for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

interface NumberOption {
  readonly field: Exclude<keyof Workload, 'lifetimeSeconds'>
  readonly what: string
  readonly min: number
  readonly max: number
  readonly whole: boolean
}

const count = (field: NumberOption['field'], what: string, min = 1, max = 1e10): NumberOption => ({
  field,
  what,
  min,
  max,
  whole: true,
})
const amount = (field: NumberOption['field'], what: string, min = 0, max = 1e6): NumberOption => ({
  field,
  what,
  min,
  max,
  whole: false,
})

const OPTIONS = {
  users: count('users', 'people who sign in at least once a month'),
  organizations: count('organizations', 'customers, each with sessions in a registry object of its own'),
  'largest-organization': count('largestOrganization', 'users of the largest customer'),
  'pages-per-user': amount('pagesPerUser', 'pages a month', 1),
  'assets-per-page': amount(
    'assetsPerPage',
    'images and scripts with a page that no browser cache had',
    0,
    1000,
  ),
  'visits-per-user': amount('visitsPerUser', 'visits a month, each with a login', 1, 1000),
  'session-minutes': amount('sessionMinutes', 'length of a visit', 1, 24 * 60),
  'strict-share': amount('strictShare', 'share of requests under a strict rule, 0 to 1', 0, 1),
  'logout-share': amount('logoutShare', 'share of visits that end with a logout, 0 to 1', 0, 1),
  websockets: amount('webSocketsPerUser', 'WebSockets that a user opens a month'),
  'websocket-hours': amount('webSocketHours', 'how long each stays open', 0, 24),
  'webhooks-per-organization': amount('webhooksPerOrganization', 'events a month that end sessions'),
  shards: count('shards', `registryShards, 1 to ${MAX_SHARDS}`, 1, MAX_SHARDS),
  'peak-factor': amount('peakFactor', 'the busiest moment against the average of the month', 1, 1000),
} as const satisfies Readonly<Record<string, NumberOption>>

type OptionName = keyof typeof OPTIONS
const names = Object.keys(OPTIONS) as OptionName[]

const defaultOf = ({ field }: NumberOption): string =>
  field === 'largestOrganization' ? 'ten times the average' : DEFAULT_WORKLOAD[field].toLocaleString('en')

export const HELP = `Estimates what a deployment asks of Cloudflare in a month, what it costs, and where it ends.

  npm run scale -- --users 1000000 --organizations 500 --largest-organization 50000

${names
  .map((name) => `  ${`--${name} <n>`.padEnd(32)}${OPTIONS[name].what} (${defaultOf(OPTIONS[name])})`)
  .join('\n')}
  ${'--lifetime <time>'.padEnd(32)}session.lifetime, such as 90s, 5m or 1h (5m)
  ${'--write'.padEnd(32)}writes the figures of docs/scaling.md again, and takes nothing else
  ${'--help'.padEnd(32)}this text

docs/scaling.md says what is assumed, and what is left out.`

/** What the command line asks for. @throws UsageError */
export function parseCommand(args: readonly string[]): Command {
  const values = readArguments(args)
  if (values['help'] === true) return { kind: 'help' }
  if (values['write'] === true) {
    if (Object.keys(values).length > 1) throw new UsageError('--write takes no other option: leave them out')
    return { kind: 'write' }
  }
  const given = Object.fromEntries(
    names.flatMap((name) => {
      const text = values[name]
      return typeof text === 'string' ? [[OPTIONS[name].field, parseNumber(name, text)]] : []
    }),
  ) as Partial<Workload>
  const lifetime = values['lifetime']
  const told = {
    ...DEFAULT_WORKLOAD,
    ...given,
    ...(typeof lifetime === 'string' && { lifetimeSeconds: parseLifetime(lifetime) }),
  }
  if (told.organizations > told.users)
    throw new UsageError(
      `--organizations is ${told.organizations}, for ${told.users} users: give at most as many organizations as users`,
    )
  const workload: Workload = { largestOrganization: largestOrganizationOf(told), ...told }
  checkSizes(workload)
  return { kind: 'estimate', workload }
}

function readArguments(args: readonly string[]): Readonly<Record<string, string | boolean | undefined>> {
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
        lifetime: { type: 'string' },
        write: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function parseNumber(name: OptionName, text: string): number {
  const { min, max, whole }: NumberOption = OPTIONS[name]
  const number = /^\d[\d_]*(\.\d+)?$/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN
  if (Number.isNaN(number) || number < min || number > max || (whole && !Number.isInteger(number)))
    throw new UsageError(
      `--${name} is "${text}": write a ${whole ? 'whole number' : 'number'} from ${min} to ${max}, without a sign or unit`,
    )
  return number
}

const UNITS = { s: 1, m: 60, h: 60 * 60 } as const
/** As src/policy/config-schema.ts has it, from below; a session of more than a day is not modelled. */
const [SHORTEST_LIFETIME, LONGEST_LIFETIME] = [60, 24 * 60 * 60]

function parseLifetime(text: string): number {
  const [, number = '', unit = ''] = /^(\d+)([smh])$/.exec(text) ?? []
  const lifetime = Number(number) * (UNITS[unit as keyof typeof UNITS] ?? Number.NaN)
  if (!(lifetime >= SHORTEST_LIFETIME && lifetime <= LONGEST_LIFETIME))
    throw new UsageError(`--lifetime is "${text}": write a time from 60s to 24h, such as 90s, 5m or 1h`)
  return lifetime
}

/** The rest of the users has to fit into the rest of the organizations. */
function checkSizes({ users, organizations, largestOrganization }: Workload): void {
  const least = Math.ceil(users / organizations)
  const most = users - (organizations - 1)
  if (largestOrganization < least || largestOrganization > most)
    throw new UsageError(
      `--largest-organization is ${largestOrganization}: of ${users} users in ${organizations} organizations the largest has ${least} to ${most}`,
    )
}
