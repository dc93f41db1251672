import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The files of a project that is not this one, as the documents tell people to write them. */
export interface StrangerOptions {
  /** Where the package is imported from; default: where npm puts it. */
  readonly entry?: { readonly worker: string; readonly hono: string; readonly config: string }
  /** Files that differ; an empty one is left out. */
  readonly files?: Readonly<Record<string, string>>
}

const ROOT = join(import.meta.dirname, '../..')
/** Where the package stands in this repository, so that nothing has to be installed. */
export const HERE = {
  worker: join(ROOT, 'src/index.ts'),
  hono: join(ROOT, 'src/hono.ts'),
  config: join(ROOT, 'src/config.ts'),
} satisfies StrangerOptions['entry']
/** The command line from the source. */
export const PROGRAM = join(ROOT, 'cli/from-source.ts')

const WRANGLER = {
  name: 'docs',
  main: 'src/worker.ts',
  compatibility_date: '2026-10-01',
  assets: { directory: './site', binding: 'ASSETS', run_worker_first: true },
  kv_namespaces: [{ binding: 'GATEHOUSE_KV' }],
  durable_objects: { bindings: [{ name: 'SESSIONS', class_name: 'OrganizationSessions' }] },
  migrations: [{ tag: 'v1', new_sqlite_classes: ['OrganizationSessions'] }],
  ratelimits: [{ name: 'LOGIN_RATE_LIMIT', namespace_id: '1001', simple: { limit: 60, period: 60 } }],
}

/** The wrangler file, without some of its tables. */
export const wranglerWithout = (...tables: readonly (keyof typeof WRANGLER)[]): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(WRANGLER).filter(([key]) => !tables.some((t) => t === key))),
  )

/** The wrangler file, with other or further tables. */
export const wranglerWith = (tables: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ ...WRANGLER, ...tables })

const page = (title: string) =>
  `<!doctype html><meta charset=utf-8><title>${title}</title><h1>${title}</h1>\n`

/** Writes the project into a folder. */
export async function writeStranger(folder: string, { entry, files }: StrangerOptions = {}): Promise<void> {
  const { worker, hono, config } = entry ?? {
    worker: 'gatehouse-sso',
    hono: 'gatehouse-sso/hono',
    config: 'gatehouse-sso/config',
  }
  const all: Record<string, string> = {
    'package.json': JSON.stringify({ name: 'stranger', private: true, type: 'module' }),
    'wrangler.jsonc': `// A Worker of somebody's own.\n${JSON.stringify(WRANGLER)}`,
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        target: 'es2024',
        lib: ['es2024'],
        module: 'esnext',
        moduleResolution: 'bundler',
        types: ['@cloudflare/workers-types'],
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        noEmit: true,
      },
      include: ['src', 'gatehouse.config.ts'],
    }),
    'gatehouse.config.ts': `import { assets, defineConfig, minutes } from '${config}'

export default defineConfig({
  sites: {
    localhost: {
      upstream: assets(),
      rules: [
        { path: '/', access: 'public' },
        { path: '/admin/*', require: { roles: ['admin'], organizations: ['org_1'] }, maxAge: minutes(15) },
      ],
    },
  },
})
`,
    'src/worker.ts': `import { gatehouse } from '${worker}'
import config from '../gatehouse.config'

export { OrganizationSessions } from '${worker}'

export default gatehouse(config)
`,
    // A Hono app beside it, for the compiler.
    'src/app.ts': `import { type GatehouseEnv, gatehouse, requireSession } from '${hono}'
import { Hono } from 'hono'
import config from '../gatehouse.config'

const app = new Hono<GatehouseEnv>()
app.use(gatehouse(config))
app.get('/api/me', requireSession(), (c) => c.json(c.var.session?.user.email))
app.get('/api/admin', requireSession({ roles: ['admin'] }), (c) => c.text('administrators only'))

export { OrganizationSessions } from '${worker}'
export default app
`,
    'hono.jsonc': wranglerWith({ main: 'src/app.ts' }),
    // And one that another Worker asks by RPC.
    'src/rpc.ts': `import { gatehouse, gatehouseEntrypoint } from '${worker}'
import config from '../gatehouse.config'

export { OrganizationSessions } from '${worker}'

const worker = gatehouse(config)
export default worker
export class Gatehouse extends gatehouseEntrypoint(worker) {}
`,
    'rpc.jsonc': wranglerWith({ main: 'src/rpc.ts' }),
    'front/wrangler.jsonc': JSON.stringify({
      name: 'front',
      main: 'front.js',
      compatibility_date: WRANGLER.compatibility_date,
      services: [{ binding: 'GATE', service: WRANGLER.name, entrypoint: 'Gatehouse' }],
    }),
    'front/front.js': `export default {
  async fetch(request, env) {
    const { url, method, headers } = request
    const { pathname } = new URL(url)
    if (pathname.startsWith('/auth/')) return env.GATE.fetch(request)
    const who = await env.GATE.authenticate(new Request(url, { method, headers }))
    if (!who.ok) return who.response
    const title = pathname === '/' ? 'Welcome' : 'Team'
    const type = { 'Content-Type': 'text/html', 'Cache-Control': 'private, no-store' }
    return new Response('<!doctype html><title>' + title + '</title>', { headers: type })
  },
}
`,
    'site/index.html': page('Welcome'),
    'site/team/index.html': page('Team'),
    'site/acme/index.html': page('Acme only'),
    ...files,
  }
  for (const [name, text] of Object.entries(all)) {
    if (text === '') continue
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }
}

/** Lets the projects below a folder find this package, and what it needs, as npm would install them. */
export async function linkPackage(folder: string): Promise<void> {
  const modules = join(folder, 'node_modules')
  const own = join(modules, 'gatehouse-sso')
  await mkdir(own, { recursive: true })
  const exports = { '.': './src/index.ts', './hono': './src/hono.ts', './config': './src/config.ts' }
  await writeFile(join(own, 'package.json'), JSON.stringify({ type: 'module', exports }))
  await symlink(join(ROOT, 'src'), join(own, 'src'))
  for (const name of ['hono', 'wrangler'])
    await symlink(join(ROOT, 'node_modules', name), join(modules, name))
}
