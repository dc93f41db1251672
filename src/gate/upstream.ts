import { faultDetail } from '../audit/log.ts'
import type { Refusal } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'
import type { Upstream } from '../config.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { serviceBinding } from '../deployment/environment.ts'
import { withCookies } from '../pages/response.ts'
import type { AmbiguousUrl, CanonicalUrl } from '../policy/canonical-url.ts'
import { setsOurCookie } from '../request/cookies.ts'
import { tokenScope, type Visit } from '../request/visit.ts'
import type { Session } from '../tokens/session.ts'
import { forwardedHeaders } from './forwarded-headers.ts'
import { addAddress, addIdentity } from './identity-headers.ts'
import { isMoved, type Origin, originAddress, siteCookie, siteLocation } from './origin-addresses.ts'
import { type Assets, fileAddress, namesNoFile, readFile, readIndex } from './static-files.ts'

/** A page, and what else it takes to be shown. */
export interface Fetched {
  readonly response: Response
  /** Who turned out to be there on a public path, where the page itself asked. */
  readonly session?: Session | undefined
  /** The path of what is shown in place of a page that does not exist: its own rule is asked too. */
  readonly shows?: string
  /** `Set-Cookie` values of that session, where it was renewed. */
  readonly cookies?: readonly string[]
}

/** Gets the page that was asked for, on behalf of whoever is there. */
export type FetchPage = (session: Session | undefined) => Promise<Result<Fetched, Refusal>>

/**
 * Sends a request that passed the gate to what holds the page: the address that was judged, and no other.
 *
 * @param session who is there; nobody on a public path, whose answer may be kept for everybody
 */
export async function fetchUpstream(
  deployment: Deployment,
  visit: Visit,
  session: Session | undefined,
): Promise<Result<Fetched, Refusal>> {
  const { upstream, request } = visit
  const readsFile = upstream.kind === 'assets' && (request.method === 'GET' || request.method === 'HEAD')
  // A signature that fails is a fault of ours, and not of the upstream.
  const headers = readsFile ? undefined : await upstreamHeaders(deployment, visit, session)
  try {
    if (headers === undefined && upstream.kind === 'assets') return await page(deployment, visit, upstream)
    const response = await send(deployment, upstream, visit, headers ?? new Headers())
    return response instanceof Response ? checked(upstream, response) : err(response)
  } catch (error) {
    return err({ reason: 'upstream_unreachable', upstream: nameOf(upstream), detail: faultDetail(error) })
  }
}

/** A static file, or the app that answers in place of one. */
async function page(deployment: Deployment, visit: Visit, files: Assets): Promise<Result<Fetched, Refusal>> {
  const response = await readFile(deployment, visit, files)
  if (response.status !== 404 || files.spa !== true || !namesNoFile(visit.url.path))
    return checked(files, response)
  await response.body?.cancel()
  const index = checked(files, await readIndex(deployment, visit, files))
  return index.ok ? ok({ ...index.value, shows: '/' }) : index
}

/** Statuses that HTTP knows and the runtime can pass on (RFC 9110 section 15). */
function checked(upstream: Upstream, response: Response): Result<Fetched, Refusal> {
  const { status } = response
  if (status === 101 || (status >= 200 && status <= 599)) return ok({ response: dropOurCookies(response) })
  const detail = `it answered with the status ${status}`
  return err({ reason: 'upstream_unreachable', upstream: nameOf(upstream), detail })
}

const nameOf = (upstream: Upstream): string => {
  switch (upstream.kind) {
    case 'origin':
      return upstream.url
    case 'service':
      return `service ${upstream.binding}`
    default:
      return upstream.kind
  }
}

async function upstreamHeaders(
  { assertions }: Deployment,
  visit: Visit,
  session: Session | undefined,
): Promise<Headers> {
  const headers = forwardedHeaders(visit.request.headers, visit.site.passHeaders)
  if (visit.isUpgrade) headers.set('Upgrade', 'websocket')
  addAddress(headers, visit)
  // Static files are the same for everybody: they are told of nobody.
  if (session === undefined || visit.upstream.kind === 'assets') return headers
  // At start a key for them was asked for. Who is there must not be left out without a word.
  if (assertions === undefined) throw new Error('there is no key to sign assertions with')
  const { site, url, now } = visit
  const scope = { issuer: tokenScope(visit).issuer, audience: site.audience ?? url.host }
  addIdentity(headers, session, await assertions.about(session, scope, now))
  return headers
}

async function send(
  { env, effects, development }: Deployment,
  upstream: Upstream,
  { request, url }: Visit,
  headers: Headers,
): Promise<Response | AmbiguousUrl> {
  const isPersonal = headers.has('Gatehouse-Assertion')
  const init = (cf: RequestInitCfProperties = {}): RequestInit => ({
    method: request.method,
    headers,
    body: request.body,
    // The browser follows redirects, and so passes the gate again.
    redirect: 'manual',
    // One person's answer comes compressed as it was: a pipe would unpack it (stream-end.ts). It stays out of Cloudflare's cache; said by
    // `cache: 'no-store'` that would send headers of its own along, which make servers answer a revalidation in full.
    ...(isPersonal && { encodeResponseBody: 'manual' }),
    cf: { ...cf, ...(isPersonal && { cacheTtlByStatus: { '100-599': -1 } }) },
  })
  switch (upstream.kind) {
    case 'app':
      throw new Error('app() is what follows the middleware in a Hono app, and nothing to fetch from')
    case 'assets':
      return serviceBinding(env, 'ASSETS').fetch(...requestFor(request, fileAddress(url, upstream), init()))
    case 'service':
      return serviceBinding(env, upstream.binding).fetch(...requestFor(request, url.href, init()))
    case 'passthrough':
      return effects.fetch(...requestFor(request, url.href, init()))
    case 'origin': {
      const address = originAddress(upstream, url)
      if (address === undefined)
        return { reason: 'url_ambiguous', part: 'a spelling of the prefix that cannot be taken off' }
      const { origin, hostname } = new URL(upstream.url)
      // Where the site's own address leads to this Worker, and not to the zone, there is no other host to tell.
      const passesHost = upstream.passHost === true && !(development && url.isLocal)
      if (!passesHost && headers.has('Origin') && headers.has('Upgrade')) headers.set('Origin', origin)
      if (upstream.stripPrefix !== undefined) headers.set('X-Forwarded-Prefix', upstream.stripPrefix)
      const response = await (passesHost
        ? effects.fetch(
            ...requestFor(
              request,
              url.origin + address.slice(origin.length),
              init({ resolveOverride: hostname }),
            ),
          )
        : effects.fetch(...requestFor(request, address, init())))
      return asOfSite(response, upstream, url, address)
    }
  }
}

/** A GET or HEAD may have a body (RFC 9110 section 9.3.1), which only a request that came in keeps; of one in chunks the runtime sends nothing. */
function requestFor(request: Request, address: string, init: RequestInit): [string | Request, RequestInit?] {
  const { method, body, ...rest } = init
  return request.body !== null && (method === 'GET' || method === 'HEAD')
    ? [new Request(new Request(address, request), rest)]
    : [address, init]
}

/** An answer of an origin with the addresses of the site in place of the origin's. */
function asOfSite(response: Response, origin: Origin, page: CanonicalUrl, asked: string): Response {
  const given = response.headers.get('Location')
  const location = given === null ? null : siteLocation(given, origin, page, asked)
  const lines = isMoved(origin) ? response.headers.getSetCookie() : []
  const cookies = lines.map((line) => siteCookie(line, origin))
  const sameCookies = cookies.every((line, at) => line === lines[at])
  if (location === given && sameCookies) return response
  const copy = new Response(response.body, response)
  if (location !== null) copy.headers.set('Location', location)
  if (!sameCookies) {
    copy.headers.delete('Set-Cookie')
    withCookies(copy, cookies)
  }
  return copy
}

/**
 * Whoever answers for a page must not choose who the next request comes from: a `Set-Cookie` under our names would be a session of
 * somebody else, or the end of this one. Nearly every answer has none at all, and passes untouched.
 */
export function dropOurCookies(response: Response): Response {
  const { headers } = response
  const cleared = headers.get('Clear-Site-Data')
  if (!headers.has('Set-Cookie') && cleared === null) return response
  const lines = headers.getSetCookie()
  const kept = lines.filter((line) => !setsOurCookie(line))
  const clears = cleared !== null && /"(?:cookies|\*)"/i.test(cleared)
  if (kept.length === lines.length && !clears) return response
  const copy = new Response(response.body, response)
  copy.headers.delete('Set-Cookie')
  if (clears) {
    const left = withoutCookies(cleared)
    if (left === '') copy.headers.delete('Clear-Site-Data')
    else copy.headers.set('Clear-Site-Data', left)
  }
  return withCookies(copy, kept)
}

/** A site may clear what is its own; cookies go all or none, and all would be ours too. */
const withoutCookies = (directives: string): string =>
  directives
    .split(',')
    .map((directive) => directive.trim())
    .flatMap((directive) => {
      if (directive === '"*"') return ['"cache"', '"storage"', '"executionContexts"']
      return /^"cookies"$/i.test(directive) ? [] : [directive]
    })
    .join(', ')
