import type { Context } from 'hono'
import { type SentLogoutToken, sendLogoutToken } from './backchannel-logout.ts'
import type { Environment } from './environment.ts'
import type { Operation, Outcome } from './operation.ts'
import type { Background, Delivery, Timing } from './webhooks.ts'

export type Performed =
  | {
      readonly kind: 'done'
      readonly delivery: Delivery | undefined
      readonly logoutToken: SentLogoutToken | undefined
    }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] }
  | Extract<Outcome, { kind: 'refused' }>

/** Carries out an operation, and lets the application hear of it. */
export async function perform(
  c: Context,
  environment: Environment,
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
): Promise<Performed> {
  const outcome = await operation(environment, input)
  return outcome.kind === 'done' ? tell(c, environment, outcome, outcome.timing) : outcome
}

/** Sends what there is to send of an outcome, and waits for the first attempts. */
export async function tell(
  c: Context,
  environment: Environment,
  { event, loggedOut }: Extract<Outcome, { kind: 'done' }>,
  timing: Timing = {},
) {
  const issuer = environment.issuer(c.req.raw)
  const [delivery, logoutToken] = await Promise.all([
    event && environment.webhooks.send(event, timing, inBackground(c)),
    loggedOut && sendLogoutToken(environment, issuer, loggedOut),
  ])
  return { kind: 'done' as const, delivery, logoutToken }
}

/** A Worker has to be asked to go on after its answer; a simulator inside a test has nobody to ask. */
export const inBackground =
  (c: Context): Background =>
  (task) => {
    try {
      c.executionCtx.waitUntil(task)
    } catch {
      // Without an execution context nothing cuts the task off, and it never rejects.
    }
  }
