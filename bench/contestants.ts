import { randomBytes } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { sign } from 'hono/jwt'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { GatehouseConfig } from '../src/config.ts'
import { type Assets, assets, DEFAULT_HEADERS, PRIVATE } from './assets.ts'
import { bundle } from './bundle.ts'
import { SESSION, servedGatehouse, signIn, WEB_APIS_ONLY } from './gatehouse.ts'
import { ACCESS_AUDIENCE, ACCESS_TEAM, CLIENT_ID, HOST, ISSUER, JANE, STRICT_HOST } from './people.ts'
import type { Served } from './workerd.ts'
import type { Binding, WorkerService } from './workerd-config.ts'

/** Something that people would put in front of a site, set up so that its authors could not complain. */
export interface Contestant {
  readonly id: string
  readonly name: string
  /** What happens to a request, and how it is set up, for the report. */
  readonly does: string
  readonly configured: string
  /** The npm packages that it is made of, so that the report can name their versions. */
  readonly packages: readonly string[]
  /** Whether a request without a session has to be turned away. */
  readonly guards: boolean
  prepare(): Promise<Prepared>
}

export interface Prepared {
  readonly served: Served
  /** What the site says of the page. */
  readonly assetHeaders: Readonly<Record<string, string>>
  /** Gets a session. @returns the headers that a browser with it sends, beside the usual ones */
  signIn(origin: string): Promise<Readonly<Record<string, string>>>
}

const HOUR = 60 * 60
const NOBODY = async () => ({})
const inSeconds = () => Math.floor(Date.now() / 1000)

export const BASELINE = 'bare'
export const HONO = 'hono'
/** Whose answer has to be the site's own, header for header. */
export const UNTOUCHED = 'gatehouse-untouched'

export const CONTESTANTS: readonly Contestant[] = [
  {
    id: 'static',
    name: 'static files, no Worker',
    does: 'Serves the page.',
    configured: 'The site alone: what the runtime and the page cost.',
    packages: [],
    guards: false,
    prepare: async () => {
      const { file, service, headers } = await assets()
      return {
        served: { files: file, services: [service], entry: service.name },
        assetHeaders: headers,
        signIn: NOBODY,
      }
    },
  },
  {
    id: BASELINE,
    name: 'bare Worker',
    does: 'Passes every request to `ASSETS`. What all ratios compare with.',
    configured: 'bench/workers/bare.ts: one line, no package.',
    packages: [],
    guards: false,
    prepare: async () => ({
      served: await worker('bench/workers/bare.ts'),
      assetHeaders: DEFAULT_HEADERS,
      signIn: NOBODY,
    }),
  },
  {
    id: HONO,
    name: 'bare Hono Worker',
    does: 'The same behind Hono: one route.',
    configured: 'bench/workers/hono.ts: `app.get("*")` returns what `ASSETS` answers.',
    packages: ['hono'],
    guards: false,
    prepare: async () => ({
      served: await worker('bench/workers/hono.ts'),
      assetHeaders: DEFAULT_HEADERS,
      signIn: NOBODY,
    }),
  },
  {
    id: 'gatehouse',
    name: 'Gatehouse',
    does: 'Verifies the session, judges the organization and the rule, keeps the answer out of shared caches, removes its cookies from the request.',
    configured:
      'src/worker.ts with every binding; one site, `organization`, three rules of which the last matches; cookies of a real login against a stub provider. `session.lifetime` is 12 hours, so that no renewal falls into a round.',
    packages: ['hono', 'jose', 'valibot'],
    guards: true,
    prepare: async () => gatehouse(HOST, await assets()),
  },
  {
    id: UNTOUCHED,
    name: 'Gatehouse, _headers file',
    does: 'The same. The site says itself that its pages are private, so that the answer passes as it is.',
    configured:
      'The same Worker; the site has a `_headers` file with the three lines of [configuration.md](configuration.md#static-files).',
    packages: ['hono', 'jose', 'valibot'],
    guards: true,
    prepare: async () => gatehouse(HOST, await assets(PRIVATE)),
  },
  {
    id: 'gatehouse-strict',
    name: 'Gatehouse, strict rule',
    does: 'The same, and asks the registry (a Durable Object) on every request whether the session goes on: revocation takes effect on the next request. No other contestant does this.',
    configured:
      'The same Worker; the rule has `strict: true`. The object and its SQLite database are in the same process.',
    packages: ['hono', 'jose', 'valibot'],
    guards: true,
    prepare: async () => gatehouse(STRICT_HOST, await assets()),
  },
  {
    id: 'hono-oidc-auth',
    name: '@hono/oidc-auth',
    does: 'Verifies the session cookie (HS256).',
    configured:
      'bench/workers/hono-oidc-auth.ts, as in its README for Cloudflare Pages, with the copy of the response that it needs there. A session cookie as the middleware itself makes it, signed with the configured secret. `OIDC_AUTH_REFRESH_INTERVAL` is 12 hours, so that no renewal falls into a round.',
    packages: ['@hono/oidc-auth', 'hono'],
    guards: true,
    prepare: honoOidcAuth,
  },
  {
    id: 'hono-cloudflare-access',
    name: '@hono/cloudflare-access',
    does: "Verifies the token that Cloudflare Access puts into each request (RS256). Access itself, in front of the Worker and not measured here, has done the rest. (Without a session Access would not let the request through; here the middleware's own 401 counts.)",
    configured:
      'bench/workers/hono-cloudflare-access.ts with team and audience; the keys come from a stub of `cloudflareaccess.com` and are kept for an hour, as the middleware does it; a token with the claims that Access documents, in header and cookie as Access sends it.',
    packages: ['@hono/cloudflare-access', 'hono'],
    guards: true,
    prepare: honoCloudflareAccess,
  },
  {
    id: 'better-auth',
    name: 'better-auth, cookie cache',
    does: 'Verifies the cached session in the cookie (HMAC-SHA-256): `getCookieCache`, its documented check for middleware, without its database and without its router.',
    configured:
      'bench/workers/better-auth.ts, no framework; `strategy` is `compact`, the default. The cookies are of a real sign-up at better-auth with `cookieCache`, whose `maxAge` is 12 hours, so that no renewal falls into a round.',
    packages: ['better-auth'],
    guards: true,
    prepare: betterAuthCookieCache,
  },
]

/** A Worker of one file before the site. */
export async function worker(
  entry: string,
  { bindings = {}, ...more }: Partial<WorkerService> = {},
): Promise<Served> {
  const { file, service } = await assets()
  return {
    files: { ...file, 'worker.js': await bundle(entry) },
    entry: 'worker',
    services: [
      {
        name: 'worker',
        modules: ['worker.js'],
        flags: WEB_APIS_ONLY,
        ...more,
        bindings: { ASSETS: { service: 'assets' }, ...bindings },
      },
      service,
    ],
  }
}

async function gatehouse(host: string, site: Assets): Promise<Prepared> {
  const rules = (strict: boolean) => [
    { path: '/', access: 'public' as const },
    { path: '/admin/*', require: { roles: ['admin'] } },
    { path: '/handbook/*', require: { roles: ['editor', 'admin'] }, strict },
  ]
  const acme = { organization: JANE.organization, upstream: { kind: 'assets' as const } }
  const config: GatehouseConfig = {
    session: SESSION,
    sites: {
      [HOST]: { ...acme, rules: rules(false) },
      [STRICT_HOST]: { ...acme, rules: rules(true) },
    },
  }
  return {
    served: await servedGatehouse(config, { site }),
    assetHeaders: site.headers,
    signIn: async (origin) => ({ Host: host, Cookie: await signIn(origin, host) }),
  }
}

async function honoOidcAuth(): Promise<Prepared> {
  const secret = randomBytes(32).toString('hex')
  const bindings: Record<string, Binding> = {
    OIDC_AUTH_SECRET: { text: secret },
    OIDC_AUTH_REFRESH_INTERVAL: { text: String(12 * HOUR) },
    OIDC_ISSUER: { text: ISSUER },
    OIDC_CLIENT_ID: { text: CLIENT_ID },
    OIDC_CLIENT_SECRET: { text: 'secret' },
  }
  const served = await worker('bench/workers/hono-oidc-auth.ts', {
    bindings,
    outbound: 'provider',
  })
  return {
    served: await withService(served, 'provider', 'bench/workers/openid-provider.ts'),
    assetHeaders: DEFAULT_HEADERS,
    signIn: async () => {
      const session = {
        sub: `${JANE.connection};${JANE.user}`,
        email: JANE.email,
        rtk: randomBytes(32).toString('base64url'),
        rtkexp: inSeconds() + 12 * HOUR,
        ssnexp: inSeconds() + 24 * HOUR,
      }
      return { Cookie: `oidc-auth=${await sign(session, secret, 'HS256')}` }
    },
  }
}

async function honoCloudflareAccess(): Promise<Prepared> {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const kid = randomBytes(32).toString('hex')
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] }
  const served = await worker('bench/workers/hono-cloudflare-access.ts', { outbound: 'certs' })
  return {
    served: await withService(served, 'certs', 'bench/workers/access-certs.ts', { JWKS: { json: jwks } }),
    assetHeaders: DEFAULT_HEADERS,
    signIn: async () => {
      const token = await new SignJWT({
        email: JANE.email,
        type: 'app',
        identity_nonce: randomBytes(12).toString('base64url'),
        country: 'DE',
      })
        .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
        .setIssuer(`https://${ACCESS_TEAM}.cloudflareaccess.com`)
        .setAudience([ACCESS_AUDIENCE])
        .setSubject(JANE.user)
        .setIssuedAt()
        .setNotBefore('0s')
        .setExpirationTime('24h')
        .sign(privateKey)
      return { 'Cf-Access-Jwt-Assertion': token, Cookie: `CF_Authorization=${token}` }
    },
  }
}

async function betterAuthCookieCache(): Promise<Prepared> {
  const secret = randomBytes(32).toString('hex')
  return {
    served: await worker('bench/workers/better-auth.ts', {
      // It reads its environment from `process.env`.
      flags: [],
      bindings: { BETTER_AUTH_SECRET: { text: secret } },
    }),
    assetHeaders: DEFAULT_HEADERS,
    signIn: async () => {
      const auth = betterAuth({
        baseURL: `https://${HOST}`,
        secret,
        database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
        emailAndPassword: { enabled: true },
        session: { cookieCache: { enabled: true, maxAge: 12 * HOUR } },
        telemetry: { enabled: false },
      })
      const { headers } = await auth.api.signUpEmail({
        body: { name: JANE.name, email: JANE.email, password: randomBytes(16).toString('hex') },
        asResponse: true,
      })
      return {
        Cookie: headers
          .getSetCookie()
          .map((cookie) => cookie.split(';', 1)[0])
          .join('; '),
      }
    },
  }
}

async function withService(
  { files, services, entry }: Served,
  name: string,
  source: string,
  bindings: Readonly<Record<string, Binding>> = {},
): Promise<Served> {
  const file = `${name}.js`
  return {
    files: { ...files, [file]: await bundle(source) },
    services: [...services, { name, modules: [file], bindings }],
    entry,
  }
}
