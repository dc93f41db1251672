import { Hono } from 'hono'
import * as v from 'valibot'
import type { Environment } from './environment.ts'
import { describeWebhooks } from './events-api.ts'
import { faultsSchema } from './faults.ts'
import { badRequest, readJson } from './json-body.ts'
import { redirectUrlProblem } from './redirect-urls.ts'

export const registeredUrl = v.pipe(
  v.string(),
  v.rawCheck(({ dataset, addIssue }) => {
    const problem = dataset.typed ? redirectUrlProblem(dataset.value) : undefined
    if (problem !== undefined) addIssue({ message: `"${dataset.value}" ${problem}` })
  }),
)

export const exactUrl = v.pipe(
  registeredUrl,
  v.check((uri) => !uri.includes('*'), 'must not have a wildcard'),
)

export const settingsSchema = v.strictObject({
  mode: v.exactOptional(v.picklist(['modular', 'fsa'])),
  echo_nonce: v.exactOptional(v.boolean()),
  echo_state_on_error: v.exactOptional(v.boolean()),
  idp_initiated_target: v.exactOptional(v.picklist(['initiate_login', 'callback'])),
  management_api: v.exactOptional(v.boolean()),
  clients_api: v.exactOptional(v.boolean()),
  rate_limited: v.exactOptional(v.boolean()),
  largest_page: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100))),
})

const redirectsSchema = v.strictObject({
  post_login_uris: v.exactOptional(v.array(registeredUrl)),
  initiate_login_uri: v.exactOptional(exactUrl),
  post_logout_redirect_uris: v.exactOptional(v.array(registeredUrl)),
  backchannel_logout_uri: v.exactOptional(v.nullable(exactUrl)),
})

const rotationSchema = v.strictObject({ retire_old: v.exactOptional(v.boolean()) })

/**
 * `/simulator`: what Scalekit's dashboard would do, for tests and for people with curl. Bodies are JSON and must say so,
 * because a form of another site cannot (it would need a CORS preflight that nobody answers).
 */
export function control(environment: Environment): Hono {
  const api = new Hono()

  api.get('/', async (c) =>
    c.json({
      issuer: environment.issuer(c.req.raw),
      client_id: environment.client.id,
      settings: environment.settings,
      redirects: environment.redirectUrls,
      webhooks: describeWebhooks(environment),
      keys: await keyIds(environment),
      sessions: [...environment.sessions.values()],
    }),
  )

  api.patch('/settings', async (c) => {
    const body = await readJson(c, settingsSchema)
    if ('problems' in body) return badRequest(c, body.problems)
    Object.assign(environment.settings, body.value)
    return c.json(environment.settings)
  })

  api.get('/faults', (c) => c.json(environment.faults))

  api.patch('/faults', async (c) => {
    const body = await readJson(c, faultsSchema)
    if ('problems' in body) return badRequest(c, body.problems)
    environment.faults = { ...environment.faults, ...body.value }
    return c.json(environment.faults)
  })

  api.get('/requests', (c) => c.json({ requests: environment.requestLog.newestFirst }))

  api.put('/redirects', async (c) => {
    const body = await readJson(c, redirectsSchema)
    if ('problems' in body) return badRequest(c, body.problems)
    environment.redirectUrls = { ...environment.redirectUrls, ...body.value }
    return c.json(environment.redirectUrls)
  })

  api.post('/keys/rotate', async (c) => {
    const body = await readJson(c, rotationSchema)
    if ('problems' in body) return badRequest(c, body.problems)
    await environment.keys.rotate({ retireOld: body.value.retire_old ?? false })
    return c.json({ keys: await keyIds(environment) })
  })

  return api
}

const keyIds = async ({ keys }: Environment) => (await keys.published()).keys.map(({ kid }) => kid)
