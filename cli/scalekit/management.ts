import type { ScalekitClient } from '@scalekit-sdk/node'
import { err, ok, type Result } from '../../src/base/result.ts'
import { Complaint } from '../complaint.ts'
import { ask, jsonIn } from '../network/ask.ts'
import { networkFailureOf, PATIENCE_MS } from '../network/network-failure.ts'
import { pageTokens } from '../network/page-tokens.ts'
import { progress } from '../terminal.ts'
import type { Credentials } from './credentials.ts'
import { failureInWords, noTokenInWords, rateLimited, requestToken } from './management-token.ts'

export interface Organization {
  readonly id: string
  readonly name: string
  /** What the application calls it, where it does. */
  readonly externalId: string | undefined
}

export interface Connection {
  readonly id: string
  readonly organizationId: string
  readonly organizationName: string
  /** Such as `OKTA`. */
  readonly provider: string
  /** Such as `SAML`. */
  readonly type: string
  /** `COMPLETED`, or how far its set-up is. */
  readonly status: string
  readonly enabled: boolean
  readonly domains: readonly string[]
}

/** A way into the admin portal of an organization: a credential. */
export interface PortalLink {
  readonly location: string
  /** RFC 3339. */
  readonly expires: string
}

/** Why the management API does not say what it was asked. */
export interface Unanswered {
  readonly kind: 'not_found' | 'forbidden' | 'other'
  /** In a sentence, with the remedy. */
  readonly said: string
}

type Answered<T> = Promise<Result<T, Unanswered>>

/** The management API of one environment. No answer is waited for longer than `PATIENCE_MS`. */
export interface Management {
  readonly organizations: () => Answered<readonly Organization[]>
  readonly organization: (id: string) => Answered<Organization>
  /** Disabled and unfinished ones too. */
  readonly connections: (of: {
    readonly organizationId?: string
    readonly domain?: string
  }) => Answered<readonly Connection[]>
  readonly portalLink: (organizationId: string) => Answered<PortalLink>
}

/** The most that the API gives at once. */
const PAGE_SIZE = 100

/**
 * Asks for a token first, which tells most of what can be wrong.
 *
 * @throws {Complaint} where there is none
 */
export async function openManagement(
  credentials: Credentials,
  patienceMs = PATIENCE_MS,
): Promise<Management> {
  const client = await loadClient(credentials, patienceMs)
  const patience = AbortSignal.timeout(patienceMs)
  const token = await requestToken(credentials, patience)
  if (!token.ok) throw new Complaint(noTokenInWords(token.error, credentials))
  let waiting = patience
  // Every answer begins anew, so that many pages may take longer than one.
  const answered = () => {
    waiting = AbortSignal.timeout(patienceMs)
  }
  return managementOf(credentials, client, { token: token.value, patience: () => waiting, answered })
}

/** With a token that is there already, and no patience beyond that of the signal. */
export const managementWith = (
  credentials: Credentials,
  client: ScalekitClient,
  token: string,
  signal: AbortSignal,
): Management =>
  managementOf(credentials, client, {
    token,
    patience: () => signal,
    answered: () => undefined,
  })

interface Asking {
  readonly token: string
  readonly patience: () => AbortSignal
  readonly answered: () => void
}

/** It takes half a second and more to load, which nobody but these commands waits for, and which is no patience of the network's. */
export async function loadClient(
  { environmentUrl, clientId, clientSecret }: Credentials,
  timeoutMs = PATIENCE_MS,
): Promise<ScalekitClient> {
  const { ScalekitClient } = await import('@scalekit-sdk/node')
  return new ScalekitClient(environmentUrl, clientId, clientSecret, { timeoutMs })
}

function managementOf(
  credentials: Credentials,
  client: ScalekitClient,
  { token, patience, answered }: Asking,
): Management {
  const bySdk = async <T>(call: () => Promise<T>): Answered<T> => {
    try {
      const value = await orAborted(call(), patience())
      answered()
      return ok(value)
    } catch (error) {
      return err(sdkProblem(error, credentials))
    }
  }

  const organizations = async (): Answered<readonly Organization[]> => {
    const all: Organization[] = []
    const mayAsk = pageTokens()
    let pageToken = ''
    while (mayAsk(pageToken)) {
      const token = pageToken
      const page = await bySdk(() =>
        client.organization.listOrganization({ pageSize: PAGE_SIZE, pageToken: token }),
      )
      if (!page.ok) return page
      all.push(...page.value.organizations.map(organizationOf))
      pageToken = page.value.nextPageToken
      if (pageToken === '') return ok(all)
      if (all.length > 0 && all.length % (20 * PAGE_SIZE) === 0)
        progress(`${all.length} organizations so far …`)
    }
    return err({ kind: 'other', said: endless(credentials, all.length) })
  }

  return {
    organizations,
    organization: async (id) => {
      const found = await bySdk(() => client.organization.getOrganization(id))
      return found.ok ? ok(organizationOf(found.value.organization ?? { id })) : found
    },
    // The SDK cannot ask for those that are disabled or unfinished.
    connections: async ({ organizationId, domain }) => {
      const query = new URLSearchParams({
        ...(organizationId !== undefined && { organization_id: organizationId }),
        ...(domain !== undefined && { domain }),
        include: 'all',
      })
      const found = await ask(`${credentials.environmentUrl}/api/v1/connections?${query}`, {
        headers: { Authorization: `Bearer ${token}` },
        signal: patience(),
      })
      if (!found.ok) return err({ kind: 'other', said: failureInWords(found.error, credentials) })
      answered()
      const { connections, message } = jsonIn(found.value)
      if (found.value.status === 200)
        return ok(Array.isArray(connections) ? connections.map(connectionOf) : [])
      return err(problemOf(codeOfStatus(found.value.status), `${message ?? found.value.status}`, credentials))
    },
    portalLink: async (organizationId) => {
      const made = await bySdk(() => client.organization.generatePortalLink(organizationId))
      if (!made.ok) return made
      const { location, expireTime } = made.value
      const expires = new Date(Number(expireTime?.seconds ?? 0) * 1000).toISOString()
      return ok({ location, expires })
    },
  }
}

const endless = ({ environmentUrl, from }: Credentials, count: number) =>
  `${environmentUrl} has given ${count} organizations and says that there are more, without an end: ` +
  `compare SCALEKIT_ENVIRONMENT_URL (${from.SCALEKIT_ENVIRONMENT_URL}) with API credentials in the Scalekit dashboard; ` +
  'where that is right, write to Scalekit.'

/** The SDK knows no signal, and tries again by itself. */
const orAborted = <T>(answer: Promise<T>, signal: AbortSignal): Promise<T> =>
  Promise.race([
    answer,
    new Promise<never>((_, fail) => {
      if (signal.aborted) fail(signal.reason)
      signal.addEventListener('abort', () => fail(signal.reason), { once: true })
    }),
  ])

const organizationOf = ({ id, displayName, externalId }: Partial<SdkOrganization>): Organization => ({
  id: id ?? '',
  name: displayName ?? '',
  externalId: externalId || undefined,
})

type SdkOrganization = Awaited<
  ReturnType<ScalekitClient['organization']['listOrganization']>
>['organizations'][number]

/** An item of `GET /api/v1/connections`; a field that is not there is empty. */
function connectionOf(item: Readonly<Record<string, unknown>>): Connection {
  const text = (name: string) => String(item[name] ?? '')
  return {
    id: text('id'),
    organizationId: text('organization_id'),
    organizationName: text('organization_name'),
    provider: text('provider'),
    type: text('type'),
    status: text('status'),
    enabled: item['enabled'] === true,
    domains: Array.isArray(item['domains']) ? item['domains'].map(String) : [],
  }
}

/** The codes of gRPC, which errors of the REST API have too. */
const DEADLINE_EXCEEDED = 4
const NOT_FOUND = 5
const PERMISSION_DENIED = 7
const RESOURCE_EXHAUSTED = 8
const UNAVAILABLE = 14
const UNAUTHENTICATED = 16

const codeOfStatus = (status: number): number =>
  ({ 401: UNAUTHENTICATED, 403: PERMISSION_DENIED, 404: NOT_FOUND, 429: RESOURCE_EXHAUSTED })[status] ?? 0

function sdkProblem(error: unknown, credentials: Credentials): Unanswered {
  const { grpcStatus, message } = error as { readonly grpcStatus?: number; readonly message?: string }
  if (grpcStatus !== undefined) return problemOf(grpcStatus, message ?? '', credentials)
  return { kind: 'other', said: failureInWords(networkFailureOf(error), credentials) }
}

function problemOf(code: number, message: string, credentials: Credentials): Unanswered {
  const { environmentUrl, clientId } = credentials
  switch (code) {
    case NOT_FOUND:
      return {
        kind: 'not_found',
        said: `${environmentUrl} has no such organization: \`npx gatehouse orgs\` lists those that it has.`,
      }
    case PERMISSION_DENIED:
    case UNAUTHENTICATED:
      return {
        kind: 'forbidden',
        said:
          `${environmentUrl} does not let ${clientId} use the management API: in the Scalekit dashboard, ` +
          'Developers > Applications > this application, switch on "Allow Scalekit Management API access". Logins work without it.',
      }
    case DEADLINE_EXCEEDED:
      return {
        kind: 'other',
        said: failureInWords({ kind: 'no_answer', detail: message }, credentials),
      }
    case RESOURCE_EXHAUSTED:
      return { kind: 'other', said: rateLimited(environmentUrl) }
    case UNAVAILABLE:
      return {
        kind: 'other',
        said:
          `${environmentUrl} gives tokens, and its management API cannot be reached (${message}): it is asked by gRPC over HTTP/2, ` +
          'which a proxy between may not pass on. Try again, or from another network.',
      }
    default:
      return { kind: 'other', said: `${environmentUrl} says: ${message}` }
  }
}
