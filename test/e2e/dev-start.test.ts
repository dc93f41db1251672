import { spawn } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { listenTo, run, start } from '../package/command-line.ts'
import { HERE, PROGRAM, type StrangerOptions, wranglerWithout, writeStranger } from '../package/stranger.ts'
import { freePort, takesConnections } from '../support/node/port.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-dev-start-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const write = (files: NonNullable<StrangerOptions['files']>) => writeStranger(folder, { entry: HERE, files })
const devArguments = async () => [
  'dev',
  '--port',
  `${await freePort()}`,
  '--simulator-port',
  `${await freePort()}`,
]
/** What is said, without what goes on meanwhile. */
const problems = (stderr: string) => stderr.replace(/^.* …\n/gm, '').replace(/^Wrote .+\n/m, '')

test('a Worker that fails as it loads is said, with what it threw', async () => {
  await write({ 'gatehouse.config.ts': "throw new Error('boom')\nexport default {}\n" })
  // Workers run meanwhile, and end with their process.
  const { code, stdout, stderr } = await run(folder, PROGRAM, ...(await devArguments()))
  expect({ code, stdout, stderr: problems(stderr) }).toEqual({
    code: 1,
    stdout: '',
    stderr: 'src/worker.ts fails as it loads: Error: boom\n',
  })
})

test('it ends where its folder is taken away, with everything that it started', async () => {
  await write({})
  const port = await freePort()
  const dev = start(folder, PROGRAM, 'dev', '--port', `${port}`, '--simulator-port', `${await freePort()}`)
  await dev.says('Ctrl-C ends both.')
  await rm(folder, { recursive: true, force: true })
  // The runtime may fail of it while the last files go, and says so in its own way.
  expect((await dev.ended).code).toBe(1)
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
})

test('it ends where the npm that started it was ended, and with it only the shell between them', async () => {
  await write({})
  const port = await freePort()
  const command = [process.execPath, PROGRAM, 'dev', '--json', '--port', `${port}`]
  const shell = spawn(
    'sh',
    ['-c', '"$@"; true', 'sh', ...command, '--simulator-port', `${await freePort()}`],
    { cwd: folder, env: { ...process.env, npm_execpath: 'npm' }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const { said, ended } = listenTo(shell)
  await vi.waitFor(() => expect(said.stdout, said.stderr).toContain('"gatehouse":'), { timeout: 90_000 })
  shell.kill('SIGTERM')
  // Its pipes close when the last one leaves that has them.
  await ended
  expect(await takesConnections(port)).toBe(false)
})

const AT_SSO = `import { assets, defineConfig } from '${HERE.config}'
export default defineConfig({ basePath: '/sso', sites: { localhost: { upstream: assets() } } })
`

test('a missing binding is said in a sentence, once, while it runs', async () => {
  const simulatorPort = await freePort()
  await write({ 'wrangler.jsonc': wranglerWithout('kv_namespaces'), 'gatehouse.config.ts': AT_SSO })
  const dev = start(
    folder,
    PROGRAM,
    ...['dev', '--port', `${await freePort()}`, '--simulator-port', `${simulatorPort}`],
  )
  const said = await dev.says('Ctrl-C ends both.')
  expect(said).not.toContain('misconfigured')
  expect(said).toContain(
    'Nobody gets in: every request is answered with 503, because of a problem.\n  - The binding GATEHOUSE_KV is missing: add it under kv_namespaces in wrangler.jsonc',
  )

  // The first run makes secrets that nobody else reads, and the simulator knows where Gatehouse's routes are.
  expect(((await stat(join(folder, '.dev.vars'))).mode & 0o777).toString(8)).toBe('600')
  const settings = await fetch(`http://127.0.0.1:${simulatorPort}/simulator`)
  expect(JSON.stringify(await settings.json())).toContain('/sso/callback')

  const { code, stderr } = await dev.interrupt()
  expect(code).toBe(0)
  expect(problems(stderr)).toBe(
    'The binding GATEHOUSE_KV is missing: add it under kv_namespaces in wrangler.jsonc\n',
  )
})
