import type { Trail } from '../audit/log.ts'
import { isLocalHost } from '../base/local-host.ts'
import type { Refusal } from '../base/refusal.ts'
import type { Result } from '../base/result.ts'
import type { EpochSeconds } from '../base/time.ts'
import type { Upstream } from '../config.ts'
import type { CanonicalUrl } from '../policy/canonical-url.ts'
import type { CompiledSite } from '../policy/site-directory.ts'
import type { Claims, Person } from '../tokens/session.ts'
import type { TokenScope } from '../tokens/signed-token.ts'
import type { CookieScope } from './cookies.ts'
import { askedLanguage, LANGUAGES, type Language, type Speech, speech } from './language.ts'
import { isUpgrade, type RequestKind, requestKind } from './request-kind.ts'

/** What an application around Gatehouse has to say. */
export interface Extensions {
  /** Problems of how it is put together, which let nobody in. */
  readonly problems?: readonly string[]
  /** Roles and groups that it asks for, besides those that rules name. */
  readonly roles?: ReadonlySet<string>
  readonly groups?: ReadonlySet<string>
  /** What it adds to the session of somebody who has signed in, or why it does not let them in. */
  readonly onLogin?: (
    person: Person & { readonly authenticatedAt: EpochSeconds },
  ) => Promise<Result<Claims | undefined, Refusal>>
}

/** A request with everything that is read from it once, before anybody knows which site it is for. */
export interface Arrival {
  readonly request: Request
  readonly url: CanonicalUrl
  readonly kind: RequestKind
  /** Whether it is of the kind `upgrade`, which can be told without the others. */
  readonly isUpgrade: boolean
  /** In which language it is answered. */
  readonly speech: Speech
  /** The `Cookie` header. */
  readonly cookies: string | null
  readonly now: EpochSeconds
  /** What a person can quote and an operator can find in the log. */
  readonly reference: string
  readonly basePath: string
  /** What its lines in the log have to know. */
  readonly trail: Trail
  /** Lets work go on when the answer is sent. */
  readonly waitUntil: (work: Promise<unknown>) => void
  /** Ends at once whatever still goes on for this request, its answer too; the runtime logs why. Nothing of the caller runs after it. */
  readonly abort: (why: string) => void
  readonly extensions: Extensions
}

/** A request for a site that is configured. */
export interface Visit extends Arrival {
  readonly site: CompiledSite
  /** What holds the page: the rule's upstream, or the site's. */
  readonly upstream: Upstream
}

/** What is known of a request without a look at most of its headers. */
type Given = Omit<Arrival, 'kind' | 'isUpgrade' | 'speech' | 'reference' | 'trail'>

/** A request as it comes in. What only refusals and pages of our own need to know is read when they ask, and once. */
export function arrive(given: Given): Arrival {
  const { method, headers } = given.request
  let kind: RequestKind | undefined
  let spoken: Speech | undefined
  let reference: string | undefined
  const arrival: Arrival & Partial<Pick<Visit, 'site'>> = {
    ...given,
    trail: { audit: undefined, whose: undefined },
    isUpgrade: isUpgrade(method, headers),
    get speech() {
      spoken ??= speech(askedBy(given), () => headers.get('Accept-Language'))
      return spoken
    },
    get kind() {
      kind ??= requestKind(method, headers, isEmbedded(arrival))
      return kind
    },
    get reference() {
      reference ??= requestReference(headers)
      return reference
    },
  }
  return arrival
}

/** `ui_locales`, of our own addresses only: what a page of the site calls by that name is its own. */
const askedBy = ({ url: { path, search }, basePath }: Given): Language | undefined =>
  search.includes('ui_locales=') && path.startsWith(`${basePath}/`)
    ? askedLanguage(new URLSearchParams(search).get('ui_locales'), LANGUAGES)
    : undefined

/** The same request, of which site and upstream are known now; a copy would cost more than finding both. */
export const atSite = (arrival: Arrival, site: CompiledSite, upstream: Upstream): Visit =>
  Object.assign(arrival, { site, upstream })

/** Whether pages of other origins may show the site in a frame. */
export const isEmbedded = ({ site }: Partial<Pick<Visit, 'site'>>): boolean =>
  site?.frameAncestors !== undefined

/**
 * What cookies are like here. On a developer's machine, over plain http, a site in a frame keeps the usual ones, which a page
 * on another port brings along as well: to browsers that is the same site.
 */
export function cookieScope(visit: Visit): CookieScope {
  if (visit.url.protocol !== 'https:') return 'http'
  return isEmbedded(visit) ? 'embedded' : 'https'
}

/** The address of one of our own routes on this site. */
export const routeUrl = ({ url, basePath }: Arrival, path: string): string =>
  `${url.origin}${basePath}${path}`

/** The address that starts a login, in the language that was asked for. */
export const loginUrl = (arrival: Arrival, query: Record<string, string>): string =>
  `${routeUrl(arrival, '/login')}?${new URLSearchParams({ ...query, ...localesOf(arrival) })}`

/** The parameter that lets a further step of a login speak the language that its link asked for. */
export const localesOf = ({ speech: { asked } }: Arrival): { readonly ui_locales?: Language } =>
  asked === undefined ? {} : { ui_locales: asked }

/**
 * The origin of another host of this deployment. On a developer's machine it is reached by the same scheme and port as this one.
 */
export function originAt(host: string, { url }: Pick<Arrival, 'url'>): string {
  const here = new URL(url.origin)
  const port = here.port === '' ? '' : `:${here.port}`
  return isLocalHost(host) && url.isLocal ? `${here.protocol}//${host}${port}` : `https://${host}`
}

/** The address of one of our own routes there. */
export const routeUrlAt = (host: string, arrival: Pick<Arrival, 'url' | 'basePath'>, path: string): string =>
  `${originAt(host, arrival)}${arrival.basePath}${path}`

/** A session belongs to one host of one deployment. */
export const tokenScope = ({ url, basePath }: Arrival): TokenScope => ({
  issuer: `${url.origin}${basePath}`,
  audience: url.host,
})

/** What an operator searches the log for: Cloudflare's ray where there is one. */
const requestReference = (headers: Headers): string =>
  /^[0-9a-f]{16}(-[A-Z]{3})?$/.exec(headers.get('CF-Ray') ?? '')?.[0] ?? crypto.randomUUID().slice(0, 13)
