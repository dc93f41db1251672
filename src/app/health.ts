import { faultDetail } from '../audit/log.ts'
import { ok } from '../base/result.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { json } from '../pages/response.ts'
import type { Answer } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import { VERSION } from './version.ts'

/**
 * `GET /auth/health`: whether the Worker runs, and which version of it. `?deep=1` also asks what it depends on, for a developer only.
 */
export async function health(deployment: Deployment, visit: Visit): Promise<Answer> {
  const deep = deployment.development && new URLSearchParams(visit.url.search).get('deep') === '1'
  if (!deep) return ok(withVersion(json({ status: 'ok' }), deployment))

  const checks = {
    kv: await attempt(() => deployment.env.GATEHOUSE_KV.get('health')),
    sessions: await attempt(() => deployment.env.SESSIONS.getByName('health').ping()),
    scalekit_keys: await attempt(async () => {
      const response = await deployment.effects.fetch(`${deployment.scalekit.issuer}/keys`, {
        signal: AbortSignal.timeout(5000),
      })
      await response.body?.cancel()
      if (!response.ok) throw new Error(`status ${response.status}`)
    }),
  }
  const healthy = Object.values(checks).every((result) => result === 'ok')
  const answer = json({ status: healthy ? 'ok' : 'degraded', checks }, healthy ? 200 : 503)
  return ok(withVersion(answer, deployment))
}

/** For `gatehouse doctor --live`: what answers need not be what was deployed last. */
function withVersion(answer: Response, { env }: Deployment): Response {
  answer.headers.set('Gatehouse-Version', VERSION)
  const { CF_VERSION_METADATA: deployed } = env
  if (deployed !== undefined) answer.headers.set('Gatehouse-Deployment', deployed.id)
  return answer
}

async function attempt(check: () => Promise<unknown>): Promise<string> {
  try {
    await check()
    return 'ok'
  } catch (error) {
    return faultDetail(error)
  }
}
