import { after, epochSeconds, seconds } from '../../src/base/time.ts'
import type { GatehouseConfig, Rule, Site } from '../../src/config.ts'
import { type KeyRing, parseKeyRing } from '../../src/crypto/key-ring.ts'
import { findSiteFor, SiteStore } from '../../src/deployment/site-store.ts'
import { parseCanonicalUrl } from '../../src/policy/canonical-url.ts'
import { judge, route } from '../../src/policy/policy.ts'
import { compileSites, type SiteDirectory } from '../../src/policy/site-directory.ts'
import type { Session } from '../../src/tokens/session.ts'
import { verifySessionToken } from '../../src/tokens/session-token.ts'
import { HOST, JANE } from '../people.ts'
import { janesSession, SCOPE, tokenOfSize } from '../sessions.ts'

interface Env {
  readonly GATEHOUSE_KEYS: string
}

/** Something to do many times. @returns anything, so that it is not optimized away */
type Decision = () => unknown | Promise<unknown>

const now = epochSeconds(Date.now())

const site = (rules: readonly Rule[]): Site => ({
  organization: JANE.organization,
  upstream: { kind: 'assets' },
  rules,
})

const compile = (sites: GatehouseConfig['sites']): SiteDirectory => compileSites({ sites })

function decide(rules: readonly Rule[], path: string, who: Session = janesSession()): Decision {
  const sites = compile({ [HOST]: site(rules) })
  return () => {
    const routed = route(sites, parseCanonicalUrl(`https://${HOST}${path}`), 'GET')
    if (routed.kind !== 'page') throw new Error(`The path is ${routed.kind}`)
    return judge(routed.site, routed.rule, who, now)
  }
}

const numbered = <T>(size: number, make: (index: number) => T): T[] =>
  Array.from({ length: size }, (_, index) => make(index))

const rules = (size: number): Rule[] =>
  numbered(size, (index) => ({ path: `/section-${index}/*`, require: { roles: ['editor'] } }))

function find(size: number, host: string): Decision {
  const sites = compile(
    Object.fromEntries([
      ...numbered(size, (index) => [`customer-${index}.example.com`, site([])]),
      ...numbered(size, (index) => [`*.region-${index}.example.com`, site([])]),
    ]),
  )
  return () => findSiteFor({ sites, siteStore: undefined }, host, now)
}

/** An isolate remembers 10,000 of both kinds together. */
const half = (size: number): number => Math.max(1, size / 2)

/** Half of the sites by their names and half by wildcards, all of which have been read. */
async function findInKv(size: number, host: string): Promise<Decision> {
  const record = JSON.stringify(site([]))
  const kv = { get: async (key: string) => (/^site:(customer-|\*)/.test(key) ? record : null) }
  const config: GatehouseConfig = { sites: {}, sitesInKv: true }
  const siteStore = new SiteStore(kv as unknown as KVNamespace, {
    config,
    env: { ASSETS: { fetch() {} } },
    hasAssertionKey: true,
    sharded: false,
    inApp: false,
  })
  const deployment = { sites: compileSites(config), siteStore }
  const count = half(size)
  for (let index = 0; index < count; index += 1) {
    // Slowly enough for the store, which bounds the reads for hosts that have no record of their own.
    const then = after(now, seconds(Math.floor((index - count) / 5)))
    await findSiteFor(deployment, `customer-${index}.example.com`, then)
    await findSiteFor(deployment, `docs.region-${index}.example.com`, then)
  }
  return () => {
    const found = findSiteFor(deployment, host, now)
    if (found instanceof Promise || found.kind !== 'site') throw new Error(`${host} is not remembered`)
    return found
  }
}

const groups = (size: number) => numbered(size, (index) => `group-${index}`)

const DECISIONS: Readonly<Record<string, (size: number, keyRing: KeyRing) => Decision | Promise<Decision>>> =
  {
    'rules first': (size) => decide(rules(size), '/section-0/page.html'),
    'rules last': (size) => decide(rules(size), `/section-${size - 1}/page.html`),
    'rules none': (size) => decide(rules(size), '/elsewhere/page.html'),
    'sites exact': (size) => find(size, `customer-${size - 1}.example.com`),
    'sites wildcard': (size) => find(size, `docs.region-${size - 1}.example.com`),
    'sites kv exact': (size) => findInKv(size, `customer-${half(size) - 1}.example.com`),
    'sites kv wildcard': (size) => findInKv(size, `docs.region-${half(size) - 1}.example.com`),
    'sites none': (size) => find(size, 'unknown.example.net'),
    // The person is in all of them, and the rule asks for the last: everything has to be looked at.
    'groups last': (size) =>
      decide(
        [{ path: '/*', require: { groups: ['group-last'] } }],
        '/page.html',
        janesSession({ groups: [...groups(size), 'group-last'] }),
      ),
    claims: async (size, keyRing) => {
      const token = await tokenOfSize(size, keyRing)
      return () => verifySessionToken(token, SCOPE, keyRing, now)
    },
  }

const prepared = new Map<string, { readonly decision: Decision; iterations: number }>()

/** Takes a decision again and again. Answers how long one took (in microseconds). */
export default {
  async fetch(request, env) {
    const { search, searchParams } = new URL(request.url)
    const size = Number(searchParams.get('size'))
    // Long against the clock's resolution of a millisecond.
    const enough = Number(searchParams.get('milliseconds'))
    let task = prepared.get(search)
    if (task === undefined) {
      const keyRing = await parseKeyRing(env.GATEHOUSE_KEYS)
      const make = DECISIONS[searchParams.get('decision') ?? '']
      if (make === undefined || !keyRing.ok) return new Response('Not Found', { status: 404 })
      task = { decision: await make(size, keyRing.value), iterations: 1000 }
      prepared.set(search, task)
    }
    let took = await repeat(task.decision, task.iterations)
    while (took < enough) {
      task.iterations *= 2
      took = await repeat(task.decision, task.iterations)
    }
    return Response.json((took * 1000) / task.iterations)
  },
} satisfies ExportedHandler<Env>

async function repeat(decision: Decision, iterations: number): Promise<number> {
  const before = performance.now()
  for (let done = 0; done < iterations; done += 1) {
    const result = decision()
    if (result instanceof Promise) await result
  }
  return performance.now() - before
}
