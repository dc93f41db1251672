import { faultDetail, log } from '../audit/log.ts'
import { type EpochSeconds, minutes } from '../base/time.ts'
import { sha256 } from '../crypto/sha256.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { Visit } from '../request/visit.ts'
import type { Identity } from '../scalekit/id-token.ts'

/**
 * A logout token names no organization, so the registrants where sessions are registered have to be remembered, where this is on: each
 * under a key of its own, since a person may be in several organizations and KV has no way to add to a list. A login does not fail for
 * it: KV takes one write a second per key, and two tabs may sign in at once.
 */
export async function rememberForBackchannelLogout(
  { backchannelLogout: on, env, session }: Deployment,
  visit: Visit,
  { subject, scalekitSessionId }: Identity,
  registrant: string,
): Promise<void> {
  if (!on) return
  const indexes = [
    await indexOf({ sub: subject }),
    ...(scalekitSessionId === undefined ? [] : [await indexOf({ sid: scalekitSessionId })]),
  ]
  const options = { expirationTtl: session.absolute, metadata: registrant }
  const suffix = await sha256(registrant)
  await Promise.all(indexes.map(async (index) => env.GATEHOUSE_KV.put(index + suffix, '', options))).catch(
    async (error: unknown) => {
      await log(
        { event: 'degraded', what: 'back-channel logout may miss a session', detail: faultDetail(error) },
        visit,
      )
    },
  )
}

/** Longer than a login can be under way, with a question to its owner at the end. */
const LOGOUT_MEMORY = minutes(30)

/**
 * Remembers a logout for logins that are under way: of those no registry knows yet, so this is in KV, which may tell another place a
 * minute late.
 */
export async function rememberLogout(
  kv: KVNamespace,
  of: Parameters<typeof indexOf>[0],
  occurredAt: EpochSeconds,
): Promise<void> {
  const key = `${await indexOf(of)}${LOGOUT}`
  // Logouts may come in another order than they happened: the last one counts.
  const known = Number(await kv.get(key).catch(() => null))
  await kv.put(key, String(Math.max(known, occurredAt)), { expirationTtl: LOGOUT_MEMORY })
}

/**
 * Whether a logout came while a login was under way.
 *
 * @param begunAt by Scalekit's clock, as logout tokens are dated
 * @throws where KV does not say: then nobody is let in
 */
export async function isLoggedOut(
  { backchannelLogout: on, env }: Deployment,
  { subject, scalekitSessionId: sid }: Identity,
  begunAt: EpochSeconds,
): Promise<boolean> {
  if (!on) return false
  const indexes = await Promise.all([
    indexOf({ sub: subject }),
    ...(sid === undefined ? [] : [indexOf({ sid })]),
  ])
  const found = await Promise.all(indexes.map((index) => env.GATEHOUSE_KV.get(index + LOGOUT)))
  return found.some((occurredAt) => occurredAt !== null && Number(occurredAt) >= begunAt)
}

/** No hash of a registrant. */
const LOGOUT = 'logout'

/** One answer holds a thousand registrants, which is far more than a person is in. */
export async function registrantsOf(kv: KVNamespace, of: Parameters<typeof indexOf>[0]): Promise<string[]> {
  const { keys } = await kv.list<string>({ prefix: await indexOf(of) })
  return keys.flatMap(({ metadata }) => (typeof metadata === 'string' ? [metadata] : []))
}

/** What the keys begin with that tell where somebody's sessions, or one of Scalekit's, are registered. */
const indexOf = async (of: {
  readonly sub?: string | undefined
  readonly sid?: string | undefined
}): Promise<string> => `registry:${await sha256(JSON.stringify(of))}:`
