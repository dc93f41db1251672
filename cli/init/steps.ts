import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isLocalHost } from '../../src/base/local-host.ts'
import { DEFAULT_BASE_PATH, type GatehouseConfig } from '../../src/config.ts'
import { inOneLine } from '../files/edit-jsonc.ts'
import { inToml } from '../files/edit-toml.ts'
import { loadConfig } from '../load-config.ts'
import { OWN_NODE, oldNode, readWranglerPackage } from '../wrangler/versions.ts'
import { LOCAL } from './answers.ts'
import { CONFIG, type ProjectFiles } from './project-files.ts'

/** Where browsers come to, once it is deployed. */
export interface Deployed {
  /** Those of the configuration that are not of this machine; `undefined`: nobody knows. */
  readonly hosts: readonly string[] | undefined
  /** Where people sign in, and Scalekit sends them back to. */
  readonly loginHosts: readonly string[]
  readonly basePath: string
}

interface Options {
  readonly deployed: Deployed
  /** The environment of the wrangler file that is meant. */
  readonly env: string | undefined
  /** The version that runs here, `24.21.0`. */
  readonly node: string
}

/** @param asked where it will be deployed, where that was asked for just now; `undefined`: the configuration was there */
export async function deployedAt(
  { folder, read, config: name = CONFIG }: ProjectFiles,
  asked: string | undefined,
): Promise<Deployed> {
  if (asked !== undefined) {
    const hosts = asked === LOCAL ? [] : [asked]
    return { hosts, loginHosts: hosts, basePath: DEFAULT_BASE_PATH }
  }
  // One with problems, or whose packages are not installed, is the business of gatehouse dev and doctor.
  const config: GatehouseConfig | undefined = await loadConfig(folder).catch(() => undefined)
  if (config === undefined) {
    const hosts = hostsWritten((await read(name))?.text ?? '')
    return { hosts, loginHosts: hosts ?? [], basePath: DEFAULT_BASE_PATH }
  }
  const { sites, loginHost, basePath = DEFAULT_BASE_PATH } = config
  const hosts = Object.keys(sites).filter((host) => host !== '*' && !isLocalHost(host))
  const own = hosts.filter((host) => loginHost === undefined || sites[host]?.loginHost === false)
  const loginHosts = [...(loginHost === undefined || isLocalHost(loginHost) ? [] : [loginHost]), ...own]
  const isOpen = Object.hasOwn(sites, '*') || config.sitesInKv === true
  return {
    hosts: hosts.length === 0 && isOpen ? undefined : hosts,
    loginHosts: [...new Set(loginHosts)],
    basePath,
  }
}

/**
 * What a configuration of this command's says that cannot be loaded: before `npm install` there is nothing that it could import.
 *
 * @returns `undefined` where it has been made into more than sites, which only loading tells
 */
function hostsWritten(text: string): readonly string[] | undefined {
  const [, sites] = /^export default defineConfig\(\{\n {2}sites: \{\n(.*?)^ {2}\},\n\}\)$/ms.exec(text) ?? []
  if (sites === undefined || /^ {4}'\*'/m.test(sites)) return undefined
  const hosts = [...sites.matchAll(/^ {4}'([\w.*-]+)': /gm)].map(([, host = '']) => host)
  return hosts.filter((host) => !isLocalHost(host))
}

/** What comes after the files, in sentences: the list of docs/deploy.md. */
export function nextSteps(project: ProjectFiles, { deployed, env, node }: Options): string[] {
  const { folder, wrangler, has, packageJson } = project
  const { hosts } = deployed
  const vars: object = Object((Object(wrangler?.tree) as { readonly vars?: unknown }).vars)
  const forEnv = env === undefined ? '' : ` --env ${env}`
  const directory = (Object(wrangler?.tree['assets']) as { readonly directory?: unknown }).directory
  const needs = ['gatehouse-sso', 'hono', 'wrangler'].filter((name) => !isInstalled(folder, name))
  const isBuilt = typeof directory !== 'string' || has(directory)
  const hasBuild = Object(packageJson?.tree['scripts']).build !== undefined
  const name = `${wrangler?.tree['name'] ?? 'gatehouse'}`
  const [keys, operatorKey] = [`../${name}-keys.json`, `../${name}-operator.json`]
  return [
    ...(needs.length === 0 ? [] : [installStep(project, needs)]),
    ...nodeStep(project, node),
    ...(isBuilt ? [] : [`Make ${directory}${hasBuild ? `: ${manager(project)} run build` : ''}`]),
    `npx gatehouse dev  # sign in as anybody at example.com, with a simulated Scalekit${around(project, 'dev')}`,
    ...(hosts?.length === 0 ? [`Name your host in ${project.config}, beside localhost`] : []),
    ...routeStep(project, deployed, env),
    ...('SCALEKIT_ENVIRONMENT_URL' in vars
      ? []
      : ['npx gatehouse init --environment-url https://… --client-id skc_…  # of your Scalekit environment']),
    ...atScalekit(deployed),
    'npx wrangler login',
    `npx gatehouse doctor${forEnv}  # says what is wrong, and what puts it right`,
    `npx gatehouse deploy${forEnv}${around(project, 'deploy')}`,
    `npx wrangler secret put SCALEKIT_CLIENT_SECRET${forEnv}`,
    `npx wrangler secret put SCALEKIT_WEBHOOK_SECRET${forEnv}  # of the webhook; ${WITHOUT_WEBHOOK}`,
    `npx gatehouse keys new --file ${keys} --put${forEnv}  # and keep that file`,
    `npx gatehouse keys new --operator --file ${operatorKey} --put${forEnv}  # by which you end somebody's sessions`,
    `npx gatehouse doctor --live https://${hosts?.[0]?.replace(/^\*/, 'www') ?? HOST} --keys ${keys}${forEnv}`,
  ]
}

const HOST = '<your host>'
const DOCS = 'node_modules/gatehouse-sso/docs'
const WITHOUT_WEBHOOK = 'without it, who loses access keeps the session until it ends by itself'

/** A script of the project that has the name, and is something else. */
function around({ packageJson }: ProjectFiles, name: 'dev' | 'deploy'): string {
  const script: unknown = Object(packageJson?.tree['scripts'])[name]
  if (typeof script !== 'string' || /\bgatehouse\b/.test(script)) return ''
  const is = `npm run ${name} is ${JSON.stringify(script)} here`
  return name === 'dev' ? `; ${is}, which has no gate` : `  # makes the checks first; ${is}, which makes none`
}

function routeStep(
  { wrangler }: ProjectFiles,
  { hosts, loginHosts }: Deployed,
  env: string | undefined,
): string[] {
  const tree = Object(wrangler?.tree) as { readonly env?: unknown }
  const scope = env === undefined ? tree : Object(Object(tree.env)[env])
  // A custom domain is one host.
  const names = [...new Set([...(hosts ?? []), ...loginHosts])].filter((name) => !name.startsWith('*'))
  if (wrangler === undefined || names.length === 0 || scope.routes !== undefined || scope.route !== undefined)
    return []
  const routes = names.map((pattern) => ({ pattern, custom_domain: true }))
  const toml = [`routes = ${inToml(routes)}`, 'workers_dev = false', 'preview_urls = false']
  const json = [`"routes": ${inOneLine(routes)},`, '"workers_dev": false,', '"preview_urls": false,']
  const place = env === undefined ? (wrangler.isToml ? ', above all tables' : '') : `, under env.${env}`
  return [
    `Lead ${names.join(', ')} to the Worker. Where the zone is in your Cloudflare account, add to ${wrangler.label}${place}:\n` +
      (wrangler.isToml ? toml : json).map((line) => `   ${line}`).join('\n') +
      `\n   For a server that has the host already it is a route instead: ${DOCS}/deploy.md.`,
  ]
}

function atScalekit({ hosts, loginHosts, basePath }: Deployed): string[] {
  const known = loginHosts.length > 0 ? loginHosts : (hosts ?? [])
  const origins = known.length > 0 ? known : [HOST]
  const at = (path: string) => origins.map((host) => `https://${host}${basePath}/${path}`).join(', ')
  const [first] = origins
  return [
    `At Scalekit, Authentication > Redirects: ${at('callback')} (allowed callback URL), ` +
      `https://${first}${basePath}/login (initiate login URL), ${at('signed-out')} (post logout URL)`,
    `At Scalekit, Settings > Webhooks: https://${first}${basePath}/webhooks, with the events of ${DOCS}/flows.md`,
  ]
}

/** No registry has the package: it is installed from where it was packed. */
function installStep(project: ProjectFiles, needs: readonly string[]): string {
  const name = manager(project)
  if (!needs.includes('gatehouse-sso')) return `${name} install`
  return `${name} ${name === 'npm' ? 'install' : 'add'} <path to gatehouse-sso-….tgz>`
}

function nodeStep({ folder, has }: ProjectFiles, node: string): string[] {
  const wrangler = isInstalled(folder, 'wrangler/package.json') ? readWranglerPackage(folder) : undefined
  const old = oldNode(node, wrangler)
  if (old === undefined) return []
  const cure = manager({ has }) === 'npm' ? OWN_NODE : `${manager({ has })} add -D node@24`
  return [
    `${cure}  # ${old.found} This is for npx and the scripts of this project; a later Node does as well`,
  ]
}

const LOCKS = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'bun.lock': 'bun', 'bun.lockb': 'bun' }

const manager = ({ has }: Pick<ProjectFiles, 'has'>): string =>
  Object.entries(LOCKS).find(([file]) => has(file))?.[1] ?? 'npm'

function isInstalled(folder: string, name: string): boolean {
  if (existsSync(join(folder, 'node_modules', name))) return true
  return folder !== dirname(folder) && isInstalled(dirname(folder), name)
}
