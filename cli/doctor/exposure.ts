import { isLocalHost } from '../../src/base/local-host.ts'
import { DEFAULT_BASE_PATH, type GatehouseConfig } from '../../src/config.ts'
import type { Change } from '../files/config-change.ts'
import {
  type Check,
  type Finding,
  needsConfig,
  orSound,
  problem,
  skipped,
  sound,
  type Trouble,
  warning,
} from './finding.ts'
import { inEnvironment, toWrite } from './wrangler/change.ts'
import { ofWrangler } from './wrangler/checks.ts'
import type { WranglerSettings } from './wrangler/settings.ts'

/** Workers Cache, which is asked before the Worker is. */
const cache: Check = {
  id: 'workers-cache',
  title: 'Workers Cache',
  asks: 'project',
  judge: ofWrangler((settings, file, project) => {
    const { cache: ofAll, exports: ofEach = {} } = settings
    const enabled = [...new Set(['default', ...Object.keys(ofEach)])].filter((name) => {
      const { type = 'worker', cache: own } = ofEach[name] ?? {}
      return type === 'worker' && (own?.enabled ?? (name === 'default' && ofAll?.enabled === true))
    })
    if (enabled.length === 0) return sound('off')
    const changes = enabled.map((name): Change => {
      const value = { type: 'worker', cache: { enabled: false } }
      return inEnvironment(project, file, { kind: 'set', path: ['exports', name], value })
    })
    return [
      problem({
        found: `${file.label} switches Workers Cache on for ${enabled.map((name) => (name === 'default' ? 'the Worker' : name)).join(' and ')}.`,
        why: 'It answers before Gatehouse is asked, and knows neither host nor cookie: a page for one person, or of one host, is shown to others.',
        ...toWrite(file, ...changes),
      }),
    ]
  }),
}

/** Hosts below `workers.dev`, which are public and of which no configuration speaks. */
const previews: Check = {
  id: 'preview-urls',
  title: 'Preview URLs',
  asks: 'project',
  judge: ofWrangler((settings, { label }, { config }) => {
    if (!config.ok) return needsConfig
    const { workers_dev: onWorkersDev = routesOf(settings).length === 0, preview_urls: previewed } = settings
    const isPreviewed = previewed ?? onWorkersDev
    if (!isPreviewed) return sound('off')
    const { sites } = config.value
    const keys = Object.keys(sites)
    const named = keys.filter((key) => key.startsWith('*.') && key.endsWith('.workers.dev'))
    if (named.length > 0) return sound(`on, with the rules of ${named.join(', ')}`)
    if (!keys.includes('*')) return sound('on, and answered with 421: no site is for them')
    return [
      warning({
        found: `Every version has a public preview URL, and the site '*' answers there.`,
        why: 'Versions keep their URL: whoever has that of an old one sees the site with the rules of that day. People cannot sign in there either, since Scalekit does not know the address.',
        remedy: `Write preview_urls = false into ${label}, or name your hosts in the place of '*'; for previews with logins, a site '*.<subdomain>.workers.dev' and a loginHost.`,
      }),
    ]
  }),
}

interface ServedRoute {
  /** As the file has it. */
  readonly pattern: string
  /** With a star where the pattern has one, at its beginning. */
  readonly host: string
  /** With a star where the pattern has one, at its end. */
  readonly path: string
  /** A custom domain, with no server behind it. */
  readonly isDomain: boolean
}

function routesOf({ route, routes = [] }: WranglerSettings): readonly ServedRoute[] {
  return [...(route === undefined ? [] : [route]), ...routes].map((each) => {
    const { pattern, custom_domain: isDomain = false } = typeof each === 'string' ? { pattern: each } : each
    const [host = '', ...path] = pattern
      .replace(/^https?:\/\//, '')
      .replace(/^([^/]+)\*$/, '$1/*')
      .split('/')
    return { pattern, host: host.toLowerCase(), path: isDomain ? '/*' : `/${path.join('/')}`, isDomain }
  })
}

/** Whether requests for a host come to the Worker of a route. @param host or a wildcard of the configuration */
function isAt({ host: ofRoute }: ServedRoute, host: string): boolean {
  if (!ofRoute.startsWith('*')) return ofRoute === host
  const end = ofRoute.slice(1)
  return host.startsWith('*') ? host.slice(1).endsWith(end) : host.endsWith(end)
}

const routes: Check = {
  id: 'routes',
  title: 'Routes',
  asks: 'project',
  judge: ofWrangler((settings, { label }, { config }) => {
    if (!config.ok) return needsConfig
    const served = routesOf(settings)
    if (served.length === 0) return withoutRoutes(settings, label, config.value)
    const hosts = publicHosts(config.value)
    const troubles = [
      ...hosts.flatMap((host) => troublesOfHost(host, served, label, config.value)),
      ...served.flatMap((route) => troublesOfRoute(route, config.value)),
    ]
    return orSound(troubles, served.map(({ pattern }) => pattern).join(', '))
  }),
}

/** Those that people come to over the internet. */
const publicHosts = ({ sites, loginHost }: GatehouseConfig): readonly string[] =>
  [...new Set([...Object.keys(sites), ...(loginHost === undefined ? [] : [loginHost])])].filter(
    (host) => host !== '*' && !isLocalHost(host.replace(/^\*\./, '')) && !host.endsWith('.workers.dev'),
  )

/** They may be set in the dashboard; nobody can come otherwise, unless it is by `workers.dev`. */
function withoutRoutes(
  { workers_dev: onWorkersDev = true }: WranglerSettings,
  label: string,
  config: GatehouseConfig,
): readonly Finding[] {
  const hosts = publicHosts(config)
  const keys = Object.keys(config.sites)
  if (hosts.length > 0)
    return skipped(`${label} has none: make sure that requests for ${hosts.join(', ')} reach the Worker`)
  const isAnswered = config.sitesInKv || keys.some((key) => key === '*' || key.endsWith('.workers.dev'))
  return sound(
    onWorkersDev && isAnswered ? 'none but that of workers.dev' : 'none, and no site for a public host',
  )
}

function troublesOfHost(
  host: string,
  served: readonly ServedRoute[],
  label: string,
  { basePath = DEFAULT_BASE_PATH }: GatehouseConfig,
): readonly Trouble[] {
  const own = served.filter((route) => isAt(route, host))
  const what = host.startsWith('*') ? `${host}/*` : host
  if (own.length === 0)
    return [
      warning({
        found: `No route in ${label} is for ${host}.`,
        why: 'Its requests go elsewhere: what answers there is not behind Gatehouse.',
        remedy: `Add a route or a custom domain for ${what} to ${label}, in the dashboard, or take the site out of gatehouse.config.ts.`,
      }),
    ]
  if (own.some(({ path }) => path === '/*')) return []
  const paths = own.map(({ pattern }) => pattern).join(' and ')
  const takes = own.some(({ path }) => path.endsWith('*') && `${basePath}/`.startsWith(path.slice(0, -1)))
  return [
    (takes ? warning : problem)({
      found: `Of ${host}, only ${paths} comes to the Worker${takes ? '' : `, and ${basePath}/ does not`}.`,
      why: takes
        ? 'The rest of that host is not behind Gatehouse.'
        : 'Nobody can sign in, and the rest of that host is not behind Gatehouse.',
      remedy: `Write ${what.replace(/\/\*$/, '')}/* as the route into ${label}; rules say what is public.`,
    }),
  ]
}

/** One at which everybody gets 421. */
function troublesOfRoute(
  route: ServedRoute,
  { sites, loginHost, sitesInKv }: GatehouseConfig,
): readonly Trouble[] {
  const keys = [...Object.keys(sites), ...(loginHost === undefined ? [] : [loginHost])]
  const isAnswered =
    sitesInKv === true ||
    keys.some(
      (key) =>
        key === '*' ||
        isAt(route, key) ||
        (key.startsWith('*.') &&
          route.host.endsWith(key.slice(1)) &&
          !route.host.slice(0, -key.length + 1).includes('.')),
    )
  if (isAnswered) return []
  return [
    warning({
      found: `No site of gatehouse.config.ts is for the route ${route.pattern}.`,
      why: 'Everybody who comes there gets 421.',
      remedy: `Write a site for ${route.host} into gatehouse.config.ts, or take the route away.`,
    }),
  ]
}

/**
 * The mode of a route when the Workers Free plan's requests of a day are used up. It is set in the dashboard, and Wrangler cannot tell it:
 * https://developers.cloudflare.com/workers/platform/limits/#daily-requests
 */
const dailyLimit: Check = {
  id: 'daily-limit',
  title: 'Daily limit',
  asks: 'project',
  judge: ofWrangler((settings) => {
    const before = routesOf(settings).filter(({ isDomain }) => !isDomain)
    if (before.length === 0) return sound('no route stands before a server')
    const one = before.length === 1
    return skipped(
      `${before.map(({ pattern }) => pattern).join(', ')}: on the Workers Free plan, choose fail closed in the settings of ${one ? 'this route' : 'these routes'} in the dashboard. ` +
        'Failing open sends requests past Gatehouse, once 100,000 were made on a day',
    )
  }),
}

export const EXPOSURE_CHECKS: readonly Check[] = [cache, previews, routes, dailyLimit]
