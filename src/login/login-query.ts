import type { Refusal } from '../base/refusal.ts'
import { ok, type Result } from '../base/result.ts'
import type { CompiledSite } from '../policy/site-directory.ts'
import { readParameters } from '../request/query-parameters.ts'
import { CONNECTION_ID, ORGANIZATION_ID } from '../scalekit/ids.ts'
import type { Selectors } from './authorization-request.ts'

/** What a link to the login route asks for, checked; `return_to` still has to pass its own check. */
export interface LoginQuery {
  readonly selectors: Selectors
  readonly prompt: string | undefined
  readonly returnTo: string | null
  readonly idpInitiatedLogin: string | undefined
  /** At the login host: what a site asks for. */
  readonly request: string | undefined
  /** Our own page, which stands between, was opened from another site. Whoever says so is asked more, and never less. */
  readonly begun: 'elsewhere' | undefined
  /** Whether a person typed the address, on the sign-in page, and was not asked yet whether they meant it. */
  readonly isTyped?: true
}

/** As people write one: an internationalized domain in its own letters, too. */
export const DOMAIN = /^(?=.{1,253}$)[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u

const PARAMETERS = {
  organization_id: { pattern: ORGANIZATION_ID, expected: 'an organization ID, org_…' },
  connection_id: { pattern: CONNECTION_ID, expected: 'a connection ID, conn_…' },
  login_hint: { pattern: /^(?=.{3,320}$)[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, expected: 'an e-mail address' },
  domain_hint: { pattern: DOMAIN, expected: 'a domain' },
  provider: { pattern: /^[a-z][a-z0-9_-]{0,31}$/, expected: 'the name of a social provider, such as google' },
  prompt: {
    pattern: /^(login|create|select_account|consent|none)$/,
    expected: 'login, create, select_account, consent or none',
  },
  idp_initiated_login: {
    pattern: /^[A-Za-z0-9_-]{1,8192}(\.[A-Za-z0-9_-]{1,8192}){2}$/,
    expected: 'a signed JWT',
  },
  request: {
    pattern: /^(?=.{1,4096}$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}$/,
    expected: 'what a site sent',
  },
  begun: { pattern: /^elsewhere$/, expected: 'elsewhere' },
} as const

export function parseLoginQuery(query: URLSearchParams): Result<LoginQuery, Refusal> {
  const read = readParameters(query, PARAMETERS)
  if (!read.ok) return read
  const found = read.value
  return ok({
    selectors: {
      ...(found.provider !== undefined && { provider: found.provider }),
      ...(found.connection_id !== undefined && { connectionId: found.connection_id }),
      ...(found.organization_id !== undefined && { organizationId: found.organization_id }),
      ...(found.domain_hint !== undefined && { domainHint: found.domain_hint.toLowerCase() }),
      ...(found.login_hint !== undefined && { loginHint: lowerCaseDomain(found.login_hint) }),
    },
    prompt: found.prompt,
    returnTo: returnToOf(query),
    idpInitiatedLogin: found.idp_initiated_login,
    request: found.request,
    begun: found.begun === undefined ? undefined : 'elsewhere',
    ...(query.get('typed') === '1' && { isTyped: true }),
  })
}

/** A target that is refused becomes `/` and never an error, and one of two is as good as none. */
function returnToOf(query: URLSearchParams): string | null {
  const given = query.getAll('return_to')
  return given.length === 1 ? (given[0] ?? null) : null
}

/**
 * What a site demands goes before what a link asks for. A link may still narrow an organization down to one
 * of its connections, or say who is signing in; that the demand was met is checked when the person comes
 * back.
 */
export function applyDemands(
  site: Pick<CompiledSite, 'organization' | 'connection'>,
  asked: Selectors,
): Selectors {
  if (site.organization === undefined && site.connection === undefined) return asked
  const connectionId = site.connection ?? asked.connectionId
  return {
    ...(asked.loginHint !== undefined && { loginHint: asked.loginHint }),
    ...(site.organization !== undefined && { organizationId: site.organization }),
    ...(connectionId !== undefined && { connectionId }),
  }
}

/** Scalekit compares domains as text, and its samples send them in lower case. */
function lowerCaseDomain(email: string): string {
  const at = email.lastIndexOf('@')
  return email.slice(0, at) + email.slice(at).toLowerCase()
}
