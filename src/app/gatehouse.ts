import { ok } from '../base/result.ts'
import type { GatehouseConfig } from '../config.ts'
import type { Effects } from '../deployment/deployment.ts'
import type { Env } from '../deployment/environment.ts'
import { admit } from '../gate/admit.ts'
import { gate } from '../gate/gate.ts'
import { fetchUpstream } from '../gate/upstream.ts'
import { type SessionView, viewSession } from '../session/session-view.ts'
import { type Context, createHandle, type PageHandler } from './handle.ts'
import { WORLD } from './world.ts'

/** What another Worker gets to know about a request; see {@link Gatehouse.authenticate}. */
export type Authentication =
  | {
      readonly ok: true
      /** Who is there, as `GET /auth/session` says it; `null` where the rule is public. */
      readonly session: SessionView | null
      /** `Set-Cookie` values to put on the answer: the session may have been renewed on the way. */
      readonly cookies: readonly string[]
    }
  | {
      readonly ok: false
      /** The answer to give: a redirect into the login, 401, 403, or one of Gatehouse's own pages. */
      readonly response: Response
    }

/** A Worker, to be its module's default export. */
export interface Gatehouse {
  fetch(request: Request, env: Env, context: Context): Promise<Response>
  /**
   * The decision alone, for a Worker that answers requests itself: the same sites, rules and sessions. A path below the base
   * path is answered too.
   */
  authenticate(request: Request, env: Env, context: Context): Promise<Authentication>
}

/**
 * Makes the Worker of a configuration. Without a valid configuration and environment it lets nobody in.
 *
 * @param effects the world outside; other than the real one only in tests
 */
export function gatehouse(config: GatehouseConfig, effects: Effects = WORLD): Gatehouse {
  const handle = createHandle(config, effects)
  return {
    async fetch(request, env, context) {
      const handled = await handle(request, env, context, pageFromUpstream)
      return handled.kind === 'page' ? handled.page : handled.response
    },

    async authenticate(request, env, context) {
      const handled = await handle(request, env, context, whoIsThere)
      return handled.kind === 'page' ? handled.page : { ok: false, response: handled.response }
    },
  }
}

const pageFromUpstream: PageHandler<Response> = (deployment, visit, rule) =>
  gate(deployment, visit, rule, (session) => fetchUpstream(deployment, visit, session))

const whoIsThere: PageHandler<Extract<Authentication, { ok: true }>> = async (deployment, visit, rule) => {
  const admitted = await admit(deployment, visit, rule)
  if (!admitted.ok) return admitted
  const { session, cookies, endsAt } = admitted.value
  const view = session === undefined ? null : await viewSession(deployment, visit, session, endsAt)
  return ok({ ok: true, session: view, cookies })
}
