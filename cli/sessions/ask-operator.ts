import * as v from 'valibot'
import { epochSeconds } from '../../src/base/time.ts'
import {
  type OperatorCommand,
  type OperatorSigner,
  operatorAudience,
  signOperatorRequest,
} from '../../src/tokens/operator-request.ts'
import { plain } from '../columns.ts'
import { Complaint } from '../complaint.ts'
import { ask, type HttpAnswer, jsonIn } from '../network/ask.ts'
import type { NetworkFailure } from '../network/network-failure.ts'
import type { AskedWorker } from './asked-worker.ts'

const session = v.object({
  id: v.string(),
  host: v.string(),
  subject: v.string(),
  email: v.nullable(v.string()),
  connection_id: v.nullable(v.string()),
  user_agent: v.nullable(v.string()),
  opened_at: v.string(),
  last_used_at: v.string(),
  parent: v.nullable(v.string()),
})
const ANSWERS = {
  list: v.object({ sessions: v.array(session), total: v.optional(v.number()), next: v.nullable(v.string()) }),
  end: v.object({ ended: v.number() }),
}
const problem = v.object({
  code: v.string(),
  detail: v.string(),
  reference: v.string(),
  check: v.optional(v.string()),
})

export type ListedSession = v.InferOutput<typeof session>
export type SessionList = v.InferOutput<typeof ANSWERS.list>

const PATIENCE_MS = 10_000

/**
 * Signs a command and sends it.
 *
 * @throws {Complaint} where there is no answer within ten seconds, or another one than was asked for
 */
export async function askOperator(
  worker: AskedWorker,
  signer: OperatorSigner,
  command: OperatorCommand,
  patience = PATIENCE_MS,
): Promise<SessionList | v.InferOutput<typeof ANSWERS.end>> {
  const { origin, basePath } = worker
  const audience = operatorAudience(origin, basePath)
  const now = epochSeconds(Date.now())
  const token = await signOperatorRequest(signer, audience, command, crypto.randomUUID(), now)
  const asked = await ask(audience, {
    method: 'POST',
    headers: { 'Content-Type': 'application/jwt' },
    body: token,
    signal: AbortSignal.timeout(patience),
  })
  if (!asked.ok) throw new Complaint(unanswered(worker, command, asked.error, patience))
  const answer = asked.value
  const body = jsonIn(answer)
  if (answer.status === 200) {
    const parsed = v.safeParse(ANSWERS[command.kind], body)
    if (parsed.success) return parsed.output
  }
  throw new Complaint(refusedInWords(worker, answer, v.safeParse(problem, body)))
}

const CAUSES: { readonly [K in Exclude<NetworkFailure['kind'], 'no_answer'>]: string } = {
  unknown_host: 'there is no such host: check the spelling',
  no_network: 'check the network, and a VPN or firewall between',
  refused: 'nothing listens there',
  tls: 'its certificate or TLS is not to be trusted',
  broken_off: 'the connection broke off',
}

function unanswered(
  { origin }: AskedWorker,
  { kind: command }: OperatorCommand,
  { kind, detail }: NetworkFailure,
  patience: number,
): string {
  const mayBeDone = command === 'end' && (kind === 'no_answer' || kind === 'broken_off')
  const more = mayBeDone
    ? ' Whether anything has ended is not known: look with npx gatehouse sessions list.'
    : ''
  return kind === 'no_answer'
    ? `${origin} has not answered for ${patience / 1000} seconds.${more}`
    : `${origin} cannot be reached (${detail}): ${CAUSES[kind]}.${more}`
}

/** Seconds: less than this may be the network's. */
const CLOCKS_APART = 20

function refusedInWords(
  { origin, basePath }: AskedWorker,
  { status, headers }: HttpAnswer,
  parsed: v.SafeParseResult<typeof problem>,
): string {
  if (status >= 300 && status < 400)
    return `${origin} redirects (${status}): name the host that it leads to with --host.`
  if (!parsed.success)
    return `${origin}${basePath}/operator gives no answer of Gatehouse's (${status}): is it the right host, with basePath '${basePath}'?`
  const { code, detail, reference, check = '' } = parsed.output
  const said = `${plain(detail)} (reference ${plain(reference)})`
  if (code === 'not_found')
    return (
      `${origin} takes no requests from operators: its Worker has no GATEHOUSE_OPERATOR_KEYS, or is of an earlier version. ` +
      'Make a key with npx gatehouse keys new --operator --file <path> --put, or put the public half of yours.'
    )
  if (status !== 401) return `${origin} says: ${said}`
  const date = headers.get('Date')
  const apart = date === null ? 0 : Math.round(Date.parse(date) / 1000 - Date.now() / 1000)
  if ((check === 'exp' || check === 'iat') && Math.abs(apart) >= CLOCKS_APART)
    return `The clock of this machine is ${inWords(Math.abs(apart))} ${apart > 0 ? 'behind' : 'ahead of'} that of ${origin}: set it right.`
  if (check === 'kid' || check === 'signature')
    return (
      `${origin} does not know this key: GATEHOUSE_OPERATOR_KEYS of its Worker has others. ` +
      `npx gatehouse keys list --file <path> says how to put its public half. (reference ${plain(reference)})`
    )
  return `${origin} refuses the request: ${said}`
}

function inWords(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`
}
