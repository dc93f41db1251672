import { type Command, InvalidArgumentError } from 'commander'
import { deviceName } from '../src/pages/device-name.ts'
import { words } from '../src/pages/words/en.ts'
import { OPERATOR_LIST_LIMIT, type OperatorScope } from '../src/tokens/operator-request.ts'
import type { SessionId } from '../src/tokens/session.ts'
import { inColumns, plain } from './columns.ts'
import { Complaint } from './complaint.ts'
import { confirm } from './confirm.ts'
import { readIfThere } from './files/read-if-there.ts'
import { warnOfReaders } from './keys/key-store.ts'
import { importOperatorKey, parseOperatorKey } from './keys/operator-key.ts'
import { pageTokens } from './network/page-tokens.ts'
import type { SharedOptions } from './program.ts'
import { askOperator, type ListedSession, type SessionList } from './sessions/ask-operator.ts'
import { type AskedWorker, findAskedWorker, parseAskedHost } from './sessions/asked-worker.ts'
import { inJson, progress } from './terminal.ts'
import { examples, parseConnection, parseOrganization, wrongUsage, yes } from './usage.ts'

interface Options extends SharedOptions {
  readonly key: string
  readonly host?: URL
  readonly org?: string
  readonly connection?: string
  readonly user?: string
  readonly id?: string
  readonly limit: number
  readonly all?: boolean
  readonly yes?: boolean
}

/** A Worker that can be asked, and about which sessions. */
interface Opened {
  readonly worker: AskedWorker
  readonly scope: OperatorScope
  readonly list: (limit: number, cursor?: string) => Promise<SessionList>
  readonly end: () => Promise<number>
}

export function addSessions(program: Command): void {
  const sessions = program.command('sessions').description('lists and ends sessions of the deployed Worker')
  const subcommand = (name: string, description: string, example: string) =>
    sessions
      .command(name)
      .description(description)
      .requiredOption('--key <file>', "an operator's key: npx gatehouse keys new --operator makes one")
      .option(
        '--host <address>',
        'the Worker to ask, such as https://docs.example.com; default: a host of gatehouse.config.ts',
        parseHost,
      )
      .option('--org <id>', 'sessions of this organization, org_…', parseOrganization)
      .option(
        '--connection <id>',
        'sessions of this connection, conn_…; without --org, those that belong to no organization',
        parseConnection,
      )
      .option('--user <name>', 'sessions of one person: an e-mail address, or a subject')
      .option('--id <session>', 'one session, by the ID that list shows')
      .addHelpText('after', examples(example))
  subcommand(
    'list',
    'lists open sessions, the newest first',
    'npx gatehouse sessions list --key ../docs-operator.json --org org_123456789 --user jane@acme.example',
  )
    .option('--limit <number>', 'how many to show at most', parseLimit, 100)
    .option('--all', 'shows all of them')
    .action(async (_options: object, command: Command) =>
      list(await open(command), command.optsWithGlobals()),
    )
  subcommand(
    'end',
    'ends sessions: those of --user, the one of --id, or all of the organization',
    'npx gatehouse sessions end --key ../docs-operator.json --org org_123456789 --user jane@acme.example',
  )
    .addOption(yes())
    .action(async (_options: object, command: Command) => end(await open(command), command.optsWithGlobals()))
}

async function open(command: Command): Promise<Opened> {
  const options = command.optsWithGlobals<Options>()
  const scope = scopeOf(options)
  if (scope === undefined)
    wrongUsage(
      command,
      `Whose sessions? --org, or --connection for those that belong to no organization. ${howToOrganization(options)}`,
    )
  const { key: file } = options
  const text = await readIfThere(file)
  if (text === undefined) throw new Complaint(`There is no ${file}. ${HOW_TO_KEY}`)
  const jwk = parseOperatorKey(text)
  if (jwk === undefined) throw new Complaint(`${file} is not an operator's key. ${HOW_TO_KEY}`)
  await warnOfReaders(file)
  const signer = await importOperatorKey(jwk, file)
  const worker = await findAskedWorker(options)
  progress(`Asking ${worker.origin} …`)
  return {
    worker,
    scope,
    list: async (limit, cursor) =>
      (await askOperator(worker, signer, {
        kind: 'list',
        scope,
        limit,
        ...(cursor && { cursor }),
      })) as SessionList,
    end: async () => ((await askOperator(worker, signer, { kind: 'end', scope })) as { ended: number }).ended,
  }
}

const HOW_TO_KEY =
  'npx gatehouse keys new --operator --file <path> --put makes one, and lets the Worker know it.'

/** An address does not say whose it is: several organizations may sign in people of one domain. */
function howToOrganization({ user = '' }: Options): string {
  const [, domain] = /^[^\s@]+@([\w.-]+)$/.exec(user) ?? []
  return domain === undefined
    ? 'npx gatehouse orgs lists the organizations.'
    : `npx gatehouse connections --domain ${domain} lists the organizations that ${domain} signs in with.`
}

/** @returns `undefined` where the options do not tell in whose registry the sessions are */
function scopeOf({ org, connection, user, id }: Options): OperatorScope | undefined {
  // Scalekit's subjects have the connection in front; an identity provider may call people by their address behind it.
  const isAddress = user?.includes('@') === true && !user.includes(';')
  const isAlone = user !== undefined && !isAddress && !user.includes(';')
  if (org === undefined && connection === undefined && !isAlone) return undefined
  return {
    organizationId: org,
    connectionId: connection,
    email: isAddress ? user : undefined,
    subject: isAddress ? undefined : user,
    id: id as SessionId | undefined,
  }
}

async function list({ list: ask, worker }: Opened, { all, limit, json }: Options): Promise<void> {
  const wanted = all ? Number.POSITIVE_INFINITY : limit
  const sessions: ListedSession[] = []
  const mayAsk = pageTokens()
  let total = 0
  let cursor: string | undefined
  do {
    if (!mayAsk(cursor ?? ''))
      throw new Complaint(
        `${worker.origin} has given ${sessions.length} sessions and says that there are more, without an end: is it the right host?`,
      )
    if (cursor !== undefined) progress(`${sessions.length} of ${total} …`)
    const page = await ask(Math.min(OPERATOR_LIST_LIMIT, wanted - sessions.length), cursor)
    total = page.total ?? total
    sessions.push(...page.sessions)
    cursor = page.next ?? undefined
  } while (cursor !== undefined && sessions.length < wanted)
  if (json) return console.log(inJson({ host: worker.origin, total, sessions }))
  if (sessions.length === 0) return console.log('There is no such session.')
  console.log(inColumns(HEADINGS, sessions.map(rowOf)))
  if (cursor !== undefined) console.log(`${sessions.length} of ${total}: --all shows all of them.`)
}

const HEADINGS = ['who', 'host', 'device', 'opened', 'last used', 'id'] as const

const rowOf = (session: ListedSession): readonly string[] => [
  session.email ?? session.subject,
  session.host,
  deviceName(words(), session.user_agent ?? undefined),
  minuteOf(session.opened_at),
  minuteOf(session.last_used_at),
  session.id,
]

const minuteOf = (time: string) => `${time.slice(0, 16).replace('T', ' ')} UTC`

async function end({ worker, scope, list: ask, end: doEnd }: Opened, options: Options): Promise<void> {
  const { yes, json } = options
  if (!yes) {
    const { total = 0 } = await ask(1)
    if (total === 0) {
      if (json) return console.log(inJson({ host: worker.origin, ended: 0 }))
      return console.log(noneInWords(worker, scope, options))
    }
    await confirm(`End ${described(scope, total)} at ${worker.origin}?`)
  }
  const ended = await doEnd()
  if (json) return console.log(inJson({ host: worker.origin, ended }))
  if (ended === 0) return console.log(noneInWords(worker, scope, options))
  console.log(
    `${ended === 1 ? '1 session has' : `${ended} sessions have`} ended: for WebSockets and strict rules at once, ` +
      'for other pages within session.lifetime. Whoever was just signing in has to begin again.',
  )
}

function described(scope: OperatorScope, total: number): string {
  const count = total === 1 ? 'the one session' : `${isWhole(scope) ? 'ALL ' : 'the '}${total} sessions`
  return plain(`${count} ${inWords(scope)}`)
}

/** Nothing was there to be ended: a slip in a name looks the same as somebody who has signed out. */
function noneInWords({ origin }: AskedWorker, scope: OperatorScope, options: Options): string {
  return plain(`There is no session ${inWords(scope)} at ${origin}, so none has ended. ${howToLook(options)}`)
}

/** What shows whether a name is right. */
function howToLook({ key, host, config, org, connection, user, id }: Options): string {
  // A subject alone, which names no connection.
  if (org === undefined && connection === undefined) return 'npx gatehouse orgs lists the organizations.'
  if (user === undefined && id === undefined)
    return `npx gatehouse ${org === undefined ? 'connections' : 'orgs'} lists those that there are.`
  const options = [
    `--key ${key}`,
    config && `--config ${config}`,
    host && `--host ${host.href}`,
    org && `--org ${org}`,
    connection && `--connection ${connection}`,
  ]
  return `npx gatehouse sessions list ${options.filter((each) => each).join(' ')} shows whose there are.`
}

const inWords = ({ organizationId, connectionId, email, subject, id }: OperatorScope): string =>
  [
    id && `with the ID ${id}`,
    (email ?? subject) && `of ${email ?? subject}`,
    connectionId && `by ${connectionId}`,
    organizationId && `of ${organizationId}`,
  ]
    .filter((each) => each)
    .join(' ')

const isWhole = ({ email, subject, id }: OperatorScope): boolean =>
  id === undefined && email === undefined && subject === undefined

function parseHost(text: string): URL {
  const parsed = parseAskedHost(text)
  if (typeof parsed === 'string') throw new InvalidArgumentError(parsed)
  return parsed
}

function parseLimit(text: string): number {
  const limit = Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1_000_000) return limit
  throw new InvalidArgumentError('It must be a whole number from 1 on.')
}
