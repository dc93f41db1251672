import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHECKS } from '../../cli/doctor/checks.ts'
import { diagnose } from '../../cli/doctor/diagnose.ts'
import type { Check, Reported } from '../../cli/doctor/finding.ts'
import { type ProjectOptions, readProject } from '../../cli/doctor/project.ts'
import { HERE, writeStranger } from './stranger.ts'

const WRANGLER = {
  name: 'docs',
  main: 'src/worker.ts',
  compatibility_date: '2026-10-01',
  routes: [{ pattern: 'docs.example.com', custom_domain: true }],
  workers_dev: false,
  vars: {
    SCALEKIT_ENVIRONMENT_URL: 'https://acme.scalekit.com',
    SCALEKIT_CLIENT_ID: 'skc_1',
  },
  assets: { directory: './site', binding: 'ASSETS', run_worker_first: true },
  kv_namespaces: [{ binding: 'GATEHOUSE_KV' }],
  durable_objects: { bindings: [{ name: 'SESSIONS', class_name: 'OrganizationSessions' }] },
  migrations: [{ tag: 'v1', new_sqlite_classes: ['OrganizationSessions'] }],
  ratelimits: [{ name: 'LOGIN_RATE_LIMIT', namespace_id: '1001', simple: { limit: 60, period: 60 } }],
}

/** The wrangler file of a sound project, with some of its tables others, or left out where they are `undefined`. */
export const wrangler = (tables: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ ...WRANGLER, ...tables }, null, 2)

/** `gatehouse.config.ts` of a sound project, with other sites. */
export const config = (sites: string, rest = ''): string =>
  `import { app, assets, defineConfig, minutes, origin, service } from '${HERE.config}'

export default defineConfig({ ${rest}sites: { ${sites} } })
`

const SITES = `'docs.example.com': {
  upstream: assets(),
  rules: [
    { path: '/', access: 'public' },
    { path: '/public/*', access: 'public' },
    { path: '/admin/*', require: { roles: ['admin'], organizations: ['org_1'] }, maxAge: minutes(15) },
  ],
}`

/** A fresh copy in which everything is well, but for what other files say. */
export async function soundProject(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-doctor-'))
  await writeStranger(folder, {
    entry: HERE,
    files: {
      'wrangler.jsonc': wrangler(),
      'gatehouse.config.ts': config(SITES),
      ...files,
    },
  })
  return folder
}

export const removed = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true })

/** Everything that `doctor --offline` finds. */
export async function examine(
  folder: string,
  options: Omit<ProjectOptions, 'cwd'> = {},
  checks: readonly Check[] = CHECKS.filter(({ asks }) => asks !== 'network'),
): Promise<readonly Reported[]> {
  return diagnose(await readProject({ cwd: folder, ...options }), checks)
}
