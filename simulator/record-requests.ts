import type { Context, MiddlewareHandler } from 'hono'
import { type DecodedToken, decodeToken } from './decoded-token.ts'
import type { Environment } from './environment.ts'
import { activeFaults, faultInShort } from './faults.ts'
import { readFormBody } from './parameters.ts'
import type { Refusal } from './request-log.ts'
import { shownParameters } from './shown-parameters.ts'

/** What a request is in words, by how its path begins; what is not here is a page of the simulator's own. */
const KINDS: readonly (readonly [beginning: string, what: string])[] = [
  ['/.well-known/', 'Discovery'],
  ['/oauth/authorize', 'Authorization'],
  ['/oauth/token', 'Token'],
  ['/keys', 'Keys'],
  ['/userinfo', 'User info'],
  ['/oidc/logout', 'Logout'],
  ['/api/', 'Management'],
  ['/magicLink/', 'Admin portal'],
  ['/idp/', 'Identity provider'],
]

const TOKENS_IN_ANSWER = ['id_token', 'access_token']
const TOKENS_IN_REQUEST = ['id_token_hint']

/** Notes what the application and its browsers ask, and how it was answered. */
export function recordRequests(environment: Environment): MiddlewareHandler {
  return async (c, next) => {
    const { method, path } = c.req
    const what = KINDS.find(([beginning]) => path.startsWith(beginning))?.[1]
    const isReadingPage = path.startsWith('/idp/') && method === 'GET'
    if (what === undefined || isReadingPage) return next()

    const started = Date.now()
    const faults = activeFaults(environment.faults).map((fault) => faultInShort(environment.faults, fault))
    const parameters = await parametersOf(c)
    await next()

    const location = locationOf(c)
    const answer = await jsonOf(c)
    environment.requestLog.add(
      {
        direction: 'received',
        what,
        method,
        // The link itself opens the portal.
        address: path.startsWith('/magicLink/') ? '/magicLink/…' : path,
        status: c.res.status,
        parameters: shownParameters(parameters, environment.client.secret),
        leadsTo: location && location.origin + location.pathname,
        refusal: c.get('refusal') ?? refusalOf(answer, location),
        tokens: tokensOf(c, parameters, answer, location),
        faults,
      },
      started,
    )
    return undefined
  }
}

async function parametersOf(c: Context): Promise<URLSearchParams> {
  const query = new URL(c.req.url).searchParams
  const form = c.req.method === 'POST' ? await readFormBody(c.req.raw.clone()) : undefined
  return new URLSearchParams([...query, ...(form ?? [])])
}

function locationOf(c: Context): URL | undefined {
  const location = c.res.headers.get('Location')
  return location === null ? undefined : new URL(location, c.req.url)
}

type Answer = Readonly<Record<string, unknown>>

async function jsonOf(c: Context): Promise<Answer> {
  if (!c.res.headers.get('Content-Type')?.startsWith('application/json')) return {}
  const answer: unknown = await c.res.clone().json()
  return typeof answer === 'object' && answer !== null ? (answer as Answer) : {}
}

/** As OAuth says it in a body or a redirect, or as the management API does. */
function refusalOf(answer: Answer, location: URL | undefined): Refusal | undefined {
  const get = (name: string) => text(answer[name]) ?? location?.searchParams.get(name) ?? undefined
  const { details } = answer
  const code = get('error') ?? text(Array.isArray(details) ? details[0]?.error_code : undefined)
  return code === undefined
    ? undefined
    : { code, description: get('error_description') ?? text(answer['message']) }
}

function tokensOf(
  c: Context,
  parameters: URLSearchParams,
  answer: Answer,
  location: URL | undefined,
): DecodedToken[] {
  const bearer = /^Bearer (\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1]
  const found: (readonly [name: string, token: string | null | undefined])[] = [
    ...TOKENS_IN_ANSWER.map((name) => [name, text(answer[name])] as const),
    ...TOKENS_IN_REQUEST.map((name) => [name, parameters.get(name)] as const),
    ['Authorization', bearer],
    ['idp_initiated_login', location?.searchParams.get('idp_initiated_login')],
  ]
  return found.flatMap(([name, token]) => (token ? decodeToken(name, token) : []))
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
