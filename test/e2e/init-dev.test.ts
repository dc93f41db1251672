import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { start } from '../package/command-line.ts'
import { runHere } from '../package/in-process.ts'
import { linkPackage, PROGRAM } from '../package/stranger.ts'
import { freePort } from '../support/node/port.ts'
import { passSimulator } from './simulator-login.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-init-'))
  await linkPackage(folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function write(name: string, text: string): Promise<void> {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

const PAGE = '<!doctype html><title>Team</title><p>Only for us.</p>\n'
const WRANGLER_JSONC = `{
  // The name of the Worker
  "name": "vite-site",
  "compatibility_date": "2026-09-01",
  "assets": {
    "directory": "./dist", // what vite build makes
    "not_found_handling": "single-page-application",
  },
}
`
const WRANGLER_TOML = `# Deployed from main
name = "astro-site"
compatibility_date = "2026-09-01"

[assets]
directory = "./dist" # astro build
`
const HONO = `import { Hono } from 'hono'

type Bindings = { GREETING: string }

const app = new Hono<{ Bindings: Bindings }>()

app.get('/', (c) => c.text(\`\${c.env.GREETING} // from the app\`))

export default app
`
const MODULE = `export class Counter {}

export default {
  greeting: 'hello from behind',
  async fetch(request: Request): Promise<Response> {
    return new Response(this.greeting + ' ' + new URL(request.url).pathname)
  },
}
`
const WORKER = 'name = "mine"\nmain = "src/index.ts"\ncompatibility_date = "2026-09-01"\n'

interface Start {
  readonly files: Readonly<Record<string, string>>
  /** What somebody sees who has signed in, and nobody else does. */
  readonly page: string
  readonly options?: readonly string[]
  /** What the file that it is about says afterwards. */
  readonly keeps: readonly [file: string, ...texts: readonly string[]]
}

describe.each<[string, Start]>([
  [
    'an empty folder',
    {
      files: {},
      page: 'Only people who have signed in',
      keeps: ['wrangler.jsonc', '"run_worker_first": true'],
    },
  ],
  [
    'a static site of Vite with a wrangler.jsonc and comments',
    {
      files: {
        'package.json': '{ "name": "vite-site", "scripts": { "dev": "vite", "build": "vite build" } }\n',
        'vite.config.ts': 'export default {}\n',
        'wrangler.jsonc': WRANGLER_JSONC,
        'dist/index.html': PAGE,
      },
      page: 'Only for us.',
      options: ['--host', 'docs.example.com', '--org', 'org_20000000000000001'],
      keeps: [
        'wrangler.jsonc',
        '// The name of the Worker',
        '"directory": "./dist", // what vite build makes',
      ],
    },
  ],
  [
    'a dist folder as of Astro, with a wrangler.toml without a main',
    {
      files: { 'package.json': '{}\n', 'wrangler.toml': WRANGLER_TOML, 'dist/index.html': PAGE },
      page: 'Only for us.',
      keeps: [
        'wrangler.toml',
        '# Deployed from main',
        'directory = "./dist" # astro build',
        'main = "src/worker.ts"',
      ],
    },
  ],
  [
    'a Worker that is a Hono app',
    {
      files: { 'wrangler.toml': `${WORKER}vars = { GREETING = "hello" }\n`, 'src/index.ts': HONO },
      page: 'hello // from the app',
      keeps: [
        'src/index.ts',
        'app.use(gatehouse(config))',
        'new Hono<GatehouseEnv & { Bindings: Bindings }>()',
      ],
    },
  ],
  [
    'a Worker that is anything else',
    {
      files: { 'wrangler.toml': WORKER, 'src/index.ts': MODULE },
      page: 'hello from behind /',
      keeps: ['src/index.ts', MODULE],
    },
  ],
])('from %s', (name, { files, page, options = [], keeps: [file, ...texts] }) => {
  let project: string
  const init = (...args: readonly string[]) => runHere(project, ['init', '--yes', '--json', ...args])
  const contents = async (label: string) => readFile(join(project, label), 'utf8')

  beforeAll(async () => {
    const short = name.replaceAll(/\W+/g, '-')
    project = join(folder, short)
    await mkdir(project)
    for (const [label, text] of Object.entries(files)) await write(join(short, label), text)
  })

  test('it is set up, and a second run finds nothing to do', async () => {
    const first = await init(...options)
    expect(first).toMatchObject({ code: 0 })
    expect(JSON.parse(first.stdout)).toMatchObject({ outcome: 'written', yours: [] })
    const said = await contents(file)
    for (const text of texts) expect(said).toContain(text)
    const second = await init()
    expect(second).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(second.stdout)).toMatchObject({ outcome: 'nothing', files: [], yours: [] })
    const { code, stdout } = await runHere(project, ['doctor', '--offline'])
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\n(Nothing is wrong|No problems)\./),
    })
  })

  test('`gatehouse dev` runs it: nobody sees the page but who has signed in', async () => {
    const [port, simulatorPort] = [await freePort(), await freePort()]
    const ports = ['--port', `${port}`, '--simulator-port', `${simulatorPort}`]
    const dev = start(project, PROGRAM, 'dev', '--json', ...ports)
    try {
      await dev.says('"gatehouse":')
      const home = `http://localhost:${port}/`
      for (const path of ['', 'index.html', '.dev.vars', 'wrangler.toml']) {
        const answer = await fetch(home + path)
        expect(answer.status).toBe(401)
        expect(await answer.text()).not.toContain(page)
      }

      const login = await fetch(`${home}auth/login?organization_id=org_20000000000000002`, {
        redirect: 'manual',
      })
      const callback = await passSimulator(login.headers.get('Location') ?? '')
      const cookie = cookiesOf(login)
      const opened = await fetch(callback, { redirect: 'manual', headers: { Cookie: cookie } })
      expect(opened.status).toBe(303)
      const answer = await fetch(home, { headers: { Cookie: cookiesOf(opened) } })
      expect({ status: answer.status, body: await answer.text() }).toMatchObject({
        status: 200,
        body: expect.stringContaining(page),
      })
    } finally {
      await dev.interrupt()
    }
  })
})

const cookiesOf = ({ headers }: Response) =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
