import { type Context, Hono } from 'hono'
import * as v from 'valibot'
import type { Environment } from './environment.ts'
import { redirectUrlProblem } from './redirect-urls.ts'

const registeredUrl = v.pipe(
  v.string(),
  v.rawCheck(({ dataset, addIssue }) => {
    const problem = dataset.typed ? redirectUrlProblem(dataset.value) : undefined
    if (problem !== undefined) addIssue({ message: `"${dataset.value}" ${problem}` })
  }),
)

const settingsSchema = v.strictObject({
  mode: v.exactOptional(v.picklist(['modular', 'fsa'])),
  echo_nonce: v.exactOptional(v.boolean()),
  echo_state_on_error: v.exactOptional(v.boolean()),
  idp_initiated_target: v.exactOptional(v.picklist(['initiate_login', 'callback'])),
})

const redirectsSchema = v.strictObject({
  post_login_uris: v.exactOptional(v.array(registeredUrl)),
  initiate_login_uri: v.exactOptional(
    v.pipe(
      registeredUrl,
      v.check((uri) => !uri.includes('*'), 'must not have a wildcard'),
    ),
  ),
  post_logout_redirect_uris: v.exactOptional(v.array(registeredUrl)),
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

async function readJson<Schema extends v.GenericSchema>(
  c: Context,
  schema: Schema,
): Promise<{ readonly value: v.InferOutput<Schema> } | { readonly problems: readonly string[] }> {
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
    return { problems: ['The Content-Type must be application/json.'] }
  }
  let body: unknown
  try {
    body = await c.req.json()
  } catch {
    return { problems: ['The body is not JSON.'] }
  }
  if (Array.isArray(body)) return { problems: ['The body is an array, not an object.'] }
  const parsed = v.safeParse(schema, body)
  if (parsed.success) return { value: parsed.output }
  return {
    problems: parsed.issues.map((issue) => {
      const path = v.getDotPath(issue)
      return path === null ? issue.message : `${path}: ${issue.message}`
    }),
  }
}

const badRequest = (c: Context, problems: readonly string[]) =>
  c.json({ error: 'invalid_request', problems }, 400)
