import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import * as v from 'valibot'
import { sendLogoutToken } from './backchannel-logout.ts'
import { exactUrl, settingsSchema } from './control.ts'
import type { Environment } from './environment.ts'
import { eventEntries, webhookUrl } from './events-api.ts'
import { problemsOf } from './json-body.ts'
import { findSession, timingOf } from './operation.ts'
import { OPERATIONS } from './operations.ts'
import type { EventDraftValues } from './operator-events.tsx'
import { type JustDone, OperatorPage } from './operator-page.tsx'
import { sendPage } from './page.tsx'
import { type Parameters, readForm } from './parameters.ts'
import { inBackground, perform } from './perform.ts'
import { signInAs } from './sign-in-as.ts'

/** The fields that the forms of operations have. */
const OPERATION_FIELDS = ['organization_id', 'connection_id', 'session_id', 'email'] as const

const isOn = v.optional(
  v.pipe(
    v.literal('true'),
    v.transform(() => true),
  ),
  // A box that is not checked is not sent.
  undefined,
)
const settingsForm = v.object({
  webhook_url: v.optional(webhookUrl),
  backchannel_logout_uri: v.optional(exactUrl),
  hold: isOn,
  mode: settingsSchema.entries.mode.wrapped,
  idp_initiated_target: settingsSchema.entries.idp_initiated_target.wrapped,
  echo_nonce: isOn,
  management_api: isOn,
  echo_state_on_error: isOn,
})

const eventForm = v.object({ ...eventEntries, data: v.pipe(v.string(), v.parseJson(), eventEntries.data) })

/** `/operator`: the control API for people, with forms that need no script. What worked answers with a redirect. */
export function operator(environment: Environment): Hono {
  const pages = new Hono()

  pages.get('/', async (c) => {
    const { event, logout_token: logoutToken, done } = c.req.query()
    return showPage(c, { justDone: { event, logoutToken, done } })
  })

  for (const [path, operation] of Object.entries(OPERATIONS)) {
    pages.post(`/${path}`, (c) =>
      withForm(c, async (form) => {
        const performed = await perform(c, environment, operation, pick(form, OPERATION_FIELDS))
        switch (performed.kind) {
          case 'invalid':
            return showPage(c, { problems: performed.problems }, 400)
          case 'refused':
            return showPage(c, { problems: [performed.problem] }, performed.status)
          case 'done':
            return goBack(c, {
              event: performed.delivery?.event.id,
              logoutToken: performed.logoutToken?.jti,
              done: performed.delivery === undefined ? 'restored' : undefined,
            })
        }
      }),
    )
  }

  pages.post('/sign-in', (c) => signInAs(c, environment))

  pages.post('/sessions/backchannel-logout', (c) =>
    withForm(c, async (form) => {
      const session = findSession(environment, form.get('session_id') ?? '')
      if (session === undefined) return showPage(c, { problems: ['There is no session with this id.'] }, 404)
      const sent = await sendLogoutToken(environment, environment.issuer(c.req.raw), session)
      return sent === undefined
        ? showPage(c, { problems: ['No back-channel logout URL is registered.'] }, 409)
        : goBack(c, { logoutToken: sent.jti })
    }),
  )

  pages.post('/events', (c) =>
    withForm(c, async (form) => {
      const draft = pick(form, ['type', 'organization_id', 'data', 'occurred_at'])
      const parsed = v.safeParse(eventForm, draft)
      if (!parsed.success) return showPage(c, { problems: problemsOf(parsed.issues), draft }, 400)
      const { type, data, organization_id: organizationId, ...timing } = parsed.output
      const event = { type, data, organizationId }
      const delivery = await environment.webhooks.send(event, timingOf(timing), inBackground(c))
      return goBack(c, { event: delivery.event.id })
    }),
  )

  pages.post('/events/deliver', (c) =>
    withForm(c, async (form) => {
      const delivery = environment.webhooks.find(form.get('event_id') ?? '')
      if (delivery === undefined) {
        return showPage(c, { problems: ['There is no event with this id, or it is forgotten.'] }, 404)
      }
      await environment.webhooks.deliverAgain(delivery)
      return goBack(c, { event: delivery.event.id })
    }),
  )

  pages.post('/settings', (c) =>
    withForm(c, async (form) => {
      const parsed = v.safeParse(settingsForm, pick(form, Object.keys(settingsForm.entries)))
      if (!parsed.success) return showPage(c, { problems: problemsOf(parsed.issues) }, 400)
      const { webhook_url, hold = false, backchannel_logout_uri = null, ...settings } = parsed.output
      const { echo_nonce = false, echo_state_on_error = false, management_api = false, ...choices } = settings
      Object.assign(environment.settings, { echo_nonce, echo_state_on_error, management_api, ...choices })
      environment.webhooks.url = webhook_url
      environment.webhooks.hold = hold
      environment.redirectUrls = { ...environment.redirectUrls, backchannel_logout_uri }
      return goBack(c, { done: 'settings' })
    }),
  )

  pages.post('/keys/rotate', (c) =>
    withForm(c, async (form) => {
      await environment.keys.rotate({ retireOld: form.get('retire_old') === 'true' })
      return goBack(c, { done: 'keys' })
    }),
  )

  async function showPage(
    c: Context,
    shown: { justDone?: JustDone; problems?: readonly string[]; draft?: EventDraftValues },
    status: ContentfulStatusCode = 200,
  ) {
    const { keys } = await environment.keys.published()
    const keyIds = keys.map(({ kid }) => kid ?? '')
    return sendPage(c, <OperatorPage environment={environment} keyIds={keyIds} {...shown} />, status)
  }

  async function withForm(c: Context, run: (form: Parameters) => Promise<Response>): Promise<Response> {
    const form = await readForm(c.req.raw)
    return form === undefined || form.repeated.length > 0
      ? showPage(c, { problems: ['This is not a form of this page.'] }, 400)
      : run(form)
  }

  return pages
}

const pick = (form: Parameters, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = form.get(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )

/** So that reloading the page does nothing again. */
function goBack(c: Context, { event, logoutToken, done }: JustDone): Response {
  const query = new URLSearchParams()
  if (event !== undefined) query.set('event', event)
  if (logoutToken !== undefined) query.set('logout_token', logoutToken)
  if (done !== undefined) query.set('done', done)
  return c.redirect(`/operator?${query}`, 303)
}
