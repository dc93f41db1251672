import { afterAll, beforeAll, beforeEach } from 'vitest'
import { newDevelopmentSecrets } from '../../../simulator/development-secrets.ts'
import { type Addresses, originConfig } from '../../fixtures/origin/config.ts'
import { type EchoOrigin, startEchoOrigin } from './echo-origin.ts'
import { freePort } from './port.ts'
import { startSimulator } from './start-servers.ts'
import { startWorkerd, type Workerd } from './workerd.ts'

/** Gatehouse in the runtime itself, in front of a server of this process. */
export interface GatedOrigin {
  /** `http://localhost:<port>` */
  readonly gatehouse: URL
  readonly port: number
  readonly simulator: URL
  readonly origin: EchoOrigin
  readonly workerd: Workerd
  readonly addresses: Addresses
  /** `GATEHOUSE_KEYS` */
  readonly keys: string
  readonly stop: () => Promise<void>
}

const HOSTS = [
  'localhost',
  'hash.localhost',
  'api.shop.localhost',
  'spa.shop.localhost',
  'other.shop.localhost',
]

export async function startGatedOrigin(): Promise<GatedOrigin> {
  const simulator = await startSimulator()
  const origin = await startEchoOrigin()
  const port = await freePort()
  const gatehouse = new URL(`http://localhost:${port}`)
  const addresses = { upstream: origin.url, nobody: `http://127.0.0.1:${await freePort()}`, port }
  const secrets = await newDevelopmentSecrets(simulator.url.origin)
  const workerd = await startWorkerd(port, { ...secrets, ADDRESSES: addresses })
  await put(simulator.url, '/simulator/redirects', {
    post_login_uris: HOSTS.map((host) => `http://${host}:${port}/auth/callback`),
    initiate_login_uri: `${gatehouse.origin}/auth/login`,
    post_logout_redirect_uris: HOSTS.map((host) => `http://${host}:${port}/auth/signed-out`),
  })
  await put(simulator.url, '/simulator/webhooks', { url: `${gatehouse.origin}/auth/webhooks` })
  const stop = async () => {
    await Promise.all([workerd.stop(), origin.stop(), simulator.stop()])
  }
  const keys = secrets.GATEHOUSE_KEYS
  return { gatehouse, port, simulator: simulator.url, origin, workerd, addresses, keys, stop }
}

/** For all tests of a file. */
export function useGatedOrigin(): { readonly world: GatedOrigin } {
  let world: GatedOrigin | undefined
  beforeAll(async () => {
    world = await startGatedOrigin()
  })
  afterAll(() => world?.stop())
  return {
    get world() {
      if (world === undefined) throw new Error('The servers run only while tests do.')
      return world
    },
  }
}

/** With somebody who is signed in, and an origin that forgets between tests what it has seen and how it is to answer. */
export function useSignedIn(): { readonly world: GatedOrigin; readonly cookie: string } {
  const gated = useGatedOrigin()
  let cookie = ''
  beforeAll(async () => {
    cookie = await signIn(gated.world, 'you@example.com')
  })
  beforeEach(() => {
    const { seen, routes, upgrades } = gated.world.origin
    seen.length = 0
    routes.clear()
    upgrades.clear()
  })
  return {
    get world() {
      return gated.world
    },
    get cookie() {
      return cookie
    },
  }
}

/** Goes through a login as a browser would. @returns the `Cookie` header of the browser that is signed in now */
export async function signIn({ gatehouse, simulator }: GatedOrigin, email: string): Promise<string> {
  const begun = await follow(new URL(`/auth/login?login_hint=${encodeURIComponent(email)}`, gatehouse))
  const asked = await follow(locationOf(begun))
  const idp = locationOf(asked)
  const posted = await follow(idp, {
    method: 'POST',
    headers: { Origin: simulator.origin },
    body: new URLSearchParams({
      request: idp.searchParams.get('request') ?? '',
      scenario: 'login',
      email,
      given_name: 'Ann',
      family_name: 'Example',
    }),
  })
  const finished = await follow(locationOf(posted), { headers: { Cookie: cookiesOf(begun) } })
  const cookies = cookiesOf(finished)
  if (!cookies.includes('gh-session='))
    throw new Error(`the login ended with ${finished.status}: ${await finished.text()}`)
  return cookies
}

const follow = (url: URL, init: RequestInit = {}) => fetch(url, { redirect: 'manual', ...init })

/** The originals that the rules are compared with. */
export const configOf = ({ addresses }: GatedOrigin) => originConfig(addresses)

function locationOf(response: Response): URL {
  const location = response.headers.get('Location')
  if (location === null) throw new Error(`${response.url} answered ${response.status} and leads nowhere`)
  return new URL(location, response.url)
}

const cookiesOf = ({ headers }: Response): string =>
  headers
    .getSetCookie()
    .map((line) => line.split(';')[0] ?? '')
    .filter((pair) => !pair.endsWith('='))
    .join('; ')

async function put(simulator: URL, path: string, body: object): Promise<void> {
  const headers = { 'Content-Type': 'application/json' }
  const response = await fetch(new URL(path, simulator), {
    method: 'PUT',
    headers,
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`the simulator refused ${path}: ${await response.text()}`)
}
