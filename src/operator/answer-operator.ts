import { log } from '../audit/log.ts'
import type { Refusal } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'
import type { OperatorKeys } from '../crypto/operator-keys.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { json } from '../pages/response.ts'
import { askRegistry, registry } from '../registry/registry.ts'
import { registryNames } from '../registry/registry-name.ts'
import type { Visit } from '../request/visit.ts'
import {
  OPERATOR_REQUEST_MAX_BYTES,
  type OperatorScope,
  operatorAudience,
  verifyOperatorRequest,
} from '../tokens/operator-request.ts'
import { endByOperator, listForOperator } from './operator-sessions.ts'

/**
 * Answers one signed request. Before the signature holds nothing is asked of any storage; after it, the registry of those who are meant
 * lets each request pass once. Nothing but what is signed says what is to be done.
 */
export async function answerOperator(
  deployment: Deployment,
  visit: Visit,
  keys: OperatorKeys,
): Promise<Result<Response, Refusal>> {
  const token = await readToken(visit.request)
  if (!token.ok) return token
  const audience = operatorAudience(visit.url.origin, visit.basePath)
  const verified = await verifyOperatorRequest(token.value, keys, audience, visit.now)
  if (!verified.ok) return err({ reason: 'operator_request_invalid', ...verified.error })
  const { operator, command, id, expiresAt } = verified.value

  const registrant = registrantOfScope(command.scope)
  const [home = registrant] = registryNames(registrant, deployment.sharded)
  const used = await askRegistry(() => registry(deployment, home).useRequest(id, expiresAt))
  if (!used.ok) return used
  if (!used.value) return err({ reason: 'operator_request_repeated', operator })

  const done =
    command.kind === 'list'
      ? await listForOperator(deployment, visit, registrant, command)
      : await endByOperator(deployment, visit, registrant, command.scope)
  if (!done.ok) return done
  const { body, count } = done.value
  await log({ event: 'operator_request', operator, command: command.kind, count }, visit, command.scope)
  return ok(json(body))
}

/** The body, where it says that it is a token and is no longer than one. */
async function readToken(request: Request): Promise<Result<string, Refusal>> {
  const type = request.headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/jwt') return err({ reason: 'operator_request_malformed', check: 'Content-Type' })
  const body = await request.arrayBuffer()
  if (body.byteLength > OPERATOR_REQUEST_MAX_BYTES)
    return err({ reason: 'operator_request_malformed', check: 'length' })
  return ok(new TextDecoder().decode(body).trim())
}

/** Under whom the sessions are registered that are meant; see {@link registrantOf}. */
const registrantOfScope = ({ organizationId, connectionId, subject }: OperatorScope): string =>
  // A request without any of them does not verify.
  organizationId ?? connectionId ?? subject ?? ''
