import type { Refusal, UnmetRequirement } from '../base/refusal.ts'
import { type EpochSeconds, timestamp } from '../base/time.ts'
import { dataPoint } from './data-point.ts'
import type { LogEvent, LogLine } from './event.ts'
import { type Hash, hideAddress, hidePerson } from './hidden-person.ts'

/** Whose a session or a login is, as far as that is known. A session says all of it, a login that has just begun what it asks for. */
export interface Whose {
  readonly subject?: string | undefined
  readonly organizationId?: string | undefined
  readonly connectionId?: string | undefined
  readonly email?: string | undefined
  /** Of the session. */
  readonly id?: string | undefined
}

/** How a deployment keeps its log. */
export interface Audit {
  /** What stands for subjects and e-mail addresses; `undefined`: they stand there themselves. */
  readonly hash: Hash | undefined
  /** Takes each line as a data point too. */
  readonly dataset: AnalyticsEngineDataset | undefined
}

/** What a request's lines have to know that is found out on the way. */
export interface Trail {
  /** Not known before there is a deployment; by then nobody is known either. */
  audit?: Audit | undefined
  whose?: Whose | undefined
}

/** What of a request every line tells. */
interface Logged {
  readonly reference: string
  readonly now: EpochSeconds
  readonly url: { readonly host: string; readonly path: string }
  readonly request: Request
  readonly trail: Trail
}

const MAX_USER_AGENT = 256

/**
 * One line of JSON, which Workers Logs indexes by field. Of the address the path alone: a query may hold codes and addresses of people. It is
 * written when this returns; a caller that does not wait gets its lines in another order.
 *
 * @param whose other than who the request is known to come from
 */
export async function log(event: LogEvent, logged: Logged, whose = logged.trail.whose): Promise<void> {
  const { reference, now, url, request, trail } = logged
  const { audit = SILENT } = trail
  const { method, headers } = request
  const line: LogLine = {
    ...(audit.hash === undefined ? event : await withoutPersons(event, audit.hash)),
    reference,
    time: timestamp(now),
    host: url.host,
    method,
    path: url.path,
    client: headers.get('CF-Connecting-IP') ?? undefined,
    user_agent: headers.get('User-Agent')?.slice(0, MAX_USER_AGENT),
    ...(whose !== undefined && (await told(whose, audit.hash))),
  }
  console.log(JSON.stringify(line))
  if (audit.dataset !== undefined) keep(line, audit.dataset)
}

/** Whoever should be known before there are keys is not told. */
const SILENT: Audit = { hash: async () => '…', dataset: undefined }

async function told({ subject, organizationId, connectionId, email, id }: Whose, hash: Hash | undefined) {
  return {
    organization: organizationId,
    connection: connectionId,
    subject: subject && (hash === undefined ? subject : await hash(subject)),
    email: email && (hash === undefined ? email : await hideAddress(email, hash)),
    session: id,
  }
}

/** The fields of events that are about persons: docs/logs.md has them as subjects, and the evidence `who`. */
async function withoutPersons(event: LogEvent, hash: Hash): Promise<LogEvent> {
  switch (event.event) {
    case 'identity_change_asked':
      return { ...event, from: await hash(event.from), to: await hash(event.to) }
    case 'refused':
      return { ...event, refusal: await withoutPerson(event.refusal, hash) }
    default:
      return event
  }
}

async function withoutPerson(refusal: Refusal, hash: Hash): Promise<Refusal> {
  const named =
    'who' in refusal && refusal.who !== undefined
      ? { ...refusal, who: await hidePerson(refusal.who, hash) }
      : refusal
  return named.reason === 'requirement_unmet'
    ? { ...named, unmet: await Promise.all(named.unmet.map((each) => withoutAddresses(each, hash))) }
    : named
}

const withoutAddresses = async (
  { key, accepted }: UnmetRequirement,
  hash: Hash,
): Promise<UnmetRequirement> => ({
  key,
  accepted: key === 'emails' ? await Promise.all(accepted.map((each) => hideAddress(each, hash))) : accepted,
})

/** A data set that does not take a line keeps nobody waiting, and breaks nothing. */
function keep(line: LogLine, dataset: AnalyticsEngineDataset): void {
  try {
    dataset.writeDataPoint(dataPoint(line))
  } catch (error) {
    const { event: _event, ...rest } = line
    const what = 'a line is missing from the data set AUDIT'
    console.log(JSON.stringify({ ...rest, event: 'degraded', what, detail: faultDetail(error) }))
  }
}

/** What a thrown value says, for the log. */
export const faultDetail = (error: unknown): string =>
  withoutQuotes(error instanceof Error ? `${error.name}: ${error.message}` : String(error))

/** Where it was thrown. */
export const faultStack = (error: unknown): string | undefined =>
  error instanceof Error && error.stack !== undefined ? withoutQuotes(error.stack) : undefined

/**
 * Whatever throws may quote what it was about. A query of an address may hold codes; what was to be JSON or of some form, whatever a record or
 * a token has in it.
 */
const withoutQuotes = (text: string): string =>
  text
    .replace(/((?:\bhttps?:\/\/|\/)[^\s?#"'`]*)\?[^\s"'`)]*/g, '$1')
    .replace(/(\bhttps?:\/\/[^\s?#"'`]*)#[^\s"'`)]*/g, '$1')
    .replace(/"[\s\S]*(?= is not valid JSON)/g, '…')
    .replace(/ but received [\s\S]*?(?=\n {4}at |$)/g, ' but received …')
