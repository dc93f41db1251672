import type { AuthorizationRequest } from './authorization-request.ts'
import type { SentLogoutToken } from './backchannel-logout.ts'
import { type Client, DEVELOPMENT_CLIENT } from './client.ts'
import type { DirectoryUser } from './directory.ts'
import { type Faults, NO_FAULTS } from './faults.ts'
import type { Login, Session } from './login.ts'
import { ORGANIZATIONS, type Organization } from './organizations.ts'
import { type RedirectUrls, redirectUrlsFor } from './redirect-urls.ts'
import { RequestLog } from './request-log.ts'
import { SigningKeys } from './signing-keys.ts'
import { SingleUse } from './single-use.ts'
import type { KnownSite } from './sites.ts'
import { type Fetch, type WebhookOptions, Webhooks } from './webhooks.ts'

export interface SimulatorOptions {
  /** The `iss` of tokens and the base of all URLs. Default: the origin that a request came to. */
  readonly issuer?: string | undefined
  readonly client?: Client
  readonly redirectUrls?: RedirectUrls
  readonly organizations?: readonly Organization[]
  readonly webhooks?: WebhookOptions
  /** Those where people can be signed in. Default: what the redirect URLs tell. */
  readonly sites?: readonly KnownSite[]
  /** What carries webhooks and logout tokens. */
  readonly fetch?: Fetch
  /** Epoch seconds. */
  readonly now?: () => number
}

/** What the control API switches. */
export interface Settings {
  /** Modular SSO, or Full-Stack Auth: one switch per environment, and quite different tokens. */
  mode: 'modular' | 'fsa'
  /** Whether an ID token repeats the `nonce`. Scalekit's documentation does not say. */
  echo_nonce: boolean
  /** Whether an error callback carries the `state`. Scalekit's pages disagree. */
  echo_state_on_error: boolean
  /** Where a login that starts at the identity provider arrives. Scalekit's pages disagree. */
  idp_initiated_target: 'initiate_login' | 'callback'
  /** "Allow Scalekit Management API access" of the application. */
  management_api: boolean
  /** Whether `/api/v1/clients` is there, which Scalekit's own client has and its documentation does not. */
  clients_api: boolean
  /** Whether the environment has had too many requests. */
  rate_limited: boolean
  /** The most items that a page of the management API has, whatever is asked for. */
  largest_page: number
}

/** An authorization request that waits for the user at the identity provider. */
export interface PendingLogin {
  readonly request: AuthorizationRequest
  readonly connectionId: string
}

/** A login and what its authorization code is bound to. */
export interface CodeGrant {
  readonly request: AuthorizationRequest
  readonly login: Login
}

/** One simulated Scalekit environment, in memory. */
export interface Environment {
  readonly client: Client
  /** As they are now; a change replaces the whole list. */
  organizations: readonly Organization[]
  readonly originalOrganizations: readonly Organization[]
  /** What the customers' directories said, by `directoryKey`; everybody else is as their identity provider says. */
  readonly directory: Map<string, DirectoryUser>
  readonly settings: Settings
  faults: Faults
  readonly requestLog: RequestLog
  redirectUrls: RedirectUrls
  readonly sites: readonly KnownSite[]
  readonly keys: SigningKeys
  readonly pendingLogins: SingleUse<PendingLogin>
  /** E-mail addresses of people whom the next login is to pass through without a question. */
  readonly readySignIns: SingleUse<string>
  readonly codes: SingleUse<CodeGrant>
  readonly refreshTokens: SingleUse<Login>
  /** Ways into the admin portal of an organization. */
  readonly portalLinks: SingleUse<Organization>
  readonly sessions: Map<string, Session>
  readonly webhooks: Webhooks
  readonly sentLogoutTokens: SentLogoutToken[]
  readonly fetch: Fetch
  /** By the clock of this environment, which may be wrong on purpose. */
  readonly now: () => number
  readonly issuer: (request: Request) => string
}

export function createEnvironment(options: SimulatorOptions): Environment {
  const organizations = options.organizations ?? ORGANIZATIONS
  const rightTime = options.now ?? (() => Math.floor(Date.now() / 1000))
  const now = () => rightTime() + environment.faults.clock_skew_seconds
  const requestLog = new RequestLog()
  // Called by its name: workerd refuses `fetch` as a method of something else.
  const send = requestLog.noting(options.fetch ?? ((url, init) => fetch(url, init)))
  const environment: Environment = {
    client: options.client ?? DEVELOPMENT_CLIENT,
    organizations,
    originalOrganizations: organizations,
    directory: new Map(),
    settings: {
      mode: 'modular',
      echo_nonce: true,
      echo_state_on_error: true,
      idp_initiated_target: 'initiate_login',
      management_api: true,
      clients_api: true,
      rate_limited: false,
      largest_page: 100,
    },
    faults: NO_FAULTS,
    requestLog,
    redirectUrls: options.redirectUrls ?? redirectUrlsFor('http://localhost:8787'),
    sites: options.sites ?? [],
    keys: new SigningKeys(),
    pendingLogins: new SingleUse(),
    readySignIns: new SingleUse(),
    codes: new SingleUse(),
    refreshTokens: new SingleUse(),
    portalLinks: new SingleUse(),
    sessions: new Map(),
    webhooks: new Webhooks(options.webhooks ?? {}, send, now),
    sentLogoutTokens: [],
    fetch: send,
    now,
    issuer: (request) => options.issuer ?? new URL(request.url).origin,
  }
  return environment
}
