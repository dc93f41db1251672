import { hours } from '../src/base/time.ts'
import type { GatehouseConfig } from '../src/config.ts'
import { newKeys } from '../src/crypto/new-keys.ts'
import { type Assets, assets } from './assets.ts'
import { bundle } from './bundle.ts'
import { cookiesOf, get } from './http.ts'
import { BROWSER_HEADERS, PAGE_PATH } from './page.ts'
import { CLIENT_ID, CLIENT_SECRET, HOST, ISSUER, type IssuedCode, JANE } from './people.ts'
import type { Served } from './workerd.ts'

/** Nothing has to be renewed while it is measured. Otherwise as long as they are by default. */
export const SESSION = { lifetime: hours(12), idle: hours(12), absolute: hours(24) }

/** The flags of wrangler.toml. */
export const WEB_APIS_ONLY = ['no_nodejs_compat', 'no_nodejs_compat_v2'] as const

let built: { readonly gatehouse: string; readonly kv: string; readonly provider: string } | undefined

/** src/worker.ts with all of its bindings, a KV, and an OpenID Provider that its `fetch` reaches. */
export async function servedGatehouse(
  config: GatehouseConfig,
  { site, keys }: { readonly site?: Assets; readonly keys?: string } = {},
): Promise<Served> {
  const { file, service } = site ?? (await assets())
  built ??= {
    gatehouse: await bundle('src/worker.ts'),
    kv: await bundle('bench/workers/kv.ts'),
    provider: await bundle('bench/workers/openid-provider.ts'),
  }
  return {
    files: { ...file, 'gatehouse.js': built.gatehouse, 'kv.js': built.kv, 'provider.js': built.provider },
    entry: 'gatehouse',
    services: [
      {
        name: 'gatehouse',
        modules: ['gatehouse.js'],
        flags: WEB_APIS_ONLY,
        outbound: 'provider',
        bindings: {
          BENCH_CONFIG: { json: config },
          SCALEKIT_ENVIRONMENT_URL: { text: ISSUER },
          SCALEKIT_CLIENT_ID: { text: CLIENT_ID },
          SCALEKIT_CLIENT_SECRET: { text: CLIENT_SECRET },
          GATEHOUSE_KEYS: { text: keys ?? (await newKeys()) },
          GATEHOUSE_KV: { kvNamespace: 'kv' },
          SESSIONS: { durableObjectNamespace: 'OrganizationSessions' },
          LOGIN_RATE_LIMIT: { rateLimit: true },
          ASSETS: { service: 'assets' },
        },
        durableObject: { className: 'OrganizationSessions', disk: 'sessions' },
      },
      { name: 'kv', modules: ['kv.js'] },
      { name: 'provider', modules: ['provider.js'] },
      service,
      { name: 'sessions', disk: 'sessions', writable: true },
    ],
  }
}

/**
 * Signs in as a browser would, except that the stub provider's page is not visited: its code can be made from the
 * authorization request.
 *
 * @returns the `Cookie` header of the browser that is signed in now
 */
export async function signIn(origin: string, host: string = HOST, user: string = JANE.user): Promise<string> {
  const headers = { ...BROWSER_HEADERS, Host: host }
  const begun = await get(`${origin}/auth/login?return_to=${encodeURIComponent(PAGE_PATH)}`, headers)
  if (begun.status !== 302) throw new Error(`The login did not begin: ${begun.status} ${begun.body}`)
  const asked = new URL(begun.headers.location ?? '').searchParams
  const issued: IssuedCode = {
    user,
    nonce: asked.get('nonce') ?? '',
    challenge: asked.get('code_challenge') ?? '',
    redirectUri: asked.get('redirect_uri') ?? '',
  }
  const query = new URLSearchParams({
    code: Buffer.from(JSON.stringify(issued)).toString('base64url'),
    state: asked.get('state') ?? '',
  })
  const finished = await get(`${origin}/auth/callback?${query}`, { ...headers, Cookie: cookiesOf(begun) })
  if (finished.status !== 303)
    throw new Error(`The login did not succeed: ${finished.status} ${finished.body}`)
  // The note that a login came back goes with the first page that is opened.
  return cookiesOf(finished)
    .split('; ')
    .filter((pair) => !pair.includes('gh-attempts='))
    .join('; ')
}
