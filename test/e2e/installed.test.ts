import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run, start } from '../package/command-line.ts'
import { pack } from '../package/packed.ts'
import { writeStranger } from '../package/stranger.ts'
import { freePort, takesConnections } from '../support/node/port.ts'
import { useBrowser } from '../support/node/use-browser.ts'

const ROOT = join(import.meta.dirname, '../..')
const BIN = 'node_modules/.bin'
const exec = promisify(execFile)
/** A registry is asked for nothing that npm has already. */
const INSTALL = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']

let folder: string
let tarball: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-installed-'))
  ;({ tarball } = await pack(folder))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('in a project that is not this one', () => {
  const shared = useBrowser()
  let project: string
  const npx = (name: string, ...args: string[]) => run(project, join(project, BIN, name), ...args)

  beforeAll(async () => {
    project = join(folder, 'stranger')
    await writeStranger(project)
    const { devDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>
    }
    const others = ['wrangler', 'typescript', 'hono', '@cloudflare/workers-types']
    await exec('npm', [...INSTALL, tarball, ...others.map((name) => `${name}@${devDependencies[name]}`)], {
      cwd: project,
    })
  })

  test('it type-checks down to the last declaration, with @cloudflare/workers-types', async () => {
    expect(await npx('tsc')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('and with what `wrangler types` writes', async () => {
    expect(await npx('wrangler', 'types', '--env-interface', 'Bindings')).toMatchObject({ code: 0 })
    const config = JSON.parse(await readFile(join(project, 'tsconfig.json'), 'utf8'))
    config.compilerOptions.types = ['./worker-configuration.d.ts']
    await writeFile(join(project, 'tsconfig.generated.json'), JSON.stringify(config))
    expect(await npx('tsc', '-p', 'tsconfig.generated.json')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('a wrong configuration is seen by the compiler', async () => {
    const wrong = join(project, 'src/wrong.ts')
    await writeFile(
      wrong,
      "import { assets, defineConfig } from 'gatehouse-sso/config'\n" +
        "defineConfig({ sites: { a: { upstream: assets(), rules: [{ path: '/', access: 'open' }] } } })\n",
    )
    const { code, stdout } = await npx('tsc')
    await rm(wrong)
    expect(code).not.toBe(0)
    expect(stdout).toContain(`'"open"' is not assignable`)
  })

  test.each(['src/worker.ts', 'src/app.ts'])('Wrangler bundles %s', async (main) => {
    const { code, stdout } = await npx('wrangler', 'deploy', main, '--dry-run', '--outdir', 'out')
    expect(code).toBe(0)
    for (const binding of ['SESSIONS', 'GATEHOUSE_KV', 'LOGIN_RATE_LIMIT', 'ASSETS']) {
      expect(stdout).toContain(`env.${binding}`)
    }
  })

  test.each<[string, string | undefined, readonly string[]]>([
    ['an empty folder', undefined, ['--host', 'docs.example.com', '--org', 'org_1', '--public']],
    ['a Hono app', HONO_APP, []],
    ['another Worker', OTHER_WORKER, []],
  ])('what `gatehouse init` makes of %s type-checks', async (name, main, options) => {
    const made = join(project, name.replaceAll(' ', '-'))
    await mkdir(join(made, 'src'), { recursive: true })
    if (main !== undefined) {
      await writeFile(join(made, 'src/index.ts'), main)
      await writeFile(join(made, 'wrangler.toml'), 'name = "a"\nmain = "src/index.ts"\n')
      // The declarations are looked at elsewhere.
      const compilerOptions = { skipLibCheck: true }
      const config = { extends: '../tsconfig.json', compilerOptions, include: ['src', 'gatehouse.config.ts'] }
      await writeFile(join(made, 'tsconfig.json'), JSON.stringify(config))
    }
    expect(await run(made, join(project, BIN, 'gatehouse'), 'init', '--yes', ...options)).toMatchObject({
      code: 0,
    })
    expect(await run(made, join(project, BIN, 'tsc'))).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('its configuration is read by Node', async () => {
    const { stdout } = await exec(
      process.execPath,
      ['-e', "import('gatehouse-sso/config').then(({ minutes }) => console.log(minutes(2)))"],
      { cwd: project },
    )
    expect(stdout).toBe('120\n')
    const { code, stdout: explained } = await npx('gatehouse', 'explain', 'http://localhost/team/', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(explained)).toMatchObject({ site: 'localhost', decision: { outcome: 'login' } })
  })

  test.each([
    ['a Worker', []],
    ['a Hono app', ['--config', 'hono.jsonc']],
    ['a Worker that asks by RPC', ['--config', 'rpc.jsonc', '--with', 'front/wrangler.jsonc']],
  ])('`gatehouse dev` runs %s, a person signs in, and Ctrl-C ends everything', async (_form, options) => {
    const [port, simulatorPort] = [await freePort(), await freePort()]
    const ports = ['--port', `${port}`, '--simulator-port', `${simulatorPort}`]
    const dev = start(project, join(project, BIN, 'gatehouse'), 'dev', '--json', ...ports, ...options)
    const page = await shared.browser.newPage()
    try {
      const ready = await dev.says('"gatehouse":')
      const gatehouse = `http://localhost:${port}`
      const scalekit = `http://127.0.0.1:${simulatorPort}`
      expect(JSON.parse(ready)).toMatchObject({ gatehouse, scalekit, simulator: true })

      await page.goto(`${gatehouse}/`)
      expect(await page.title()).toBe('Welcome')
      await page.goto(`${gatehouse}/team/`)
      await page.getByLabel('Work e-mail').fill('ann@example.com')
      await page.getByRole('button', { name: 'Continue' }).click()
      expect(page.url()).toContain(scalekit)
      await page.locator('form button[type=submit]').click()
      await page.waitForURL(`${gatehouse}/team/`)
      expect(await page.title()).toBe('Team')
      const session = await page.request.get(`${gatehouse}/auth/session`)
      expect(await session.json()).toMatchObject({ user: { email: 'ann@example.com' } })
    } finally {
      await page.close()
      const { code, stderr } = await dev.interrupt()
      expect(code).toBe(0)
      // Where both end together, the Wrangler of one may remark that the other is gone.
      const remark = options.includes('--with') ? /^.*Worker .*not found.*$/gm : ''
      expect(stderr.replaceAll(remark, '')).not.toMatch(/error/i)
    }
    expect(await takesConnections(port)).toBe(false)
    expect(await takesConnections(simulatorPort)).toBe(false)
  })
})

const HONO_APP = `import { Hono } from 'hono'

interface Bindings {
  readonly GREETING: string
}

const app = new Hono<{ Bindings: Bindings; Variables: { name: string } }>()

app.use(async (c, next) => {
  c.set('name', c.env.GREETING)
  await next()
})
app.get('/', (c) => c.text(c.var.name + (c.var.session.user.email ?? '')))

export default app
`

const OTHER_WORKER = `interface Env {
  readonly GREETING: string
}

export class Counter implements DurableObject {
  async fetch(): Promise<Response> {
    return new Response('1')
  }
}

export default {
  async fetch(request, env, context): Promise<Response> {
    context.waitUntil(Promise.resolve())
    return new Response(env.GREETING + request.url)
  },
  async scheduled() {},
} satisfies ExportedHandler<Env>
`
