import { env as bound } from 'cloudflare:workers'
import { onTestFinished, vi } from 'vitest'
import { type Authentication, gatehouse } from '../../src/app/gatehouse.ts'
import { assets, defineConfig, type GatehouseConfig, minutes, service } from '../../src/config.ts'
import { newKeys } from '../../src/crypto/new-keys.ts'
import type { Effects } from '../../src/deployment/deployment.ts'
import type { Env } from '../../src/deployment/environment.ts'
import { Browser, type Page } from './browser.ts'
import { Clock } from './clock.ts'
import { ObservedKV, ObservedSessions, ObservedUpstream } from './observed-bindings.ts'
import { ACME, GLOBEX, HANK, type IdTokenChanges, OpenIdProvider, type Person } from './openid-provider.ts'

/** What wrangler.toml binds in the test runtime. */
export const realEnv = bound as unknown as Env

export const DOCS = 'https://docs.example.com'
export const GLOBEX_SITE = 'https://globex.example.com'
export const CONNECTION_SITE = 'https://connection.example.com'
export const OPEN = 'https://open.example.com'
export const APP = 'https://app.example.com'
export const LOCAL = 'http://localhost:8787'

/** Sites with a demand, without one, and with another upstream. */
export const CONFIG = defineConfig({
  sites: {
    'docs.example.com': {
      organization: ACME,
      upstream: assets(),
      rules: [
        { path: '/', access: 'public' },
        { path: '/public/*', access: 'public' },
        { path: '/forms/*', methods: ['GET'], access: 'public' },
        { path: '/admin/*', require: { roles: ['admin'] } },
        { path: '/engineering/*', require: { groups: ['engineering'] } },
        { path: '/money/*', access: 'authenticated', maxAge: minutes(15) },
      ],
    },
    'globex.example.com': { organization: GLOBEX, upstream: assets() },
    'connection.example.com': { connection: HANK.connection, upstream: assets() },
    'open.example.com': { upstream: assets() },
    'app.example.com': { organization: ACME, upstream: service('APP') },
    localhost: { organization: ACME, upstream: assets() },
  },
})

export interface LogLine {
  readonly event: string
  readonly reference: string
  readonly host: string
  readonly refusal?: { readonly reason: string; readonly [evidence: string]: unknown }
  readonly [field: string]: unknown
}

export interface WorldOptions {
  readonly config?: GatehouseConfig
  /** Variables and bindings that differ; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, unknown>>
  /** Another network than the one where the provider of this world is. */
  readonly fetch?: typeof fetch
}

/** As much of a Hono app as is called from outside. */
interface App {
  fetch(request: Request, env: Env, context: ExecutionContext): Response | Promise<Response>
}

const keys = newKeys()

/** A Gatehouse with everything around it: provider, storage, upstream, clock, log, and browsers to visit it with. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const clock = new Clock()
  const world = new World(clock, await OpenIdProvider.create(clock), await keys)
  world.deploy(options)
  vi.spyOn(console, 'log').mockImplementation((line: string) => void world.log.push(JSON.parse(line)))
  onTestFinished(() => void vi.restoreAllMocks())
  return world
}

export class World {
  readonly clock: Clock
  readonly provider: OpenIdProvider
  /** `GATEHOUSE_KEYS` */
  readonly keys: string
  readonly kv = new ObservedKV(realEnv.GATEHOUSE_KV)
  readonly sessions = new ObservedSessions(realEnv.SESSIONS)
  readonly pages = new ObservedUpstream()
  readonly log: LogLine[] = []
  /** The keys that were counted by the rate limit. */
  readonly limited: string[] = []
  /** How long the Worker waited for storage, in milliseconds. */
  readonly waits: number[] = []
  /** Ends the wait of a connection that is open, oldest first. */
  readonly longWaits: (() => void)[] = []
  /** The Worker itself, for requests that no browser would send. */
  fetch: (request: Request) => Promise<Response> = () => Promise.reject(new Error('nothing is deployed'))
  /** What another Worker asks. */
  authenticate: (request: Request) => Promise<Authentication> = () =>
    Promise.reject(new Error('nothing is deployed'))

  constructor(clock: Clock, provider: OpenIdProvider, keyRing: string) {
    this.clock = clock
    this.provider = provider
    this.keys = keyRing
  }

  /** Starts a new isolate of the Worker: nothing in memory, the same storage. */
  deploy({ config = CONFIG, ...options }: WorldOptions = {}): void {
    const { effects, env, context } = this.around(options)
    // Tests read of whom a line is, unless they are about just that.
    const worker = gatehouse({ audit: { subjects: 'plain' }, ...config }, effects)
    this.fetch = (request) => worker.fetch(request, env, context)
    this.authenticate = (request) => worker.authenticate(request, env, context)
  }

  /** The same for an app that Gatehouse is a part of. */
  deployApp(create: (effects: Effects) => App, options: Omit<WorldOptions, 'config'> = {}): void {
    const { effects, env, context } = this.around(options)
    const app = create(effects)
    this.fetch = async (request) => app.fetch(request, env, context)
  }

  /** What every isolate is given: the world outside, bindings and the runtime's context. */
  around({ env = {}, fetch = this.provider.fetch }: Omit<WorldOptions, 'config'> = {}) {
    const limit = async ({ key }: { key: string }) => {
      this.limited.push(key)
      return { success: true }
    }
    const complete = {
      SCALEKIT_ENVIRONMENT_URL: this.provider.issuer,
      SCALEKIT_CLIENT_ID: this.provider.clientId,
      SCALEKIT_CLIENT_SECRET: this.provider.clientSecret,
      GATEHOUSE_KEYS: this.keys,
      GATEHOUSE_KV: this.kv.binding,
      SESSIONS: this.sessions.binding,
      LOGIN_RATE_LIMIT: { limit },
      ASSETS: this.pages.binding,
      APP: this.pages.binding,
      ...env,
    } as unknown as Env
    const wait = (milliseconds: number) => this.#wait(milliseconds)
    const context = {
      waitUntil: (work: Promise<unknown>) => void work.catch(() => {}),
      passThroughOnException: () => {},
      props: {},
    } as unknown as ExecutionContext
    return { effects: { fetch, now: this.clock.now, wait }, env: complete, context }
  }

  /**
   * Pauses before another try let others go on; longer ones, which wait for a time of day, end when a test
   * ends them.
   */
  #wait(milliseconds: number): Promise<void> {
    this.waits.push(milliseconds)
    return milliseconds < 10_000 ? scheduler.wait(0) : new Promise((resolve) => this.longWaits.push(resolve))
  }

  browser(): Browser {
    return new Browser((request) => this.fetch(request), this.clock)
  }

  /** Opens a page that needs a login. @returns the authorization request that the browser ends up with */
  async beginLogin(browser: Browser, address: string): Promise<string> {
    const { leavesTo, response } = await browser.open(address)
    if (leavesTo === undefined) throw new Error(`no login began: ${response.status} ${await response.text()}`)
    return leavesTo
  }

  /** Comes back from the provider. */
  finishLogin(browser: Browser, callbackUrl: string): Promise<Page> {
    return browser.open(callbackUrl, { from: 'cross-site' })
  }

  /** A whole login, from a page and back to it. */
  async signIn(browser: Browser, address: string, person?: Person, changes?: IdTokenChanges): Promise<Page> {
    const location = await this.beginLogin(browser, address)
    return this.finishLogin(browser, this.provider.authorize(location, person, changes))
  }

  /** Why requests were refused, oldest first. */
  get refusals(): string[] {
    return this.log.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal.reason]))
  }
}

/** The code that a page or problem shows. */
export async function shownCode(response: Response): Promise<string | undefined> {
  const text = await response.clone().text()
  if (response.headers.get('Content-Type')?.includes('json')) return JSON.parse(text).code
  return /Code <code>([^<]*)<\/code>/.exec(text)?.[1]
}
