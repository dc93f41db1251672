import { type Context, Hono } from 'hono'
import * as v from 'valibot'
import { sendLogoutToken } from './backchannel-logout.ts'
import { exactUrl, registeredUrl, settingsSchema } from './control.ts'
import type { Environment } from './environment.ts'
import { errorPage } from './error-page.tsx'
import { eventEntries, webhookUrl } from './events-api.ts'
import { problemsOf } from './json-body.ts'
import { findSession, timingOf } from './operation.ts'
import { OPERATIONS } from './operations.ts'
import { ADDRESS_LISTS, type AddressList } from './operator-addresses.tsx'
import { goBack, justDoneOf, pick, showPage, withForm } from './operator-answers.tsx'
import type { Parameters } from './parameters.ts'
import { inBackground, perform } from './perform.ts'
import { signInAs } from './sign-in-as.ts'

/** The fields that the forms of operations have. */
const OPERATION_FIELDS = [
  ...['organization_id', 'connection_id', 'session_id', 'email', 'display_name', 'domains', 'domain'],
  ...['provider', 'type', 'previous_email', 'given_name', 'family_name', 'roles', 'idp_roles', 'groups'],
  'attributes',
]

/** What is typed, chosen or hidden in any of the forms. */
const TYPED_FIELDS = [
  ...OPERATION_FIELDS,
  ...['list', 'uri', 'type', 'data', 'occurred_at', 'webhook_url', 'backchannel_logout_uri', 'mode'],
  ...['idp_initiated_target', 'hold', 'echo_nonce', 'management_api', 'echo_state_on_error'],
]

/** A form is not taken, and nothing is changed. */
interface Refusal {
  readonly status: 400 | 404 | 409
  readonly problems: readonly string[]
}

const refuse = (status: Refusal['status'], problems: readonly string[]): Refusal => ({ status, problems })

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
  const onForm = (
    path: string,
    run: (
      c: Context,
      form: Parameters,
      back: string | undefined,
    ) => Promise<Response | Refusal> | Response | Refusal,
  ) =>
    pages.post(path, (c) =>
      withForm(c, environment, async (form, back) => {
        const answer = await run(c, form, back)
        if (answer instanceof Response) return answer
        const { status, problems } = answer
        // The page has the forms as they were sent, with what was wrong.
        const refused = { path: path.slice(1), values: pick(form, TYPED_FIELDS), problems }
        return showPage(c, environment, { problems, refused }, status, back)
      }),
    )

  pages.get('/', (c) => showPage(c, environment, { justDone: justDoneOf(c) }))

  pages.get('/organizations/:id', (c) => {
    const { path } = c.req
    const isKnown = environment.organizations.some(({ id }) => id === c.req.param('id'))
    return isKnown
      ? showPage(c, environment, { justDone: justDoneOf(c) }, 200, path)
      : errorPage(c, 404, 'not_found', 'There is no organization with this id.')
  })

  for (const [path, operation] of Object.entries(OPERATIONS)) {
    onForm(`/${path}`, async (c, form, back) => {
      const performed = await perform(c, environment, operation, pick(form, OPERATION_FIELDS))
      switch (performed.kind) {
        case 'invalid':
          return refuse(400, performed.problems)
        case 'refused':
          return refuse(performed.status, [performed.problem])
        case 'done': {
          const { delivery, logoutToken } = performed
          const isNew = path === 'organizations/create' && back === undefined
          return goBack(
            c,
            {
              event: delivery?.event.id,
              logoutToken: logoutToken?.jti,
              done: delivery === undefined ? 'restored' : undefined,
            },
            isNew ? `/operator/organizations/${delivery?.event.organization_id}` : back,
            isNew ? undefined : placeOf(path, back, form, delivery?.event.organization_id),
          )
        }
      }
    })
  }

  pages.post('/sign-in', (c) => signInAs(c, environment))

  onForm('/addresses/add', (c, form, back) => {
    const list = addressList(form)
    if (list === undefined) return refuse(400, [NO_LIST])
    const uri = v.safeParse(registeredUrl, form.get('uri'))
    if (!uri.success)
      return refuse(
        400,
        problemsOf(uri.issues).map((problem) => `uri: ${problem}`),
      )
    const { redirectUrls } = environment
    const uris = [...new Set([...redirectUrls[list], uri.output])]
    environment.redirectUrls = { ...redirectUrls, [list]: uris }
    return goBack(c, { done: 'addresses' }, back, list)
  })

  onForm('/addresses/remove', (c, form) => {
    const list = addressList(form)
    if (list === undefined) return refuse(400, [NO_LIST])
    const { redirectUrls } = environment
    const uris = redirectUrls[list].filter((uri) => uri !== form.get('uri'))
    environment.redirectUrls = { ...redirectUrls, [list]: uris }
    return goBack(c, { done: 'addresses' }, undefined, list)
  })

  onForm('/addresses/initiate', (c, form) => {
    const uri = v.safeParse(exactUrl, form.get('uri'))
    if (!uri.success)
      return refuse(
        400,
        problemsOf(uri.issues).map((problem) => `uri: ${problem}`),
      )
    environment.redirectUrls = { ...environment.redirectUrls, initiate_login_uri: uri.output }
    return goBack(c, { done: 'addresses' }, undefined, 'initiate')
  })

  onForm('/sessions/backchannel-logout', async (c, form) => {
    const session = findSession(environment, form.get('session_id') ?? '')
    if (session === undefined) return refuse(404, ['There is no session with this id.'])
    const sent = await sendLogoutToken(environment, environment.issuer(c.req.raw), session)
    return sent === undefined
      ? refuse(409, ['No back-channel logout URL is registered.'])
      : goBack(c, { logoutToken: sent.jti }, undefined, 'sessions')
  })

  onForm('/events', async (c, form) => {
    const draft = pick(form, ['type', 'organization_id', 'data', 'occurred_at'])
    const parsed = v.safeParse(eventForm, draft)
    if (!parsed.success) return refuse(400, problemsOf(parsed.issues))
    const { type, data, organization_id: organizationId, ...timing } = parsed.output
    const event = { type, data, organizationId }
    const delivery = await environment.webhooks.send(event, timingOf(timing), inBackground(c))
    return goBack(c, { event: delivery.event.id }, undefined, 'events')
  })

  onForm('/events/deliver', async (c, form) => {
    const delivery = environment.webhooks.find(form.get('event_id') ?? '')
    if (delivery === undefined) {
      return refuse(404, ['There is no event with this id, or it is forgotten.'])
    }
    await environment.webhooks.deliverAgain(delivery)
    return goBack(c, { event: delivery.event.id }, undefined, 'events')
  })

  onForm('/settings', (c, form) => {
    const parsed = v.safeParse(settingsForm, pick(form, Object.keys(settingsForm.entries)))
    if (!parsed.success) return refuse(400, problemsOf(parsed.issues))
    const { webhook_url, hold = false, backchannel_logout_uri = null, ...settings } = parsed.output
    const { echo_nonce = false, echo_state_on_error = false, management_api = false, ...choices } = settings
    Object.assign(environment.settings, { echo_nonce, echo_state_on_error, management_api, ...choices })
    environment.webhooks.url = webhook_url
    environment.webhooks.hold = hold
    environment.redirectUrls = { ...environment.redirectUrls, backchannel_logout_uri }
    return goBack(c, { done: 'settings' }, undefined, 'settings')
  })

  onForm('/keys/rotate', async (c, form) => {
    await environment.keys.rotate({ retireOld: form.get('retire_old') === 'true' })
    return goBack(c, { done: 'keys' }, undefined, 'settings')
  })

  return pages
}

/** Where the page of the environment, or that of one organization, shows what an operation has changed. */
function placeOf(
  path: string,
  back: string | undefined,
  form: Parameters,
  organization: string | undefined,
): string | undefined {
  // It is of a connection that there is, or the operation would have been refused.
  if (back !== undefined) return form.get('connection_id')
  if (path.startsWith('sessions/')) return 'sessions'
  return path === 'organizations/delete' || path === 'organizations/restore' ? 'start-over' : organization
}

const NO_LIST = 'There is no such list of addresses.'

const addressList = (form: Parameters): AddressList | undefined => {
  const list = form.get('list') ?? ''
  return Object.hasOwn(ADDRESS_LISTS, list) ? (list as AddressList) : undefined
}
