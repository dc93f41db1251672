import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Tree, withChanges } from '../../cli/files/config-change.ts'
import { editJsonc, parseJsonc } from '../../cli/files/edit-jsonc.ts'
import { type Wanted, wranglerNeeds } from '../../cli/init/wrangler-needs.ts'

const WANTED: Wanted = {
  name: 'docs',
  main: undefined,
  assets: undefined,
  env: undefined,
  vars: {},
  spa: false,
}
const needs = (config: Tree, wanted: Partial<Wanted> = {}) =>
  wranglerNeeds(config, 'wrangler.toml', { ...WANTED, ...wanted })

/** As it is afterwards. */
const completed = (config: Tree, wanted: Partial<Wanted> = {}) =>
  withChanges(config, needs(config, wanted).changes) as Tree

const BINDINGS = {
  kv_namespaces: [{ binding: 'GATEHOUSE_KV' }],
  durable_objects: { bindings: [{ name: 'SESSIONS', class_name: 'OrganizationSessions' }] },
  ratelimits: [{ name: 'LOGIN_RATE_LIMIT', namespace_id: '1001', simple: { limit: 60, period: 60 } }],
}
const COMPLETE = {
  name: 'docs',
  main: 'src/worker.ts',
  compatibility_date: '2026-10-01',
  assets: { directory: './dist', binding: 'ASSETS', run_worker_first: true },
  migrations: [{ tag: 'v1', new_sqlite_classes: ['OrganizationSessions'] }],
  ...BINDINGS,
  observability: { enabled: true },
}

test('a file that says nothing gets everything; one that says everything gets nothing', () => {
  const main = 'src/worker.ts'
  expect(completed({}, { main, assets: './dist' })).toEqual(COMPLETE)
  expect(needs(COMPLETE, { main, assets: './public' })).toEqual({ changes: [], problems: [], notes: [] })
})

test('names, dates and identifiers that are there stay', () => {
  const own = {
    name: 'mine',
    compatibility_date: '2025-01-01',
    kv_namespaces: [{ binding: 'GATEHOUSE_KV', id: 'abc' }],
  }
  expect(completed(own)).toMatchObject(own)
})

describe('static files', () => {
  test.each([
    ['are none of a Worker that has none', undefined, undefined],
    [
      'come to the Worker first',
      { directory: 'd' },
      { directory: 'd', binding: 'ASSETS', run_worker_first: true },
    ],
    [
      'come to it although they did not',
      { run_worker_first: false },
      { binding: 'ASSETS', run_worker_first: true },
    ],
    ['come to it all', { run_worker_first: ['/api/*'] }, { binding: 'ASSETS', run_worker_first: true }],
    [
      'come to it without exceptions',
      { run_worker_first: ['/*', '!/a'] },
      { binding: 'ASSETS', run_worker_first: true },
    ],
    [
      'come to it already',
      { binding: 'ASSETS', run_worker_first: ['/*'] },
      { binding: 'ASSETS', run_worker_first: ['/*'] },
    ],
  ])('%s', (_case, assets, expected) => {
    expect(completed(assets === undefined ? {} : { assets })['assets']).toEqual(expected)
  })

  test('of a single-page app are the app’s for missing paths only where Gatehouse shows it', () => {
    const assets = { not_found_handling: 'single-page-application' }
    expect(completed({ assets }, { spa: true })).toMatchObject({ assets: { not_found_handling: 'none' } })
    expect(completed({ assets })).toMatchObject({ assets })
  })
})

describe('the class', () => {
  const OWN = { tag: 'v3', new_sqlite_classes: ['Room'] }
  test.each<[string, Tree, Tree]>([
    ['is the first', {}, { tag: 'v1', new_sqlite_classes: ['OrganizationSessions'] }],
    ['comes with the next tag', { migrations: [{ tag: 'v1' }, OWN] }, { tag: 'v4' }],
    ['comes with a tag of its own', { migrations: [{ tag: '2024-01-01' }] }, { tag: 'gatehouse-v1' }],
    [
      'comes with one that nobody has',
      { migrations: [{ tag: 'first' }, { tag: 'gatehouse-v1' }] },
      { tag: 'gatehouse-v2' },
    ],
  ])('%s', (_case, config, expected) => {
    expect((completed(config)['migrations'] as Tree[]).at(-1)).toMatchObject(expected)
  })

  test.each<[string, Tree]>([
    ['is declared', { migrations: [{ tag: 'v1', new_sqlite_classes: ['OrganizationSessions'] }] }],
    [
      'has its name by a later step',
      { migrations: [{ tag: 'a', renamed_classes: [{ from: 'A', to: 'OrganizationSessions' }] }] },
    ],
    [
      'is another Worker’s',
      {
        name: 'a',
        durable_objects: {
          bindings: [{ name: 'SESSIONS', class_name: 'OrganizationSessions', script_name: 'b' }],
        },
      },
    ],
  ])('%s already', (_case, config) => {
    expect(completed(config)['migrations']).toEqual(config['migrations'])
  })

  test('goes into exports where the file has classes there, and never into both', () => {
    const own = { Room: { type: 'durable-object', storage: 'sqlite' } }
    const changed = completed({ exports: own })
    expect(changed).toMatchObject({ exports: { ...own, OrganizationSessions: own.Room } })
    expect(changed).not.toHaveProperty('migrations')
    expect(completed(changed)).toEqual(changed)
    // What is exported but no class says nothing about how classes are declared.
    const cache = { default: { type: 'worker', cache: { enabled: false } } }
    expect(completed({ exports: cache })).toMatchObject({ exports: cache, migrations: [{ tag: 'v1' }] })
  })
})

describe('a name that something else has', () => {
  test.each<[string, Tree, RegExp]>([
    ['GATEHOUSE_KV', { r2_buckets: [{ binding: 'GATEHOUSE_KV' }] }, /r2_buckets/],
    ['SESSIONS', { kv_namespaces: [{ binding: 'SESSIONS' }] }, /kv_namespaces/],
    [
      'SESSIONS',
      { durable_objects: { bindings: [{ name: 'SESSIONS', class_name: 'Own' }] } },
      /durable_objects/,
    ],
    ['LOGIN_RATE_LIMIT', { vars: { LOGIN_RATE_LIMIT: '1' } }, /vars/],
    ['ASSETS', { services: [{ binding: 'ASSETS', service: 'a' }] }, /services/],
  ])('%s', (name, config, place) => {
    const { problems } = needs(config)
    expect(problems).toEqual([expect.stringContaining(`has the name ${name} for something else`)])
    expect(problems[0]).toMatch(place)
  })

  test('ASSETS, which are bound as something else', () => {
    expect(needs({ assets: { directory: 'd', binding: 'STATIC' } }).problems).toEqual([
      'wrangler.toml binds its static files as STATIC, and Gatehouse looks for ASSETS: rename it there and in your code.',
    ])
  })

  test('is none where it is ours', () => {
    const unsafe = {
      bindings: [{ name: 'LOGIN_RATE_LIMIT', type: 'ratelimit', namespace_id: '1', simple: {} }],
    }
    const { ratelimits: _none, ...rest } = COMPLETE
    expect(needs({ ...rest, unsafe })).toEqual({ changes: [], problems: [], notes: [] })
  })
})

describe('environments', () => {
  const config = { ...COMPLETE, env: { staging: {}, production: { assets: { directory: './dist' } } } }

  test('that nobody named are said, and left alone', () => {
    const { changes, notes } = needs(config)
    expect(changes).toEqual([])
    expect(notes).toEqual([
      expect.stringContaining('npx gatehouse init --env staging'),
      expect.stringContaining('npx gatehouse init --env production'),
    ])
  })

  test('that are named get what Wrangler does not inherit, and every counter is another one', () => {
    const changed = completed(config, { env: 'production', vars: { SCALEKIT_CLIENT_ID: 'skc_1' } })
    expect(changed['env']).toEqual({
      staging: {},
      production: {
        ...BINDINGS,
        ratelimits: [{ ...BINDINGS.ratelimits[0], namespace_id: '1002' }],
        assets: { directory: './dist', binding: 'ASSETS', run_worker_first: true },
        vars: { SCALEKIT_CLIENT_ID: 'skc_1' },
      },
    })
    expect(changed).toMatchObject({ vars: { SCALEKIT_CLIENT_ID: 'skc_1' }, migrations: COMPLETE.migrations })
    expect(needs(changed, { env: 'production' }).changes).toEqual([])
  })

  test('with migrations of their own get the class there', () => {
    const env = { staging: { migrations: [{ tag: 'v7' }] } }
    expect(completed({ ...COMPLETE, env }, { env: 'staging' })['env']).toMatchObject({
      staging: { migrations: [{ tag: 'v7' }, { tag: 'v8' }] },
    })
  })

  test('that are not there are a problem', () => {
    expect(needs(config, { env: 'prod' }).problems).toEqual([
      'wrangler.toml has no environment prod; it has staging, production.',
    ])
  })
})

test('a project of Cloudflare Pages is told what to do', () => {
  expect(needs({ pages_build_output_dir: 'dist' }).problems).toEqual([
    expect.stringContaining('is for Cloudflare Pages'),
  ])
})

test('what was changed needs nothing, however it was before', () => {
  const assets = fc.option(
    fc.record(
      { directory: fc.constant('d'), run_worker_first: fc.constantFrom(true, false, ['/a'], ['/*']) },
      { requiredKeys: [] },
    ),
    { nil: undefined },
  )
  const config = fc.record(
    {
      name: fc.constant('a'),
      main: fc.constant('a.ts'),
      assets,
      kv_namespaces: fc.array(fc.record({ binding: fc.constantFrom('A', 'GATEHOUSE_KV') }), { maxLength: 2 }),
      durable_objects: fc.record({ bindings: fc.constantFrom([], BINDINGS.durable_objects.bindings) }),
      migrations: fc
        .uniqueArray(fc.constantFrom('v1', 'v2', 'x', 'gatehouse-v1'))
        .map((tags) => tags.map((tag) => ({ tag }))),
      exports: fc.constantFrom({}, { Room: { type: 'durable-object', storage: 'sqlite' } }),
      env: fc.constantFrom({}, { production: {} }),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(config, fc.constantFrom(undefined, './public'), (tree, folder) => {
      const before = parseJsonc(JSON.stringify(tree)) as Tree
      const env = Object.hasOwn(Object(before['env']), 'production') ? 'production' : undefined
      const wanted = { main: 'src/worker.ts', assets: folder, env, spa: true }
      const text = editJsonc(JSON.stringify(before, null, 2), needs(before, wanted).changes) ?? ''
      expect(needs(parseJsonc(text) as Tree, wanted)).toMatchObject({ changes: [], problems: [] })
    }),
  )
})
