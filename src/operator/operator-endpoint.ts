import type { Deployment } from '../deployment/deployment.ts'
import { type Answer, refused } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'

/**
 * `POST /auth/operator`: what somebody who runs the deployment asks about sessions, signed. A 404 unless the Worker has keys of operators,
 * without which nothing more is loaded.
 */
export async function operatorEndpoint(deployment: Deployment, visit: Visit): Promise<Answer> {
  const { operatorKeys } = deployment
  if (operatorKeys === undefined) return refused({ reason: 'route_unknown' }, { forScript: true })
  const { answerOperator } = await import('./answer-operator.ts')
  const answered = await answerOperator(deployment, visit, operatorKeys)
  return answered.ok ? answered : refused(answered.error, { forScript: true })
}
