import { type Context, Hono } from 'hono'
import * as v from 'valibot'
import { sendLogoutToken } from './backchannel-logout.ts'
import type { Environment } from './environment.ts'
import { badRequest, readJson } from './json-body.ts'
import { findSession, timingEntries, timingOf } from './operation.ts'
import { OPERATIONS } from './operations.ts'
import { inBackground, perform } from './perform.ts'
import { EVENT_TYPE } from './webhook-event.ts'
import { parseWebhookSecret } from './webhook-signature.ts'

const inputSchema = v.record(v.string(), v.unknown())

export const eventEntries = {
  type: v.pipe(
    v.string(),
    v.maxLength(100),
    v.regex(EVENT_TYPE, 'must be an event type like organization.sso_disabled'),
  ),
  data: v.record(v.string(), v.unknown()),
  organization_id: v.exactOptional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(100))),
  ...timingEntries,
}

export const webhookUrl = v.pipe(
  v.string(),
  v.check((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ''), 'must be an http or https URL'),
)

const webhooksSchema = v.strictObject({
  url: v.exactOptional(v.nullable(webhookUrl)),
  secrets: v.exactOptional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.check((text) => parseWebhookSecret(text) !== undefined, 'must be whsec_ and base64'),
        ),
      ),
      v.minLength(1, 'must not be empty: nobody accepts an unsigned webhook'),
      v.maxLength(5),
    ),
  ),
  hold: v.exactOptional(v.boolean()),
})

/** `/simulator`, the part that has consequences: operations, their events, and where those are sent. */
export function eventsApi(environment: Environment): Hono {
  const { webhooks } = environment
  const api = new Hono()

  for (const [path, operation] of Object.entries(OPERATIONS)) {
    api.post(`/${path}`, async (c) => {
      const body = await readJson(c, inputSchema)
      if ('problems' in body) return badRequest(c, body.problems)
      const performed = await perform(c, environment, operation, body.value)
      if (performed.kind === 'invalid') return badRequest(c, performed.problems)
      if (performed.kind === 'refused') return refusal(c, performed.status, performed.problem)
      return c.json({ delivery: performed.delivery ?? null, logout_token: performed.logoutToken ?? null })
    })
  }

  api.post('/sessions/:session/backchannel-logout', async (c) => {
    const session = findSession(environment, c.req.param('session'))
    if (session === undefined) return refusal(c, 404, 'There is no session with this id.')
    const logoutToken = await sendLogoutToken(environment, environment.issuer(c.req.raw), session)
    return logoutToken === undefined
      ? refusal(c, 409, 'No back-channel logout URL is registered: set backchannel_logout_uri.')
      : c.json({ logout_token: logoutToken })
  })

  api.get('/events', (c) =>
    c.json({ events: webhooks.deliveries, logout_tokens: environment.sentLogoutTokens }),
  )

  api.post('/events', async (c) => {
    const body = await readJson(c, v.strictObject(eventEntries))
    if ('problems' in body) return badRequest(c, body.problems)
    const { type, data, organization_id: organizationId, ...timing } = body.value
    const draft = { type, data, organizationId }
    return c.json({ delivery: await webhooks.send(draft, timingOf(timing), inBackground(c)) })
  })

  api.post('/events/:event/deliver', async (c) => {
    const delivery = webhooks.find(c.req.param('event'))
    if (delivery === undefined) return refusal(c, 404, 'There is no event with this id, or it is forgotten.')
    if (webhooks.url === undefined) return refusal(c, 409, 'No address for webhooks is registered.')
    await webhooks.deliverAgain(delivery)
    return c.json({ delivery })
  })

  api.get('/webhooks', (c) => c.json(describeWebhooks(environment)))

  api.put('/webhooks', async (c) => {
    const body = await readJson(c, webhooksSchema)
    if ('problems' in body) return badRequest(c, body.problems)
    const { url, secrets, hold } = body.value
    if (url !== undefined) webhooks.url = url ?? undefined
    if (secrets !== undefined) webhooks.secrets = secrets
    if (hold !== undefined) webhooks.hold = hold
    return c.json(describeWebhooks(environment))
  })

  return api
}

/** Without the secrets themselves. */
export const describeWebhooks = ({ webhooks: { url, secrets, hold } }: Environment) => ({
  url: url ?? null,
  secrets: secrets.length,
  hold,
})

const refusal = (c: Context, status: 404 | 409, problem: string) =>
  c.json({ error: status === 404 ? 'not_found' : 'conflict', problems: [problem] }, status)
