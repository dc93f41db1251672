import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LOCAL } from './answers.ts'
import type { Project } from './project.ts'

interface Options {
  /** Where it will be deployed, where that was asked for just now. */
  readonly host: string | undefined
  /** The environment of the wrangler file that is meant. */
  readonly env: string | undefined
}

/** What comes after the files, in sentences. */
export function nextSteps(project: Project, { host, env }: Options): string[] {
  const { folder, wrangler, has, packageJson } = project
  const deployed = host === undefined || host === LOCAL ? '<your host>' : host
  const vars: object = Object((Object(wrangler?.tree) as { readonly vars?: unknown }).vars)
  const forEnv = env === undefined ? '' : ` --env ${env}`
  const directory = (Object(wrangler?.tree['assets']) as { readonly directory?: unknown }).directory
  const needs = ['gatehouse-sso', 'hono', 'wrangler'].filter((name) => !isInstalled(folder, name))
  const isBuilt = typeof directory !== 'string' || has(directory)
  const hasBuild = Object(packageJson?.tree['scripts']).build !== undefined
  return [
    ...(needs.length === 0 ? [] : [installStep(project, needs)]),
    ...(isBuilt ? [] : [`Make ${directory}${hasBuild ? `: ${manager(project)} run build` : ''}`]),
    'npx gatehouse dev  # sign in as anybody at example.com, with a simulated Scalekit',
    ...(host === LOCAL ? [`Name your host in ${project.config}, beside localhost`] : []),
    ...('SCALEKIT_ENVIRONMENT_URL' in vars
      ? []
      : ['npx gatehouse init --environment-url https://… --client-id skc_…  # of your Scalekit environment']),
    `At Scalekit, Authentication > Redirects: https://${deployed}/auth/callback (allowed callback URL), https://${deployed}/auth/login (initiate login URL), ` +
      `https://${deployed}/auth/signed-out (post logout URL)`,
    `npx gatehouse deploy${forEnv}`,
    `npx wrangler secret put SCALEKIT_CLIENT_SECRET${forEnv}`,
    `npx gatehouse keys new --file ../${wrangler?.tree['name'] ?? 'gatehouse'}-keys.json --put${forEnv}  # and keep that file`,
  ]
}

/** No registry has the package: it is installed from where it was packed. */
function installStep(project: Project, needs: readonly string[]): string {
  const name = manager(project)
  if (!needs.includes('gatehouse-sso')) return `${name} install`
  return `${name} ${name === 'npm' ? 'install' : 'add'} <path to gatehouse-sso-….tgz>`
}

const LOCKS = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'bun.lock': 'bun', 'bun.lockb': 'bun' }

const manager = ({ has }: Project): string => Object.entries(LOCKS).find(([file]) => has(file))?.[1] ?? 'npm'

function isInstalled(folder: string, name: string): boolean {
  if (existsSync(join(folder, 'node_modules', name))) return true
  return folder !== dirname(folder) && isInstalled(dirname(folder), name)
}
