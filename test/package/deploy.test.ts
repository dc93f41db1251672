import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { run, start } from './command-line.ts'
import { installWrangler } from './fake-wrangler.ts'
import { runHere } from './in-process.ts'
import { type ProjectFiles, projectWith, removed, wrangler } from './sound-project.ts'
import { PROGRAM } from './stranger.ts'

// By which Wrangler deploys without a login.
beforeEach(() => {
  vi.stubEnv('CLOUDFLARE_API_TOKEN', 'token')
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
})

const ROOT = join(import.meta.dirname, '../..')

async function project(files?: ProjectFiles): Promise<string> {
  const folder = await projectWith(files)
  onTestFinished(() => removed(folder))
  return folder
}

/** A project whose Wrangler reads as the real one does, and keeps what it is told to do beside itself. */
async function projectThatDeploys(
  behaviour: string,
  files?: ProjectFiles,
  version?: string,
): Promise<string> {
  const folder = await project(files)
  await installWrangler(
    folder,
    `import { appendFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
const isCommand = process.argv[1] === fileURLToPath(import.meta.url)
const real = isCommand ? {} : await import(${JSON.stringify(join(ROOT, 'node_modules/wrangler/wrangler-dist/cli.js'))})
export const { unstable_readConfig, experimental_readRawConfig } = real
if (isCommand) {
  const args = process.argv.slice(2)
  appendFileSync(new URL('said.jsonl', import.meta.url), JSON.stringify(args) + '\\n')
  ${behaviour}
}
`,
    version,
  )
  await symlink(join(ROOT, 'node_modules/esbuild'), join(folder, 'node_modules/esbuild'))
  return folder
}

/** What Wrangler was told to do. */
const told = async (folder: string): Promise<readonly string[][]> =>
  (await readFile(join(folder, 'node_modules/wrangler/said.jsonl'), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as string[])

const WITHOUT_WORKER_FIRST = {
  'wrangler.jsonc': wrangler({ assets: { directory: './site', binding: 'ASSETS' } }),
}
const ALL_SECRETS = `if (args[0] === 'secret') console.log(JSON.stringify([{ name: 'GATEHOUSE_KEYS' }, { name: 'SCALEKIT_CLIENT_SECRET' }]))`

describe('gatehouse deploy', () => {
  test.each([
    ['--env', 'production'],
    ['--env=production'],
    ['-e', 'production'],
    ['-eproduction'],
    ['--tag', 'v2', '--config=other.toml'],
    ['-c', 'other.toml'],
    ['--assets', 'public'],
    ['--cwd', '..'],
    ['src/other.ts'],
    ['--tag=v2', '--minify=true', 'src/other.ts', '--name', 'x'],
  ])('hands no argument on by which Wrangler deploys what was not looked at: %s %s %s', async (...args) => {
    const folder = await projectThatDeploys(ALL_SECRETS)
    const { code, stderr } = await runHere(folder, ['deploy', '--', ...args])
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('something else than is looked at'),
    })
    expect(await told(folder)).toEqual([])
  })

  describe('registries take the new code with the Worker', () => {
    const MODE = '--durable-objects-code-update-mode'
    const OTHER_SPELLING = '--durableObjectsCodeUpdateMode'
    const objects = { bindings: [{ name: 'SESSIONS', class_name: 'OrganizationSessions' }] }
    const later = { ...objects, code_update_strategy: { mode: 'deferred', max_delay: 60 } }
    test.each([
      ['at once, by a Wrangler that can', '4.141.0', objects, [], [MODE, 'immediate']],
      ['not by one that cannot', '4.140.9', objects, [], []],
      ['when the wrangler file says', '4.155.0', later, [], []],
      ['when the command line says', '4.155.0', objects, [`${MODE}=deferred 30s`], [`${MODE}=deferred 30s`]],
      // Wrangler takes both spellings for one, and no value twice.
      ['in its other spelling', '4.155.0', objects, [`${OTHER_SPELLING}=auto`], [`${OTHER_SPELLING}=auto`]],
    ])('%s', async (_case, version, durable_objects, args, expected) => {
      const folder = await projectThatDeploys(
        ALL_SECRETS,
        { 'wrangler.jsonc': wrangler({ durable_objects }) },
        version,
      )
      expect(await runHere(folder, ['deploy', '--', ...args])).toMatchObject({ code: 0 })
      expect((await told(folder))[0]?.slice(3)).toEqual(expected)
    })
  })

  test('stops at a problem, with the whole report, and Wrangler is not asked', async () => {
    const folder = await projectThatDeploys('', WITHOUT_WORKER_FIRST)
    const { code, stdout, stderr } = await runHere(folder, ['deploy'])
    expect(code).toBe(1)
    expect(stdout).toContain('✗ Worker before files  wrangler.jsonc serves the files of ./site to everybody')
    expect(stdout).toContain('✓ Bindings')
    expect(stderr).toContain('Nothing was deployed. --force deploys all the same.')
    expect(await told(folder)).toEqual([])
  })

  test('--force says what it lets pass, and deploys', async () => {
    const folder = await projectThatDeploys(ALL_SECRETS, WITHOUT_WORKER_FIRST)
    const { code, stderr } = await runHere(folder, ['deploy', '--force'])
    expect(code).toBe(0)
    expect(stderr).toMatch(/because of --force:\n- wrangler\.jsonc serves the files of \.\/site to everybody/)
    expect((await told(folder))[0]?.[0]).toBe('deploy')
  })

  test('what only this machine uses stops nothing', async () => {
    const folder = await projectThatDeploys(ALL_SECRETS, { '.dev.vars': () => ({}) })
    expect(await runHere(folder, ['deploy'])).toMatchObject({ code: 0 })
  })

  test('sites of this machine only are a problem here', async () => {
    const { 'gatehouse.config.ts': config } = {
      'gatehouse.config.ts':
        "import { assets, defineConfig } from 'gatehouse-sso/config'\nexport default defineConfig({ sites: { localhost: { upstream: assets() } } })\n",
    }
    const folder = await projectThatDeploys('', {
      'gatehouse.config.ts': config,
      'wrangler.jsonc': wrangler({ routes: undefined }),
    })
    const { code, stdout } = await runHere(folder, ['deploy'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/✗ Hosts +All sites of gatehouse\.config\.ts are of this machine: localhost/)
  })

  test('files that are not built yet are a problem here', async () => {
    const assets = { directory: './dist', binding: 'ASSETS', run_worker_first: true }
    const folder = await projectThatDeploys('', { 'wrangler.jsonc': wrangler({ assets }) })
    const { code, stdout } = await runHere(folder, ['deploy'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/✗ Files +There is no folder dist, whose files are to be served\./)
    expect(stdout).toContain('remedy Build the site first')
    expect(await told(folder)).toEqual([])
  })

  test('passes the environment, --dry-run and what stands after -- on, and the exit code back', async () => {
    const bindings = { kv_namespaces: [{ binding: 'GATEHOUSE_KV' }] }
    const folder = await projectThatDeploys('process.exit(7)', {
      'wrangler.jsonc': wrangler({
        env: {
          staging: {
            ...bindings,
            durable_objects: { bindings: [{ name: 'SESSIONS', class_name: 'OrganizationSessions' }] },
            ratelimits: [
              { name: 'LOGIN_RATE_LIMIT', namespace_id: '1002', simple: { limit: 60, period: 60 } },
            ],
            routes: ['docs.example.com/*'],
          },
        },
      }),
    })
    const { code } = await runHere(folder, ['deploy', '--env', 'staging', '--dry-run', '--', '--tag', 'v2'])
    expect(code).toBe(7)
    const file = join(folder, 'wrangler.jsonc')
    expect(await told(folder)).toEqual([
      ['deploy', '--config', file, '--env', 'staging', '--dry-run', '--tag', 'v2'],
    ])
  })

  describe('where Wrangler is not logged in', () => {
    const LOGGED_OUT =
      "if (args[0] === 'whoami') console.log('You are not authenticated. Please run `wrangler login`.')"
    const commands = async (folder: string) => (await told(folder)).map(([command]) => command)

    test('says so in the words of every command, before Wrangler has built anything', async () => {
      vi.stubEnv('CLOUDFLARE_API_TOKEN', undefined)
      const folder = await projectThatDeploys(LOGGED_OUT)
      const { code, stderr } = await runHere(folder, ['deploy'])
      expect(code).toBe(1)
      expect(stderr).toMatch(
        /\nNothing was deployed\. Wrangler is not logged in to Cloudflare: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN\.\n$/,
      )
      expect(await commands(folder)).toEqual(['whoami'])
    })

    test.each<[string, string | undefined, string, readonly string[], readonly string[]]>([
      ['a token', 'token', LOGGED_OUT, [], ['deploy', 'secret']],
      ['a dry run', undefined, LOGGED_OUT, ['--dry-run'], ['deploy']],
      ['a temporary account', undefined, LOGGED_OUT, ['--', '--temporary'], ['deploy', 'secret']],
      [
        'a login',
        undefined,
        "if (args[0] === 'whoami') console.log('You are logged in')",
        [],
        ['whoami', 'deploy', 'secret'],
      ],
      [
        'a Wrangler that cannot say',
        undefined,
        'process.exitCode = 1',
        ['--', '--tag', 'v2'],
        ['whoami', 'deploy'],
      ],
    ])('%s is left to it', async (_case, token, behaviour, args, expected) => {
      vi.stubEnv('CLOUDFLARE_API_TOKEN', token)
      const folder = await projectThatDeploys(behaviour)
      await runHere(folder, ['deploy', ...args])
      expect(await commands(folder)).toEqual(expected)
    })
  })

  test('says what is next where the deployed Worker has no secrets', async () => {
    const folder = await projectThatDeploys("if (args[0] === 'secret') console.log('[]')")
    const { code, stderr } = await runHere(folder, ['deploy'])
    expect(code).toBe(0)
    expect(stderr).toContain(
      'The Worker answers with 503 until it has GATEHOUSE_KEYS, SCALEKIT_CLIENT_SECRET. Next:',
    )
    // New keys sign everybody out, so that a copy goes before them.
    expect(stderr).toMatch(
      / {2}npx wrangler secret put GATEHOUSE_KEYS < <the file with your copy> .*\n {2}npx gatehouse keys new --file \.\.\/gatehouse-keys\.json --put\n/,
    )
    expect(stderr).toContain('  npx wrangler secret put SCALEKIT_CLIENT_SECRET\n')
  })

  test('into a pipe Wrangler writes without colours', async () => {
    const folder = await projectThatDeploys(
      "if (args[0] === 'deploy') { const { NO_COLOR, FORCE_COLOR } = process.env; console.log(JSON.stringify({ NO_COLOR, FORCE_COLOR })) } else console.log('[]')",
    )
    const { stdout } = await run(folder, PROGRAM, 'deploy')
    expect(stdout).toContain('{"NO_COLOR":"1","FORCE_COLOR":"0"}')
  })

  test('a signal reaches Wrangler, and the command ends when Wrangler has', async () => {
    const folder = await projectThatDeploys(
      "process.on('SIGINT', () => { console.log('tidied up'); process.exit(130) }); setInterval(() => {}, 1000); console.log('uploading')",
    )
    const command = start(folder, PROGRAM, 'deploy')
    await command.says('uploading')
    const { code, stdout } = await command.interrupt()
    expect(code).toBe(130)
    expect(stdout).toContain('tidied up')
  })

  test('as JSON: the findings, and whether it was deployed; what Wrangler says goes elsewhere', async () => {
    const folder = await projectThatDeploys(ALL_SECRETS)
    const { code, stdout } = await runHere(folder, ['deploy', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ sound: true, deployed: true })
  })

  test('an option of Wrangler without -- is wrong usage', async () => {
    const folder = await projectThatDeploys('')
    expect(await runHere(folder, ['deploy', '--outdir', 'dist'])).toMatchObject({ code: 2, stdout: '' })
  })
})
