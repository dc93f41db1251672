import { describe, expect, test } from 'vitest'
import { CHECKS } from '../../cli/doctor/checks.ts'
import type { Finding } from '../../cli/doctor/finding.ts'
import type { Project } from '../../cli/doctor/project.ts'
import { OLDEST_WRANGLER, tools } from '../../cli/doctor/tools.ts'
import { storageAfter } from '../../cli/doctor/wrangler/bindings.ts'
import type { WranglerSettings } from '../../cli/doctor/wrangler/settings.ts'
import { isPublic, openedBy } from '../../cli/doctor/wrangler/worker-first.ts'
import packageFile from '../../package.json' with { type: 'json' }
import { ok } from '../../src/base/result.ts'
import { assets, type GatehouseConfig, type Rule, type Site } from '../../src/config.ts'

const PUBLIC = { access: 'public' } as const
const site = (...rules: readonly Rule[]): Site => ({ upstream: assets(), rules })
const folder = (name: string, ...rules: readonly Rule[]) => ({
  sites: { 'docs.example.com': { upstream: assets({ folder: name }), rules } },
})
const at = (...rules: readonly Rule[]) => ({ sites: { 'docs.example.com': site(...rules) } })

describe('what a pattern takes', () => {
  test.each<[string, readonly Rule[]]>([
    ['/public/*', [{ path: '/public/*', ...PUBLIC }]],
    ['/public/a.css', [{ path: '/public/*', ...PUBLIC }]],
    ['/a.css', [{ path: '/a.css', ...PUBLIC }]],
    ['/a/', [{ path: '/a', ...PUBLIC }]],
    ['/a/b/*', [{ path: '/a/*', ...PUBLIC }]],
    ['/a/*', [{ path: '/b/*' }, { path: '/a/x', ...PUBLIC }, { path: '/a/*', ...PUBLIC }]],
    ['/*.css', [{ path: '/*', ...PUBLIC }]],
    [
      '/a/*',
      [
        { path: '/a/*', methods: ['POST'] },
        { path: '/a/*', ...PUBLIC },
      ],
    ],
  ])('%s is public where the rules say so', (pattern, rules) => {
    expect(isPublic({ rules }, pattern)).toBe(true)
  })

  test.each<[string, readonly Rule[], string]>([
    ['/public/*', [], 'no rule'],
    ['/public/*', [{ path: '/public', ...PUBLIC }], 'only the folder itself'],
    ['/public*', [{ path: '/public/*', ...PUBLIC }], 'what merely begins like it'],
    ['/a/*', [{ path: '/a/b/*' }, { path: '/a/*', ...PUBLIC }], 'a protected part of it'],
    ['/a/*', [{ path: '/A/b' }, { path: '/a/*', ...PUBLIC }], 'a protected part in another case'],
    ['/a/*', [{ path: '/%61/b' }, { path: '/a/*', ...PUBLIC }], 'a protected part in another spelling'],
    ['/a/b', [{ path: '/a/*' }, { path: '/a/b', ...PUBLIC }], 'an earlier rule'],
    ['/*.css', [{ path: '/admin/*' }, { path: '/*', ...PUBLIC }], 'a star in the middle takes slashes too'],
    ['/a/*', [{ path: '/a/*', methods: ['POST'], ...PUBLIC }], 'public for another method'],
    [
      '/a/*',
      [
        { path: '/a/*', methods: ['HEAD'] },
        { path: '/a/*', ...PUBLIC },
      ],
      'protected for HEAD',
    ],
    ['/Public/*', [{ path: '/public/*', ...PUBLIC }], 'files have a case'],
    ['/Public/a.css', [{ path: '/public/*', ...PUBLIC }], 'a file has one too'],
    ['/a', [{ path: '/a.html' }, { path: '/*', ...PUBLIC }], 'a page by its shorter name'],
    ['/a.html', [{ path: '/a' }, { path: '/*', ...PUBLIC }], 'a page by its longer name'],
    ['/a/*', [{ path: '/a.html' }, { path: '/*', ...PUBLIC }], 'a page that may be the folder’s'],
    ['/index/*', [{ path: '/' }, { path: '/*', ...PUBLIC }], 'a folder that may be the page above it'],
    ['/e%CC%81/*', [{ path: '/é/*', ...PUBLIC }], 'a folder in another form of Unicode'],
    ['/%C3%A9/a', [{ path: '/é/*' }, { path: '/*', ...PUBLIC }], 'a protected path that it spells otherwise'],
    ['/%zz/*', [{ path: '/*', ...PUBLIC }], 'no path'],
  ])('%s is not public, %#: %j (%s)', (pattern, rules) => {
    expect(isPublic({ rules }, pattern)).toBe(false)
  })
})

describe('run_worker_first', () => {
  const open: Rule = { path: '/*', ...PUBLIC }
  test.each<[readonly string[], Pick<GatehouseConfig, 'sites' | 'sitesInKv'>]>([
    [['/*'], at()],
    [['*'], at({ path: '/admin/*' })],
    [['/*'], { ...at(), sitesInKv: true }],
    [['/*', '!/a.css'], at({ path: '/a.css', ...PUBLIC })],
    [['/admin*', '/auth/*'], at({ path: '/admin/*' }, open)],
    [['/adm*'], at({ path: '/admin/*' }, { path: '/public/*', ...PUBLIC }, open)],
    [['/*', '!/a/b/*'], folder('/a', { path: '/b/*', ...PUBLIC })],
    [['/%40admin*'], at({ path: '/@admin/*' }, open)],
    [['/caf*'], at({ path: '/café/*' }, open)],
    [['/*', '!/caf%C3%A9/*'], at({ path: '/café/*', ...PUBLIC })],
    [['/secret*'], at({ path: '/secret.html' }, open)],
  ])('%j takes all that %j protects', (list, config) => {
    expect(openedBy(list, config)).toEqual([])
  })

  test.each<[readonly string[], Pick<GatehouseConfig, 'sites' | 'sitesInKv'>, string]>([
    [[], at(), 'what no rule names at docs.example.com'],
    [['/admin/*'], at({ path: '/admin/*' }, open), '/admin/* at docs.example.com'],
    [['/admin'], at({ path: '/admin' }, open), '/admin at docs.example.com'],
    [['/admin*'], at({ path: '/admin/*' }), 'what no rule names at docs.example.com'],
    // Wrangler 4.155 serves /%40admin/x, /my%20files/x and /caf%C3%A9/x then, and /secret.
    [['/@admin*'], at({ path: '/@admin/*' }, open), '/@admin/* at docs.example.com'],
    [['/my files*'], at({ path: '/my%20files/*' }, open), '/my%20files/* at docs.example.com'],
    [['/café*'], at({ path: '/café/*' }, open), '/café/* at docs.example.com'],
    [['/caf%C3%A9*'], at({ path: '/café/*' }, open), '/café/* at docs.example.com'],
    [['/secret.html*'], at({ path: '/secret.html' }, open), '/secret.html at docs.example.com'],
    [['/docs/index*'], at({ path: '/docs/index.html' }, open), '/docs/index.html at docs.example.com'],
    [['/a*'], at({ path: '/' }, { path: '/a/*' }, open), '/ at docs.example.com'],
    [['/*', '!/b/*'], folder('/a'), '!/b/*'],
    [['/a/private*'], folder('/a', { path: '/private/*' }, open), 'what is in the folder of no site'],
    [
      ['/private*'],
      {
        sites: {
          ...at(open).sites,
          'a.example.com': folder('/a', { path: '/private/*' }, open).sites['docs.example.com'],
        },
      },
      '/a/private/* at a.example.com',
    ],
    [
      ['/*', '!/a/private/*'],
      folder('/a', { path: '/private/*' }, open),
      '!/a/private/* at docs.example.com',
    ],
    [['/*', '!*.css'], folder('/a'), '!*.css at docs.example.com'],
    [['/*', '!/a.css'], at({ path: '/b.css', ...PUBLIC }), '!/a.css at docs.example.com'],
    [
      ['/*', '!/a.css'],
      { ...at({ path: '/a.css', ...PUBLIC }), sitesInKv: true },
      'what sites in KV protect',
    ],
    [
      ['/*', '!/a.css'],
      { sites: { 'a.example.com': site(open), 'b.example.com': site() } },
      '!/a.css at b.example.com',
    ],
  ])('%j leaves something out of %j', (list, config, what) => {
    expect(openedBy(list, config)).toEqual([what])
  })
})

test.each([
  [[{ tag: 'v1', new_sqlite_classes: ['OrganizationSessions'] }], 'sqlite'],
  [[{ tag: 'v1', new_classes: ['OrganizationSessions'] }], 'kv'],
  [[{ tag: 'v1', new_sqlite_classes: ['Other'] }], undefined],
  [[], undefined],
  [
    [
      { tag: 'v1', new_sqlite_classes: ['Sessions'] },
      { tag: 'v2', renamed_classes: [{ from: 'Sessions', to: 'OrganizationSessions' }] },
    ],
    'sqlite',
  ],
  [
    [
      { tag: 'v1', new_classes: ['OrganizationSessions'] },
      { tag: 'v2', deleted_classes: ['OrganizationSessions'] },
      { tag: 'v3', new_sqlite_classes: ['OrganizationSessions'] },
    ],
    'sqlite',
  ],
  [
    [
      { tag: 'v1', new_sqlite_classes: ['OrganizationSessions'] },
      { tag: 'v2', deleted_classes: ['OrganizationSessions'] },
    ],
    undefined,
  ],
])('after %j the class is stored by %s', (migrations, storage) => {
  expect(storageAfter(migrations)).toBe(storage)
})

/** What one check says of settings and a configuration. */
async function judged(
  id: string,
  settings: Partial<WranglerSettings>,
  config: GatehouseConfig = at(),
): Promise<readonly string[]> {
  const check = CHECKS.find((each) => each.id === id)
  const project = {
    env: undefined,
    config: ok(config),
    wrangler: { kind: 'read', file: '/p/wrangler.toml', label: 'wrangler.toml', raw: {}, settings },
  } as unknown as Project
  const findings: readonly Finding[] = (await check?.judge(project)) ?? []
  return findings.map(({ status, found }) => `${status}: ${found}`)
}

describe('routes', () => {
  test.each([
    [
      'a custom domain',
      [{ pattern: 'docs.example.com', custom_domain: true }],
      /^ok: no route stands before/,
    ],
    ['no route', [], /^ok: /],
    ['a route', ['docs.example.com/*'], /^skipped: docs\.example\.com\/\*: .* choose fail closed/],
  ])('with %s: what is open when the Free plan is used up', async (_case, routes, found) => {
    const all = hosts('docs.example.com')
    expect(await judged('daily-limit', { routes }, all)).toEqual([expect.stringMatching(found)])
  })

  const hosts = (...keys: readonly string[]): GatehouseConfig => ({
    sites: Object.fromEntries(keys.map((key) => [key, site()])),
  })
  test.each<[readonly (string | { pattern: string; custom_domain: boolean })[], GatehouseConfig]>([
    [['docs.example.com/*'], hosts('docs.example.com')],
    [[{ pattern: 'docs.example.com', custom_domain: true }], hosts('docs.example.com')],
    [['https://docs.example.com/*'], hosts('docs.example.com', 'localhost')],
    [['docs.example.com*'], hosts('docs.example.com')],
    [['*.example.com/*'], hosts('docs.example.com', '*.example.com')],
    [['*example.com/*'], hosts('example.com', 'docs.example.com')],
    [['*/*'], hosts('docs.example.com', '*.customers.example.com', '*')],
    [['docs.example.com/*', 'a.b.example.com/*'], hosts('docs.example.com', '*')],
    [
      ['*.example.com/*', 'login.example.com/*'],
      { ...hosts('*.example.com'), loginHost: 'login.example.com' },
    ],
    [['docs.example.com/*', 'new.example.com/*'], { ...hosts('docs.example.com'), sitesInKv: true }],
  ])('%j are those of %j', async (routes, config) => {
    expect(await judged('routes', { routes }, config)).toEqual([expect.stringMatching(/^ok: /)])
  })

  test.each<[readonly string[], GatehouseConfig, readonly RegExp[]]>([
    [
      ['example.com/*'],
      hosts('docs.example.com'),
      [/^warning: No route .* docs/, /^warning: No site .* example\.com/],
    ],
    [
      ['*.example.com/*'],
      hosts('example.com', 'a.example.com'),
      [/^warning: No route in wrangler\.toml is for example\.com/],
    ],
    [
      ['docs.example.com/*'],
      { ...hosts('docs.example.com'), loginHost: 'login.example.com' },
      [/^warning: No route .* login/],
    ],
    [
      ['docs.example.com/app/*'],
      hosts('docs.example.com'),
      [/^problem: Of docs\.example\.com, only .*, and \/auth\/ does not/],
    ],
    [
      ['docs.example.com/app/*', 'docs.example.com/auth/*'],
      hosts('docs.example.com'),
      [/^warning: Of docs\.example\.com, only/],
    ],
    [
      ['a.b.example.com/*', '*.example.com/*'],
      hosts('*.example.com'),
      [/^warning: No site .* a\.b\.example\.com/],
    ],
  ])('%j are not those of %j', async (routes, config, found) => {
    expect(await judged('routes', { routes }, config)).toEqual(
      found.map((each) => expect.stringMatching(each)),
    )
  })

  test('that the file does not have may be set elsewhere', async () => {
    expect(await judged('routes', {}, hosts('docs.example.com'))).toEqual([
      'skipped: wrangler.toml has none: make sure that requests for docs.example.com reach the Worker',
    ])
  })
})

describe('Workers Cache', () => {
  const off = { type: 'worker', cache: { enabled: false } }
  test.each<[Partial<WranglerSettings>]>([
    [{}],
    [{ cache: { enabled: false } }],
    [{ cache: { enabled: true }, exports: { default: off } }],
    [{ exports: { OrganizationSessions: { type: 'durable-object', storage: 'sqlite' } } }],
  ])('%j is off', async (settings) => {
    expect(await judged('workers-cache', settings)).toEqual(['ok: off'])
  })

  test.each<[Partial<WranglerSettings>, string]>([
    [{ cache: { enabled: true } }, 'the Worker'],
    [{ exports: { default: { type: 'worker', cache: { enabled: true } } } }, 'the Worker'],
    [{ exports: { Gatehouse: { type: 'worker', cache: { enabled: true } } } }, 'Gatehouse'],
  ])('%j is on for %s', async (settings, whom) => {
    expect(await judged('workers-cache', settings)).toEqual([
      `problem: wrangler.toml switches Workers Cache on for ${whom}.`,
    ])
  })
})

describe('Node and Wrangler', () => {
  const say = async (node: string, version: string, engine?: string) => {
    const findings = await tools.judge({ tools: { node, wrangler: { version, engine } } } as Project)
    return findings.map(({ status, found }) => `${status}: ${found}`)
  }

  test.each([
    ['24.21.0', '4.155.0', '>=22.12.0'],
    ['22.12.0', '4.141.0', '>=22.12.0'],
    ['20.19.0', '4.141.1', undefined],
  ])('%s and %s go together', async (node, version, engine) => {
    expect(await say(node, version, engine)).toEqual([`ok: ${node}, ${version}`])
  })

  test.each([
    [
      '20.19.5',
      '4.155.0',
      '>=22.12.0',
      'problem: Node 20.19.5 is too old for Wrangler 4.155.0, which wants 22.12.0.',
    ],
    [
      '22.9.0',
      '4.155.0',
      '>=22.12.0',
      'problem: Node 22.9.0 is too old for Wrangler 4.155.0, which wants 22.12.0.',
    ],
    ['24.21.0', '4.59.9', '>=20.0.0', 'problem: Wrangler 4.59.9 is too old.'],
    [
      '24.21.0',
      '4.140.9',
      '>=22.12.0',
      'warning: Wrangler 4.140.9 cannot have registries take the code of a deploy or a roll-back at once.',
    ],
    ['24.21.0', '3.114.0', '>=16.17.0', 'problem: Wrangler 3.114.0 is too old.'],
    [
      '24.21.0',
      '5.0.0',
      '>=24.0.0',
      'warning: Wrangler 5.0.0 is of a later series than Gatehouse is tested with.',
    ],
  ])('%s and %s do not', async (node, version, engine, found) => {
    expect(await say(node, version, engine)).toEqual([found])
  })

  test('where Node is too old, the project can have one of its own', async () => {
    const wrangler = { version: '4.164.0', engine: '>=22.12.0', latestDate: undefined }
    expect(await tools.judge({ tools: { node: '20.20.2', wrangler } } as Project)).toEqual([
      expect.objectContaining({ remedy: expect.stringContaining('npm install --save-dev node@24, ') }),
    ])
  })

  test.each([
    ['24.21.0', 'npm install --save-dev wrangler@latest'],
    // npm would take the last one that this Node starts, once more.
    ['20.20.2', 'npm install --save-dev node@24 wrangler@latest'],
  ])('a later Wrangler for Node %s: %s', async (node, remedy) => {
    const wrangler = { version: '4.86.0', engine: '>=20.3.0', latestDate: undefined }
    expect(await tools.judge({ tools: { node, wrangler } } as Project)).toEqual([
      expect.objectContaining({ status: 'warning', remedy }),
    ])
  })

  test('the oldest Wrangler is that of the package', () => {
    expect(packageFile.peerDependencies.wrangler).toBe(`^${OLDEST_WRANGLER}`)
  })
})

describe('the log', () => {
  test.each<[Partial<WranglerSettings>, string]>([
    [{}, 'warning: wrangler.toml does not switch Workers Logs on.'],
    [{ observability: {} }, 'warning: wrangler.toml does not switch Workers Logs on.'],
    [{ observability: { enabled: true } }, 'ok: Workers Logs'],
    [{ observability: { logs: { enabled: true } } }, 'ok: Workers Logs'],
    [{ observability: { enabled: true, head_sampling_rate: 0.1 } }, 'ok: Workers Logs, 10 % of them'],
    [{ observability: { enabled: false } }, 'ok: Workers Logs are off, as the file says'],
    [
      { observability: { enabled: true, logs: { enabled: false } } },
      'ok: Workers Logs are off, as the file says',
    ],
    [{ logpush: true }, 'ok: Logpush'],
    [{ tail_consumers: [{ service: 'collector' }] }, 'ok: the Worker collector'],
  ])('%j: %s', async (settings, found) => {
    expect(await judged('logs', settings)).toEqual([found])
  })
})

describe('preview URLs', () => {
  const anyHost: GatehouseConfig = { sites: { '*': site() } }
  test.each<[Partial<WranglerSettings>, GatehouseConfig, RegExp]>([
    [{ preview_urls: true }, anyHost, /^warning: /],
    [{}, anyHost, /^warning: /],
    [{ routes: ['docs.example.com/*'] }, anyHost, /^ok: off/],
    [{ workers_dev: true, preview_urls: false }, anyHost, /^ok: off/],
    [{ preview_urls: true }, at(), /^ok: on, and answered with 421/],
    [
      { preview_urls: true },
      { sites: { '*.me.workers.dev': site() } },
      /^ok: on, with the rules of \*\.me\.workers\.dev/,
    ],
  ])('%j with %j', async (settings, config, found) => {
    expect(await judged('preview-urls', settings, config)).toEqual([expect.stringMatching(found)])
  })
})
