import type { Refusal } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'
import { elapsed } from '../base/time.ts'
import { sha256 } from '../crypto/sha256.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { checkPerson } from '../policy/demands.ts'
import { readParameters } from '../request/query-parameters.ts'
import { type Answer, refused } from '../request/refused.ts'
import { isDeclaredSubresource } from '../request/request-kind.ts'
import { isEmbedded, type Visit } from '../request/visit.ts'
import type { FinishedLogin } from '../session/open-session.ts'
import { type HandoffTicket, openTicket, TICKET_LIFETIME } from '../tokens/handoff-ticket.ts'
import { askWhetherToChange, completeLogin } from './change-of-identity.ts'
import { MAX_TICKET } from './login-for-site.ts'
import { checkTransaction, loginsOf } from './login-transaction.ts'
import { presentedLogin } from './presented-login.ts'
import { goOn, withoutLogin, withoutTransaction } from './without-transaction.ts'

const PARAMETERS = {
  ticket: { pattern: new RegExp(`^[\\w.-]{1,${MAX_TICKET}}$`), expected: 'what the login host sent' },
  state: { pattern: /^[\w-]{43}$/, expected: 'what this site sent' },
} as const

/**
 * `GET /auth/handoff`: the browser comes back from the login host, with its word about who is signed in there. It counts for the login that was
 * begun here in this browser, and once: KV cannot promise that under a race, so the registry opens each ticket's session once.
 */
export async function handoff(deployment: Deployment, visit: Visit): Promise<Answer> {
  if (visit.site.signsIn !== 'at_login_host') return refused({ reason: 'route_unknown' })
  if (isDeclaredSubresource(visit.request.headers, isEmbedded(visit)))
    return refused({ reason: 'not_a_navigation' })
  const read = readParameters(new URLSearchParams(visit.url.search), PARAMETERS)
  if (!read.ok) return refused(read.error)
  const { ticket: sealed, state } = read.value
  if (state === undefined) return refused({ reason: 'state_missing' })
  if (sealed === undefined)
    return refused({ reason: 'parameter_invalid', parameter: 'ticket', expected: PARAMETERS.ticket.expected })

  const presented = await presentedLogin(deployment, visit, await sha256(state))
  if (!presented.ok) return withoutLogin(deployment, visit, presented.error)
  const { hash, binding, cookies } = presented.value

  // A ticket that is none must not use up the login of whoever was sent here with it.
  const ticket = await readTicket(deployment, visit, hash, sealed)
  if (!ticket.ok) return refused(ticket.error)
  visit.trail.whose = ticket.value.person

  const transaction = await loginsOf(deployment).takeHandoff(hash, binding)
  if (transaction === 'unreadable') return refused({ reason: 'transaction_unreadable' }, { cookies })
  if (transaction === 'unknown')
    return withoutTransaction(deployment, visit, { reason: 'transaction_unknown' }, binding, cookies)

  const { returnTo, begunElsewhere = false } = transaction
  const { person } = ticket.value
  const problem = checkTransaction(transaction, visit.url.host, visit.now) ?? checkPerson(transaction, person)
  if (problem !== undefined) return refused(problem, { returnTo, cookies })
  const login = { ...finishedBy(ticket.value, visit), returnTo }
  const question = begunElsewhere
    ? await askWhetherToChange(deployment, visit, presented.value, login)
    : undefined
  const answer = question ?? (await completeLogin(deployment, visit, login, cookies))
  // Of two equal requests at the same moment both may find the record, and the registry opens one session.
  return !answer.ok && answer.error.refusal.reason === 'ticket_repeated'
    ? ((await goOn(deployment, visit, { returnTo }, cookies)) ?? answer)
    : answer
}

/** Opens a ticket, and sees whether it is for this host and login, and in time. */
async function readTicket(
  { keyRing }: Deployment,
  { url, now }: Visit,
  hash: string,
  sealed: string,
): Promise<Result<HandoffTicket, Refusal>> {
  const ticket = await openTicket(sealed, keyRing)
  if (ticket === undefined) return err({ reason: 'ticket_unreadable' })
  if (ticket.host !== url.host) return err({ reason: 'ticket_of_other_host', host: ticket.host })
  if (ticket.transaction !== hash) return err({ reason: 'ticket_of_other_login' })
  const late = elapsed(ticket.expiresAt, now)
  return late >= 0 ? err({ reason: 'ticket_expired', ageSeconds: late + TICKET_LIFETIME }) : ok(ticket)
}

function finishedBy(ticket: HandoffTicket, { now }: Visit): FinishedLogin {
  const { person, scalekitSessionId, issuedAt, authenticatedAt, begunAt } = ticket
  const { id, parent, registry, until } = ticket
  return {
    identity: { ...person, scalekitSessionId, issuedAt, authenticatedAt },
    by: { id, parent, registry, until },
    begunAt,
    finishedAt: now,
  }
}
