import type { ScalekitClient } from '@scalekit-sdk/node'
import type { Result } from '../../../src/base/result.ts'
import { ask, type HttpAnswer, jsonIn } from '../../network/ask.ts'
import { type NetworkFailure, PATIENCE_MS } from '../../network/network-failure.ts'
import type { Credentials } from '../../scalekit/credentials.ts'
import {
  type Connection,
  loadClient,
  type Management,
  managementWith,
  type Organization,
  type Unanswered,
} from '../../scalekit/management.ts'
import { type NoToken, requestToken } from '../../scalekit/management-token.ts'
import type { Addresses } from './addresses.ts'
import type { Named } from './named.ts'
import type { Target } from './target.ts'

type Answer = Result<HttpAnswer, NetworkFailure>

/** Everything that an environment said, before anybody judges it. */
export interface ScalekitAnswers {
  readonly target: Target
  readonly discovery: Answer
  readonly keys: Answer
  /** By callback URL, what a login with it gets; without a client ID none is asked. */
  readonly authorize: ReadonlyMap<string, Answer>
  /** By post-logout URL. */
  readonly logout: ReadonlyMap<string, Answer>
  readonly token: Result<string, NoToken> | undefined
  /** With a token only. */
  readonly managed: Managed | undefined
  /** Epoch milliseconds here, when `discovery` arrived. */
  readonly at: number
}

export interface Managed {
  /** By the ID that the configuration names. */
  readonly organizations: ReadonlyMap<string, Result<NamedOrganization, Unanswered>>
  /** Of all organizations, where the configuration names connections that are of none that it names. */
  readonly otherConnections: Result<readonly Connection[], Unanswered> | undefined
  /** What the API that nobody documents says of this client; `undefined` where it says nothing. */
  readonly registered: Registered | undefined
}

export interface NamedOrganization extends Organization {
  readonly connections: readonly Connection[]
}

export interface Registered {
  readonly callbacks: readonly string[]
  readonly signedOut: readonly string[]
  readonly initiateLogin: string
}

/** So that a configuration of hundreds of hosts is no flood. */
const MOST = 40

/** Asks everything at the same time, and nothing that changes something. Never throws. */
export async function askScalekit(
  target: Target,
  addresses: Addresses,
  named: Named,
  patienceMs = PATIENCE_MS,
): Promise<ScalekitAnswers> {
  const { environmentUrl, clientId } = target
  const credentials = credentialsOf(target)
  const client = credentials && (await loadClient(credentials))
  const signal = AbortSignal.timeout(patienceMs)
  const get = (path: string) => ask(environmentUrl + path, { signal })
  const [discovery, keys, authorize, logout, [token, managed] = []] = await Promise.all([
    get('/.well-known/openid-configuration').then((answer) => ({ answer, at: Date.now() })),
    get('/keys'),
    clientId === undefined
      ? new Map<string, Answer>()
      : askEach(addresses.callbacks, (callback) => get(authorizeWith(clientId, callback))),
    askEach(addresses.signedOut, (url) =>
      get(`/oidc/logout?${new URLSearchParams({ post_logout_redirect_uri: url })}`),
    ),
    client && askManagement(credentials, client, named, signal),
  ])
  return { target, discovery: discovery.answer, at: discovery.at, keys, authorize, logout, token, managed }
}

async function askEach<T>(
  items: readonly string[],
  each: (item: string) => Promise<T>,
): Promise<ReadonlyMap<string, T>> {
  return new Map(
    await Promise.all(items.slice(0, MOST).map(async (item) => [item, await each(item)] as const)),
  )
}

/** No such connection exists, so no login begins: a callback that is accepted is told of it, and one that is not is told itself. */
const NO_CONNECTION = 'conn_0'

const authorizeWith = (clientId: string, callback: string) =>
  `/oauth/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: callback,
    scope: 'openid profile email',
    state: 'gatehouse-doctor',
    connection_id: NO_CONNECTION,
  })}`

function credentialsOf({ environmentUrl, clientId, clientSecret, from }: Target): Credentials | undefined {
  if (clientId === undefined || clientSecret === undefined) return undefined
  return {
    environmentUrl,
    clientId,
    clientSecret,
    from: { SCALEKIT_ENVIRONMENT_URL: from, SCALEKIT_CLIENT_ID: from, SCALEKIT_CLIENT_SECRET: from },
  }
}

async function askManagement(
  credentials: Credentials,
  client: ScalekitClient,
  named: Named,
  signal: AbortSignal,
): Promise<readonly [token?: ScalekitAnswers['token'], managed?: Managed]> {
  const token = await requestToken(credentials, signal)
  if (!token.ok) return [token]
  const management = managementWith(credentials, client, token.value, signal)
  const [organizations, registered] = await Promise.all([
    askEach([...named.organizations.keys()], (id) => askOrganization(management, id)),
    askRegistered(credentials, token.value, signal),
  ])
  const known = [...organizations.values()].flatMap((each) => (each.ok ? each.value.connections : []))
  const isMissing = [...named.connections.keys()].some((id) => known.every((each) => each.id !== id))
  const otherConnections = isMissing ? await allConnections(management) : undefined
  return [token, { organizations, otherConnections, registered }]
}

async function askOrganization(
  management: Management,
  id: string,
): Promise<Result<NamedOrganization, Unanswered>> {
  const organization = await management.organization(id)
  if (!organization.ok) return organization
  const connections = await management.connections({ organizationId: id })
  return connections.ok
    ? { ok: true, value: { ...organization.value, connections: connections.value } }
    : connections
}

async function allConnections(management: Management): Promise<Result<readonly Connection[], Unanswered>> {
  const organizations = await management.organizations()
  if (!organizations.ok) return organizations
  if (organizations.value.length > MOST)
    return {
      ok: false,
      error: { kind: 'other', said: `The environment has more than ${MOST} organizations.` },
    }
  const all = await askEach(
    organizations.value.map(({ id }) => id),
    (organizationId) => management.connections({ organizationId }),
  )
  const failed = [...all.values()].find((each) => !each.ok)
  if (failed !== undefined && !failed.ok) return failed
  return { ok: true, value: [...all.values()].flatMap((each) => (each.ok ? each.value : [])) }
}

/** `GET /api/v1/clients` is in no documentation: whatever it does not say as expected, it does not say. */
async function askRegistered(
  { environmentUrl, clientId }: Credentials,
  token: string,
  signal: AbortSignal,
): Promise<Registered | undefined> {
  const answer = await ask(`${environmentUrl}/api/v1/clients`, {
    headers: { Authorization: `Bearer ${token}` },
    signal,
  })
  if (!answer.ok || answer.value.status !== 200) return undefined
  const { clients } = jsonIn(answer.value)
  const all: readonly Readonly<Record<string, unknown>>[] = Array.isArray(clients) ? clients.map(Object) : []
  const own = all.find((client) => client['id'] === clientId || client['keyId'] === clientId)
  const {
    post_login_uris: callbacks,
    post_logout_redirect_uris: signedOut,
    initiate_login_uri: login,
  } = own ?? {}
  return Array.isArray(callbacks) && Array.isArray(signedOut)
    ? {
        callbacks: callbacks.map(String),
        signedOut: signedOut.map(String),
        initiateLogin: String(login ?? ''),
      }
    : undefined
}
