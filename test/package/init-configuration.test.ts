import { describe, expect, test } from 'vitest'
import { runHere } from './in-process.ts'
import { contents, eachInANewFolder, folder, init, MODULE, set, WORKER, write } from './init-here.ts'
import { linkPackage } from './stranger.ts'

eachInANewFolder()

describe('the configuration', () => {
  test('of a public site has the exceptions first', async () => {
    await set('--public', '--host', 'Docs.Example.com', '--org', 'org_1')
    const config = await contents('gatehouse.config.ts')
    expect(config).toContain("'docs.example.com': { ...site, organization: 'org_1' }")
    expect(config.indexOf("'/private/*'")).toBeLessThan(config.indexOf("path: '/*', access: 'public'"))
  })

  test.each<[string, string, readonly string[]]>([
    ['no files', '', []],
    [
      'files that its code serves',
      '[assets]\ndirectory = "d"\nbinding = "ASSETS"\nrun_worker_first = true\n',
      [],
    ],
    [
      'some paths of its own',
      '[assets]\ndirectory = "d"\nrun_worker_first = ["/api/*", "!/api/docs/*"]\n',
      ['upstream: assets(),', "{ path: '/api/*', upstream: app() }"],
    ],
    [
      'all paths but some',
      '[assets]\ndirectory = "d"\nrun_worker_first = ["/*", "!/static/*"]\n',
      ["{ path: '/static/*', upstream: assets() }"],
    ],
    [
      'a single-page app, and files before it',
      '[assets]\ndirectory = "d"\nnot_found_handling = "single-page-application"\n',
      ['upstream: assets({ spa: true }),', "{ path: '/api/*', upstream: app() }"],
    ],
  ])('of a Worker with %s', async (_case, assets, expected) => {
    await write({ 'wrangler.toml': `${WORKER}${assets}`, 'src/index.ts': MODULE, 'd/index.html': '' })
    const { yours } = await set()
    const config = await contents('gatehouse.config.ts')
    for (const line of expected) expect(config).toContain(line)
    expect(config.match(/upstream/g) ?? []).toHaveLength(expected.length)
    const isGuess = assets !== '' && !assets.includes('run_worker_first')
    expect(yours).toEqual(isGuess ? [expect.stringContaining('/api/* is a guess')] : [])
    // It is one that Gatehouse takes, and nobody gets past it.
    await linkPackage(folder)
    const { code, stdout } = await runHere(folder, ['explain', 'http://localhost/static/a', '--json'])
    expect({ code, decision: JSON.parse(stdout).decision }).toMatchObject({
      code: 0,
      decision: { outcome: 'login' },
    })
  })
})

describe('a Hono app of another shape', () => {
  const CHAIN = "import { Hono } from 'hono'\nexport default new Hono().get('/', (c) => c.text('hi'))\n"

  test('stays as it is, and every run says what is missing until it is there', async () => {
    await write({ 'wrangler.toml': WORKER, 'src/index.ts': CHAIN })
    const { stdout } = await init('--yes')
    expect(stdout).toContain('One step is left to you:\nAdd to src/index.ts')
    for (const line of ["import config from '../gatehouse.config'", 'app.use(gatehouse(config))'])
      expect(stdout).toContain(`\n  ${line}`)
    expect(await contents('src/index.ts')).toBe(CHAIN)
    const again = await init()
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Nothing to write.\nOne step is left to you:'),
    })

    await write({ 'src/index.ts': `import { gatehouse } from 'gatehouse-sso/hono'\n${CHAIN}` })
    expect((await set()).yours).toEqual([
      "Add to src/index.ts: export { OrganizationSessions } from 'gatehouse-sso'",
      'Add to src/index.ts: app.use(gatehouse(config))',
    ])
    await write({
      'src/index.ts': `import { gatehouse } from 'gatehouse-sso/hono'\nexport { OrganizationSessions } from 'gatehouse-sso'\nimport { Hono } from 'hono'

export default new Hono().use(gatehouse({ sites: {} }))\n`,
    })
    expect(await set()).toMatchObject({ outcome: 'nothing', yours: [] })
  })
})
