import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHECKS } from '../../cli/doctor/checks.ts'
import { diagnose } from '../../cli/doctor/diagnose.ts'
import type { Reported } from '../../cli/doctor/finding.ts'
import { type ProjectOptions, readProject } from '../../cli/doctor/project.ts'
import { newDevelopmentSecrets, SIMULATOR_URL } from '../../simulator/development-secrets.ts'
import { HERE, writeStranger } from './stranger.ts'

const WRANGLER = {
  name: 'docs',
  main: 'src/worker.ts',
  compatibility_date: '2026-10-01',
  routes: [{ pattern: 'docs.example.com', custom_domain: true }],
  vars: { SCALEKIT_ENVIRONMENT_URL: 'https://acme.scalekit.com', SCALEKIT_CLIENT_ID: 'skc_1' },
  assets: { directory: './site', binding: 'ASSETS', run_worker_first: true },
  kv_namespaces: [{ binding: 'GATEHOUSE_KV' }],
  durable_objects: { bindings: [{ name: 'SESSIONS', class_name: 'OrganizationSessions' }] },
  migrations: [{ tag: 'v1', new_sqlite_classes: ['OrganizationSessions'] }],
  ratelimits: [{ name: 'LOGIN_RATE_LIMIT', namespace_id: '1001', simple: { limit: 60, period: 60 } }],
  observability: { enabled: true },
}

/** The wrangler file of a sound project, with some of its tables others, or left out where they are `undefined`. */
export const wrangler = (tables: Readonly<Record<string, unknown>> = {}): string =>
  `// As somebody wrote it.\n${JSON.stringify({ ...WRANGLER, ...tables }, null, 2)}\n`

/** `gatehouse.config.ts` of a sound project, with other sites. */
export const config = (sites: string, rest = ''): string =>
  `import { assets, defineConfig, minutes, origin, passthrough, service } from 'gatehouse-sso/config'

export default defineConfig({ ${rest}sites: { ${sites} } })
`

export const SITES = `'docs.example.com': {
  upstream: assets(),
  rules: [
    { path: '/', access: 'public' },
    { path: '/public/*', access: 'public' },
    { path: '/admin/*', require: { roles: ['admin'], organizations: ['org_1'] }, maxAge: minutes(15) },
  ],
}`

type Variables = Readonly<Record<string, string | undefined>>

/** Texts, or what `.dev.vars` is to say in the place of what is sound. */
export type ProjectFiles = Readonly<Record<string, string | ((sound: Variables) => Variables)>>

/** What is installed: the package as imports see it, without what it is made of, so that it is put together in no time. */
const INSTALLED = {
  'node_modules/hono/index.js': 'export class Hono { use() {} get() {} }\nexport class HTTPException {}\n',
  'node_modules/gatehouse-sso/package.json': JSON.stringify({
    name: 'gatehouse-sso',
    type: 'module',
    exports: { '.': './index.js', './hono': './hono.js', './config': './config.js' },
  }),
  'node_modules/gatehouse-sso/index.js':
    'export const gatehouse = (config) => config\nexport class OrganizationSessions {}\n',
  'node_modules/gatehouse-sso/hono.js':
    "export { HTTPException } from 'hono'\nexport const gatehouse = (config) => config\nexport const requireSession = () => {}\n",
  'node_modules/gatehouse-sso/config.js': `export * from ${JSON.stringify(HERE.config)}\n`,
}

/** A fresh copy in which everything is well, but for what some files say. An empty one is not there. */
export async function projectWith(files: ProjectFiles = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-doctor-'))
  const texts = Object.entries(files).filter((each): each is [string, string] => typeof each[1] === 'string')
  await writeStranger(folder, {
    files: {
      ...INSTALLED,
      'wrangler.jsonc': wrangler(),
      'gatehouse.config.ts': config(SITES),
      ...Object.fromEntries(texts),
    },
  })
  const vars = files['.dev.vars']
  const lines = Object.entries(typeof vars === 'function' ? vars(SOUND_VARIABLES) : SOUND_VARIABLES)
  await writeFile(join(folder, '.dev.vars'), lines.map(([name, value]) => `${name}='${value}'\n`).join(''))
  return folder
}

const SOUND_VARIABLES: Variables = await newDevelopmentSecrets(SIMULATOR_URL)

export const removed = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true })

/** Everything that `gatehouse doctor --offline` finds. */
export const examine = async (
  folder: string,
  options: Omit<ProjectOptions, 'cwd'> = {},
): Promise<readonly Reported[]> =>
  diagnose(
    await readProject({ cwd: folder, ...options }),
    CHECKS.filter(({ asks }) => asks !== 'network'),
  )

export const troublesIn = (findings: readonly Reported[]): readonly Reported[] =>
  findings.filter(({ status }) => status === 'problem' || status === 'warning')
