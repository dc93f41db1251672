import { faultDetail } from '../audit/log.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { json } from '../pages/response.ts'
import type { Visit } from '../request/visit.ts'

/**
 * `GET /auth/health`: whether the Worker runs. `?deep=1` also asks what it depends on, for a developer only.
 */
export async function health(deployment: Deployment, visit: Visit): Promise<Response> {
  const deep = deployment.development && new URLSearchParams(visit.url.search).get('deep') === '1'
  if (!deep) return json(visit.url, { status: 'ok' })

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
  return json(visit.url, { status: healthy ? 'ok' : 'degraded', checks }, healthy ? 200 : 503)
}

async function attempt(check: () => Promise<unknown>): Promise<string> {
  try {
    await check()
    return 'ok'
  } catch (error) {
    return faultDetail(error)
  }
}
