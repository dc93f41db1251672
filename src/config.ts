import { hours, minutes, type Seconds, seconds } from './base/time.ts'

export { hours, minutes, seconds }

export const DEFAULT_BASE_PATH = '/auth'
/** Of {@link GatehouseConfig.session}. */
export const DEFAULT_ABSOLUTE = hours(24)

/** The most objects that the sessions of one registrant are split into: an event that ends sessions is told to each. */
export const MAX_SHARDS = 16

/** Those that a rule can name. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

export type Method = (typeof METHODS)[number]

/** What holds the pages behind the gate. */
export type Upstream =
  | ({ readonly kind: 'assets' } & AssetsOptions)
  | ({ readonly kind: 'origin'; readonly url: string } & OriginOptions)
  | { readonly kind: 'passthrough' }
  | { readonly kind: 'service'; readonly binding: string }
  | { readonly kind: 'app' }

export interface AssetsOptions {
  /** A folder of the deployed files, such as `/acme`, that is the root here; nothing outside it is served. */
  readonly folder?: string
  /** A single-page app: a path that is no file and has no extension shows the app's `index.html`, to whoever may see `/` too. */
  readonly spa?: boolean
}

/** The static files that are deployed with the Worker (binding `ASSETS`). */
export const assets = (options: AssetsOptions = {}): Upstream => ({ kind: 'assets', ...options })

export interface OriginOptions {
  /** What is taken off the front of a path, such as `/api`; for a rule whose path is below it. */
  readonly stripPrefix?: string
  /**
   * The origin is told the site's own host. Its name has to be a proxied one in the zone of the site; on a developer's machine it makes
   * no difference.
   */
  readonly passHost?: boolean
}

/** Another server: https, or http on a loopback address. @param url a path in it is put in front of every request's */
export const origin = (url: string, options: OriginOptions = {}): Upstream => ({
  kind: 'origin',
  url,
  ...options,
})

/** The zone's own origin, when Gatehouse runs on a Workers route. */
export const passthrough = (): Upstream => ({ kind: 'passthrough' })

/** Another Worker. @param binding the name of its service binding */
export const service = (binding: string): Upstream => ({ kind: 'service', binding })

/** The routes that follow `gatehouse(config)` in a Hono app, where this is the default. */
export const app = (): Upstream => ({ kind: 'app' })

/** Keys are ANDed, values are ORed. A requirement on a claim that a session does not have denies. */
export interface Requirement {
  /**
   * Scalekit organizations, `org_…`. `['*']`, alone, means any organization, and that you know it: for
   * `roles` and `groups` that may be handed out by every customer.
   */
  readonly organizations?: readonly string[]
  /** Scalekit connections, `conn_…`. */
  readonly connections?: readonly string[]
  /**
   * Needs an organization or connection beside it: an e-mail is only what some identity provider asserts.
   * `['*']` is none.
   */
  readonly emails?: readonly string[]
  /** Compared with the part after the `@`. Needs an organization or connection beside it. */
  readonly emailDomains?: readonly string[]
  /**
   * Needs an organization or connection beside it, or `organizations: ['*']`: each customer hands out roles
   * of its own.
   */
  readonly roles?: readonly string[]
  /** As {@link roles}. */
  readonly groups?: readonly string[]
}

/** In {@link Requirement.organizations}: any, but one. */
export const ANY_ORGANIZATION = '*'

export interface Rule {
  /** `/exact` or `/below/*`; the latter covers `/below` too. A trailing slash makes no difference. */
  readonly path: string
  /** Default: every method. `GET` covers `HEAD`. */
  readonly methods?: readonly Method[]
  /** Either this or `require`. */
  readonly access?: 'public' | 'authenticated'
  readonly require?: Requirement
  /** Which upstream has these pages, if it is not the site's. */
  readonly upstream?: Upstream
  /** A login longer ago than this has to be repeated for these pages. */
  readonly maxAge?: Seconds
  /** Ask the registry on every request, so that an ended session is refused at once. Costs one call each. */
  readonly strict?: boolean
  /** As {@link Site.cors}, for these requests. */
  readonly cors?: readonly string[]
  /**
   * `Cache-Control` of answers that worked, in place of the upstream's: `'no-store'`, or `'max-age=31536000, immutable'`. With a
   * session `private` is put in front; only a public rule may say `public` or `s-maxage`.
   */
  readonly cache?: string
}

/**
 * The ID-token claims that are read where a configuration names none. Scalekit keeps the name `roles` to itself: in Modular SSO
 * a custom attribute of that name never arrives.
 */
export const DEFAULT_CLAIMS = { roles: 'idp_roles', groups: 'groups' } as const

/**
 * Which ID-token claims carry roles and groups. Default: {@link DEFAULT_CLAIMS}. Where a full-stack environment signs somebody in whose
 * ID token has no such roles, those of the access token count.
 */
export interface ClaimNames {
  readonly roles?: string
  readonly groups?: string
}

/** How the pages of Gatehouse itself introduce a site. Everything is text: nothing of it is read as HTML. */
export interface Brand {
  /** What people call the site, up to 60 characters. The host is shown beside it. Default: the host alone. */
  readonly name?: string
  /**
   * A path of the site, such as `/logo.svg`, which anybody may then GET without a session, as long as it gives an image; or a `data:` URL of
   * an image, up to {@link MAX_LOGO} characters. SVG, PNG, JPEG, WebP or GIF. It is shown 40 pixels high at most.
   */
  readonly logo?: string
  /** `#0a7` or `#00aa77`, for buttons and links. Each theme gets the nearest shade that can be read on it (WCAG 2.2: 4.5:1). */
  readonly accent?: string
  /** Whom to ask where the site lets somebody not in. */
  readonly support?: Support
  /** At the foot of every page, up to {@link MAX_LINKS}: an imprint, a privacy notice. */
  readonly links?: readonly BrandLink[]
}

/** What is shown, and where it leads: an `https:` address, or an e-mail address. */
export type Support =
  | { readonly text: string; readonly url: string }
  | { readonly text: string; readonly email: string }

export interface BrandLink {
  readonly text: string
  /** `https:` or `mailto:`; http for a loopback address. */
  readonly url: string
}

/** Of {@link Brand.logo} as a `data:` URL, in characters as they stand in the page: a page stays below 15 KB. */
export const MAX_LOGO = 4096

/** Of {@link Brand.links}. */
export const MAX_LINKS = 5

export interface Site {
  /** Only members of this Scalekit organization may sign in. Cannot be overridden by a link. */
  readonly organization?: string
  /** Only this Scalekit connection may be used to sign in. Cannot be overridden by a link. */
  readonly connection?: string
  /** In a Hono app the default is `app()`. */
  readonly upstream?: Upstream
  /** The first match decides; without a match a request needs a session. */
  readonly rules?: readonly Rule[]
  readonly claims?: ClaimNames
  /**
   * Origins (`https://app.example.com`) whose scripts may read the refusals of this site, such as the 401 with its `login_url`, and
   * who is signed in (`GET /auth/session`), whose preflights are answered, and whose pages may open its WebSockets. Default: this site's own origin only.
   */
  readonly cors?: readonly string[]
  /**
   * Origins (`https://portal.example.com`) whose pages show this site in a frame. People sign in in the frame, which Scalekit and the
   * identity provider have to allow. Cookies are `SameSite=None; Secure; Partitioned`: a session belongs to the site around
   * the frame. `frame-ancestors` of every page names these origins, and what other origins post is refused unless `cors` names them.
   */
  readonly embeddedIn?: readonly string[]
  /**
   * The upstream tells `/Admin` and `/admin` apart. Without it a path whose upper and lower case meet different rules is refused;
   * static files always tell them apart.
   */
  readonly caseSensitive?: boolean
  /**
   * Request headers by which backends learn an address or a person from a proxy, such as `X-Real-IP` or `True-Client-IP`. They are
   * dropped, because visitors can send them; name here those that something in front of Gatehouse sets on every request.
   */
  readonly passHeaders?: readonly string[]
  /**
   * Whether a denial says what would be accepted. On a site for several customers that names them to each other, so by default it
   * says only which kind of thing is missing; the log has it in full.
   */
  readonly explainDenials?: boolean
  /** As {@link GatehouseConfig.brand}, for this site: what it says goes before, key by key. */
  readonly brand?: Brand
  /** As {@link GatehouseConfig.organizations}, for this site, beside those. */
  readonly organizations?: Readonly<Record<string, string>>
  /**
   * The part of an address behind `#` survives the login, as in `/app#/orders/7`: a small page with a script takes it along in
   * `return_to`, and so to the server, which never sees it otherwise. For single-page apps that keep their routes there.
   */
  readonly keepFragment?: boolean
  /** `aud` of the assertion that the upstream gets. Default: the host. */
  readonly audience?: string
  /**
   * Into how many objects the sessions of one organization are split, up to 16: for giant organizations. To go back, write
   * 1, and leave it out only when `session.absolute` has passed.
   */
  readonly registryShards?: number
  /** `false`: people sign in at this host itself, although there is a {@link GatehouseConfig.loginHost}. */
  readonly loginHost?: false
}

export interface GatehouseConfig {
  /** Where Gatehouse's own routes live on every site. Default {@link DEFAULT_BASE_PATH}. */
  readonly basePath?: string
  readonly session?: {
    /** How long a session is believed without asking the registry: the bound of revocation. Default 5 minutes. */
    readonly lifetime?: Seconds
    /** A session ends this long after its last use. Default 8 hours. */
    readonly idle?: Seconds
    /** A session ends this long after the login. Default 24 hours. */
    readonly absolute?: Seconds
  }
  readonly claims?: ClaimNames
  /** Refuse ID tokens without a `nonce`. Off, because nobody has yet seen whether Scalekit echoes it. */
  readonly requireNonce?: boolean
  /** Accept OpenID Connect Back-Channel Logout. Off, because Scalekit does not document the format it sends. */
  readonly backchannelLogout?: boolean
  /**
   * The one host that talks to Scalekit, such as `login.example.com`: one callback URL for all sites, and one sign-in. It serves
   * {@link basePath} only, unless `sites` names it too. Without it each host runs its own logins.
   */
  readonly loginHost?: string
  /**
   * Sites are looked up in KV too, where the file names neither the host nor a wildcard for it: `site:<host>` and `site:*.<domain>` hold one
   * as JSON, in the shape of {@link Site}.
   */
  readonly sitesInKv?: boolean
  /** Who may open Scalekit's admin portal for their own organization, at `/auth/admin-portal`. Without it nobody may. */
  readonly adminPortal?: { readonly roles: readonly string[] }
  /** How the log names persons. Default `hashed`: by keyed hashes of subjects and e-mail addresses, of which the domain stays. */
  readonly audit?: { readonly subjects?: 'hashed' | 'plain' }
  /** How pages introduce the sites. A site may say it for itself, key by key. */
  readonly brand?: Brand
  /** What people call organizations, by their ID: `{ 'org_69615647365005430': 'Acme' }`. A page never shows an ID. */
  readonly organizations?: Readonly<Record<string, string>>
  /** Host name without port, `*.host` for one more label, or `*` for any other host. */
  readonly sites: Readonly<Record<string, Site>>
}

/** Lets the compiler check a configuration where it is written; {@link parseConfig} checks the rest at start. */
export const defineConfig = (config: GatehouseConfig): GatehouseConfig => config
