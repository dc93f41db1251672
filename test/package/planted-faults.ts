import { config, type ProjectFiles, SITES, wrangler } from './sound-project.ts'

/** One thing that is wrong with an otherwise sound project. */
export interface Fault {
  readonly fault: string
  /** Files that differ from the sound ones; an empty one is not there. */
  readonly files: ProjectFiles
  /** An environment of the wrangler file. */
  readonly env?: string
  /** What finds it. */
  readonly check: string
  readonly found: RegExp
  readonly remedy: RegExp
  readonly status?: 'warning'
  /** Whether `--fix` does it. */
  readonly isFixed?: true
}

const ASSETS = { directory: './site', binding: 'ASSETS' }
const site = (text: string) => ({ 'gatehouse.config.ts': config(`'docs.example.com': { ${text} }`) })
const rules = (text: string) => site(`upstream: assets(), rules: [ ${text} ]`)
const settings = (tables: Readonly<Record<string, unknown>>) => ({ 'wrangler.jsonc': wrangler(tables) })

const OF_THE_WRANGLER_FILE: readonly Fault[] = [
  {
    fault: 'no wrangler file',
    files: { 'wrangler.jsonc': '' },
    check: 'wrangler-file',
    found: /^There is no wrangler\.jsonc/,
    remedy: /npx gatehouse init/,
  },
  {
    fault: 'a wrangler file that does not parse',
    files: { 'wrangler.jsonc': '{ "name": "docs", ' },
    check: 'wrangler-file',
    found: /^wrangler\.jsonc cannot be read: /,
    remedy: /Put it right in wrangler\.jsonc/,
  },
  {
    fault: 'an environment that the file does not have',
    files: {},
    env: 'staging',
    check: 'wrangler-file',
    found: /wrangler\.jsonc cannot be read: it has no environment staging/,
    remedy: /another environment with --env/,
  },
  {
    fault: 'no compatibility date',
    files: settings({ compatibility_date: undefined }),
    check: 'compatibility-date',
    found: /has no compatibility_date/,
    remedy: /wrangler\.jsonc:\n"compatibility_date": "\d{4}-\d\d-\d\d"/,
    isFixed: true,
  },
  {
    fault: 'a compatibility date that no runtime knows',
    files: settings({ compatibility_date: '2999-01-01' }),
    check: 'compatibility-date',
    found: /2999-01-01 is in the future/,
    remedy: /"compatibility_date": "\d{4}-\d\d-\d\d"/,
    isFixed: true,
  },
  {
    fault: 'a compatibility date of long ago',
    files: settings({ compatibility_date: '2023-01-01' }),
    check: 'compatibility-date',
    found: /2023-01-01 is too old/,
    remedy: /"compatibility_date": "\d{4}-\d\d-\d\d"/,
    isFixed: true,
  },
  {
    fault: 'a flag by which passthrough() leads back here',
    files: {
      ...settings({ compatibility_flags: ['global_fetch_strictly_public'] }),
      ...site('upstream: passthrough()'),
    },
    check: 'compatibility-flags',
    found: /has the flag global_fetch_strictly_public/,
    remedy: /Take global_fetch_strictly_public out/,
  },
]

const OF_THE_WORKER: readonly Fault[] = [
  {
    fault: 'a Worker that is not there',
    files: settings({ main: 'src/wroker.ts' }),
    check: 'main',
    found: /no src\/wroker\.ts, which wrangler\.jsonc names as main/,
    remedy: /correct main in wrangler\.jsonc/,
  },
  {
    fault: 'a Worker without Gatehouse',
    files: {
      'src/worker.ts':
        'export default { fetch: () => new Response() }\nexport class OrganizationSessions {}\n',
    },
    check: 'main',
    found: /src\/worker\.ts does not use Gatehouse/,
    remedy: /export default gatehouse\(config\)/,
  },
  {
    fault: 'a Worker that does not parse',
    files: { 'src/worker.ts': 'export default {' },
    check: 'main',
    found: /src\/worker\.ts:1:\d+: Expected identifier but found end of file/,
    remedy: /Put it right there/,
  },
  {
    fault: 'a Worker that keeps the class of its sessions to itself',
    files: {
      'src/worker.ts': `import { gatehouse } from 'gatehouse-sso'\nimport config from '../gatehouse.config'\nexport default gatehouse(config)\n`,
    },
    check: 'durable-objects',
    found: /src\/worker\.ts does not export the Durable Object class OrganizationSessions/,
    remedy: /export \{ OrganizationSessions \} from 'gatehouse-sso'/,
  },
  {
    fault: 'two copies of Hono',
    files: {
      ...settings({ main: 'src/app.ts' }),
      'node_modules/gatehouse-sso/node_modules/hono/index.js': 'export class HTTPException {}\n',
    },
    check: 'hono-copies',
    found: /2 copies of Hono: .*node_modules\/hono/,
    remedy: /npm dedupe/,
  },
]

const OF_BINDINGS: readonly Fault[] = [
  {
    fault: 'no namespace for logins',
    files: settings({ kv_namespaces: [] }),
    check: 'bindings',
    found: /GATEHOUSE_KV is missing/,
    remedy: /"kv_namespaces": \[\{ "binding": "GATEHOUSE_KV" \}\]/,
    isFixed: true,
  },
  {
    fault: 'no objects for sessions',
    files: settings({ durable_objects: { bindings: [] } }),
    check: 'bindings',
    found: /SESSIONS is missing/,
    remedy:
      /"durable_objects": \{ "bindings": \[\{ "name": "SESSIONS", "class_name": "OrganizationSessions" \}\] \}/,
    isFixed: true,
  },
  {
    fault: 'no limit for logins',
    files: settings({ ratelimits: [] }),
    check: 'bindings',
    found: /LOGIN_RATE_LIMIT is missing/,
    remedy: /"ratelimits": \[\{ "name": "LOGIN_RATE_LIMIT"/,
    isFixed: true,
  },
  {
    fault: 'files that the Worker cannot reach',
    files: settings({ assets: { directory: './site', run_worker_first: true } }),
    check: 'bindings',
    found: /ASSETS is missing in wrangler\.jsonc: sites\["docs\.example\.com"\]\.upstream needs it/,
    remedy: /"assets": \{ "binding": "ASSETS" \}/,
    isFixed: true,
  },
  {
    fault: 'an upstream that is not bound',
    files: site("upstream: assets(), rules: [{ path: '/wiki/*', upstream: service('WIKI') }]"),
    check: 'bindings',
    found: /WIKI is missing in wrangler\.jsonc: sites\["docs\.example\.com"\]\.rules\[0\]\.upstream needs it/,
    remedy: /"services": \[\{ "binding": "WIKI"/,
  },
  {
    fault: 'an environment without the namespace',
    files: settings({
      env: {
        staging: {
          durable_objects: { bindings: [{ name: 'SESSIONS', class_name: 'OrganizationSessions' }] },
          ratelimits: [{ name: 'LOGIN_RATE_LIMIT', namespace_id: '1001', simple: { limit: 60, period: 60 } }],
          routes: [{ pattern: 'docs.example.com', custom_domain: true }],
        },
      },
    }),
    env: 'staging',
    check: 'bindings',
    found: /GATEHOUSE_KV is missing in wrangler\.jsonc, and environments inherit no bindings/,
    remedy: /"env": \{ "staging": \{ "kv_namespaces": \[\{ "binding": "GATEHOUSE_KV" \}\] \} \}/,
    isFixed: true,
  },
  {
    fault: 'sessions bound to another class',
    files: settings({ durable_objects: { bindings: [{ name: 'SESSIONS', class_name: 'Sessions' }] } }),
    check: 'durable-objects',
    found: /binds SESSIONS to the class Sessions/,
    remedy: /class_name = "OrganizationSessions"/,
  },
  {
    fault: 'no migration',
    files: settings({ migrations: [] }),
    check: 'durable-objects',
    found: /No migration in wrangler\.jsonc makes OrganizationSessions/,
    remedy: /"migrations": \[\{ "tag": "v1", "new_sqlite_classes": \["OrganizationSessions"\] \}\]/,
    isFixed: true,
  },
  {
    fault: 'a migration without SQLite',
    files: settings({ migrations: [{ tag: 'v1', new_classes: ['OrganizationSessions'] }] }),
    check: 'durable-objects',
    found: /under new_classes, not under new_sqlite_classes/,
    remedy: /under new_sqlite_classes/,
  },
  {
    fault: 'classes declared twice',
    files: settings({ exports: { OrganizationSessions: { type: 'durable-object', storage: 'sqlite' } } }),
    check: 'wrangler-file',
    found: /`migrations` and `exports` are mutually exclusive/,
    remedy: /Put it right in wrangler\.jsonc/,
  },
  {
    fault: 'exports without the class',
    files: settings({
      migrations: undefined,
      exports: { Counter: { type: 'durable-object', storage: 'sqlite' } },
    }),
    check: 'durable-objects',
    found: /exports in wrangler\.jsonc does not name OrganizationSessions/,
    remedy: /"exports": \{ "OrganizationSessions": \{ "type": "durable-object", "storage": "sqlite" \} \}/,
    isFixed: true,
  },
  {
    fault: 'exports without SQLite',
    files: settings({
      migrations: undefined,
      exports: { OrganizationSessions: { type: 'durable-object', storage: 'legacy-kv' } },
    }),
    check: 'durable-objects',
    found: /keeps OrganizationSessions in legacy-kv/,
    remedy: /storage = "sqlite"/,
  },
]

const OF_FILES: readonly Fault[] = [
  {
    fault: 'files go out before the Worker is asked',
    files: settings({ assets: ASSETS }),
    check: 'run-worker-first',
    found: /serves the files of \.\/site to everybody/,
    remedy: /wrangler\.jsonc:\n"assets": \{ "run_worker_first": true \}/,
    isFixed: true,
  },
  {
    fault: 'the Worker is asked for some files only',
    files: settings({ assets: { ...ASSETS, run_worker_first: ['/admin/*', '/auth/*'] } }),
    check: 'run-worker-first',
    found:
      /leaves out what is not public: \/admin\/\* at docs\.example\.com, what no rule names at docs\.example\.com/,
    remedy: /"run_worker_first": true/,
    isFixed: true,
  },
  {
    fault: 'an exception for files that the rules protect',
    files: settings({ assets: { ...ASSETS, run_worker_first: ['/*', '!/public/*', '!/team/*'] } }),
    check: 'run-worker-first',
    found: /leaves out what is not public: !\/team\/\* at docs\.example\.com/,
    remedy: /"run_worker_first": true/,
    isFixed: true,
  },
  {
    fault: 'the home page in the place of what is missing',
    files: {
      ...settings({
        assets: { ...ASSETS, run_worker_first: true, not_found_handling: 'single-page-application' },
      }),
      ...rules("{ path: '/public/*', access: 'public' }"),
    },
    check: 'not-found-handling',
    found: /At docs\.example\.com the page at \/ is protected/,
    remedy: /not_found_handling = "none" into wrangler\.jsonc, and assets\(\{ spa: true \}\)/,
  },
  {
    fault: 'a protected file under a public path',
    files: { 'site/_redirects': '/public/report /admin/report.html 200\n/old /new 301\n' },
    check: 'redirects',
    found: /site\/_redirects shows \/admin\/report\.html at \/public\/report/,
    remedy: /make it a redirect with 302/,
  },
  {
    fault: 'secrets among the files of the site',
    files: { 'site/.dev.vars': 'A=1\n' },
    check: 'private-files',
    found: /site has \.dev\.vars, which is published/,
    remedy: /write into site\/\.assetsignore:\n\/\.dev\.vars/,
    isFixed: true,
  },
  {
    fault: 'keys among the files of the site',
    files: {
      'site/backup.json':
        '{"keys":[{"kty":"oct","kid":"a","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}',
    },
    check: 'private-files',
    found: /site has backup\.json/,
    remedy: /\/backup\.json/,
    isFixed: true,
  },
]

const OF_RULES: readonly Fault[] = [
  {
    fault: 'no configuration',
    files: {
      'gatehouse.config.ts': '',
      'src/worker.ts': `import { gatehouse } from 'gatehouse-sso'\nexport { OrganizationSessions } from 'gatehouse-sso'\nexport default gatehouse({ sites: {} })\n`,
    },
    check: 'configuration',
    found: /^There is no gatehouse\.config\.ts/,
    remedy: /npx gatehouse init/,
  },
  {
    fault: 'a misspelt setting',
    files: rules("{ path: '/admin/*', acces: 'public' }"),
    check: 'configuration',
    found: /rules\[0\]\.acces is not a setting that Gatehouse knows/,
    remedy: /Change it in gatehouse\.config\.ts/,
  },
  {
    fault: 'roles that any customer could hand out',
    files: rules("{ path: '/admin/*', require: { roles: ['admin'] } }"),
    check: 'configuration',
    found: /rules\[0\] requires roles without an organization/,
    remedy: /Change it in gatehouse\.config\.ts/,
  },
  {
    fault: 'a rule behind another that takes all of it',
    files: rules("{ path: '/team/*' }, { path: '/team/board/*', require: { organizations: ['org_1'] } }"),
    check: 'configuration',
    found: /rules\[1\] can never match: rules\[0\] before it takes every such request/,
    remedy: /Change it in gatehouse\.config\.ts/,
  },
  {
    fault: 'a rule that contradicts its site',
    files: site(
      "upstream: assets(), organization: 'org_1', rules: [{ path: '/a/*', require: { organizations: ['org_2'] } }]",
    ),
    check: 'rules',
    found: /rules\[0\] requires another organization than its site, which is for org_1/,
    remedy: /Name org_1 in the rule/,
    status: 'warning',
  },
  {
    fault: 'an age that no session reaches',
    files: rules("{ path: '/a/*', maxAge: minutes(60 * 24) }"),
    check: 'rules',
    found: /rules\[0\]\.maxAge is not shorter than session\.absolute/,
    remedy: /make it shorter/,
    status: 'warning',
  },
  {
    fault: 'a site with nothing behind the gate',
    files: rules("{ path: '/*', access: 'public' }"),
    check: 'rules',
    found: /Everything at docs\.example\.com is public/,
    remedy: /rules for what is protected/,
    status: 'warning',
  },
  {
    fault: 'a claim that never arrives',
    files: { 'gatehouse.config.ts': config(SITES, "claims: { roles: 'roles' }, ") },
    check: 'rules',
    found: /claims\.roles is 'roles', a name that Scalekit keeps to itself/,
    remedy: /another name/,
    status: 'warning',
  },
  {
    fault: 'sites of this machine only',
    files: {
      'gatehouse.config.ts': config('localhost: { upstream: assets() }'),
      ...settings({ routes: undefined }),
    },
    check: 'hosts',
    found: /All sites of gatehouse\.config\.ts are of this machine: localhost/,
    remedy: /Write a site for each of your hosts/,
    status: 'warning',
  },
  {
    fault: 'a login host of this machine',
    files: { 'gatehouse.config.ts': config(SITES, "loginHost: 'login.localhost', ") },
    check: 'hosts',
    found: /loginHost login\.localhost is of this machine/,
    remedy: /loginHost: 'login\.example\.com'/,
    status: 'warning',
  },
]

const OF_THE_OUTSIDE: readonly Fault[] = [
  {
    fault: 'a cache before the gate',
    files: settings({ cache: { enabled: true } }),
    check: 'workers-cache',
    found: /switches Workers Cache on for the Worker/,
    remedy: /"exports": \{ "default": \{ "type": "worker", "cache": \{ "enabled": false \} \} \}/,
    isFixed: true,
  },
  {
    fault: 'a route that leaves the login out',
    files: settings({ routes: ['docs.example.com/admin/*'] }),
    check: 'routes',
    found:
      /Of docs\.example\.com, only docs\.example\.com\/admin\/\* comes to the Worker, and \/auth\/ does not/,
    remedy: /docs\.example\.com\/\* as the route/,
  },
  {
    fault: 'a site without a route',
    files: {
      'gatehouse.config.ts': config(`${SITES}, 'wiki.example.com': { upstream: assets() }`),
    },
    check: 'routes',
    found: /No route in wrangler\.jsonc is for wiki\.example\.com/,
    remedy: /Add a route or a custom domain for wiki\.example\.com/,
    status: 'warning',
  },
  {
    fault: 'a route without a site',
    files: settings({ routes: ['docs.example.com/*', 'old.example.com/*'] }),
    check: 'routes',
    found: /No site of gatehouse\.config\.ts is for the route old\.example\.com\/\*/,
    remedy: /Write a site for old\.example\.com/,
    status: 'warning',
  },
  {
    fault: 'old versions that stay public',
    files: {
      'gatehouse.config.ts': config(`${SITES}, '*': { upstream: assets() }`),
      ...settings({ preview_urls: true }),
    },
    check: 'preview-urls',
    found: /Every version has a public preview URL/,
    remedy: /preview_urls = false/,
    status: 'warning',
  },
]

const OF_SECRETS: readonly Fault[] = [
  {
    fault: 'a secret in the wrangler file',
    files: settings({
      vars: {
        SCALEKIT_ENVIRONMENT_URL: 'https://acme.scalekit.com',
        SCALEKIT_CLIENT_ID: 'skc_1',
        SCALEKIT_CLIENT_SECRET: 'test_1',
      },
    }),
    check: 'variables',
    found: /wrangler\.jsonc has SCALEKIT_CLIENT_SECRET under vars/,
    remedy: /npx wrangler secret put SCALEKIT_CLIENT_SECRET/,
  },
  {
    fault: 'a deployed Worker that takes itself for a developer’s',
    files: settings({
      vars: {
        SCALEKIT_ENVIRONMENT_URL: 'https://acme.scalekit.com',
        SCALEKIT_CLIENT_ID: 'skc_1',
        GATEHOUSE_DEVELOPMENT: '1',
      },
    }),
    check: 'variables',
    found: /wrangler\.jsonc has GATEHOUSE_DEVELOPMENT under vars/,
    remedy: /Take it out of wrangler\.jsonc/,
  },
  {
    fault: 'the simulator in production',
    files: settings({
      vars: { SCALEKIT_ENVIRONMENT_URL: 'http://127.0.0.1:8788', SCALEKIT_CLIENT_ID: 'skc_1' },
    }),
    check: 'variables',
    found: /SCALEKIT_ENVIRONMENT_URL in wrangler\.jsonc is http:\/\/127\.0\.0\.1:8788, on this machine/,
    remedy: /environment URL of the Scalekit dashboard/,
  },
  {
    fault: 'a development client without its secret',
    files: { '.dev.vars': ({ SCALEKIT_CLIENT_SECRET: _, ...others }) => others },
    check: 'development-variables',
    found: /^\.dev\.vars: SCALEKIT_CLIENT_SECRET is missing/,
    remedy: /API credentials in the Scalekit dashboard/,
  },
  {
    fault: 'no keys',
    files: { '.dev.vars': ({ GATEHOUSE_KEYS: _, ...others }) => others },
    check: 'keys',
    found: /^\.dev\.vars: GATEHOUSE_KEYS is not set/,
    remedy: /npx gatehouse keys new --file \.dev\.vars/,
    isFixed: true,
  },
  {
    fault: 'a key that everybody can guess',
    files: {
      '.dev.vars': (sound) => ({
        ...sound,
        GATEHOUSE_KEYS: JSON.stringify({ keys: [{ kty: 'oct', kid: 'a', k: 'A'.repeat(43) }] }),
      }),
    },
    check: 'keys',
    found: /key 1, is not random, so it is no secret/,
    remedy: /npx gatehouse keys new --file \.dev\.vars/,
    isFixed: true,
  },
  {
    fault: 'keys of the wrong kind',
    files: {
      '.dev.vars': (sound) => ({
        ...sound,
        GATEHOUSE_KEYS: JSON.stringify({ keys: [{ kty: 'RSA', kid: 'a', n: 'x', e: 'AQAB' }] }),
      }),
    },
    check: 'keys',
    found: /key 1, is neither an oct key/,
    remedy: /npx gatehouse keys new --file \.dev\.vars/,
    isFixed: true,
  },
  {
    fault: 'no key that tells a backend who is there',
    files: {
      ...rules("{ path: '/api/*', upstream: origin('https://api.example.com') }"),
      '.dev.vars': (sound) => ({
        ...sound,
        GATEHOUSE_KEYS: JSON.stringify({
          keys: (JSON.parse(sound['GATEHOUSE_KEYS'] ?? '') as { keys: { kty: string }[] }).keys.filter(
            ({ kty }) => kty === 'oct',
          ),
        }),
      }),
    },
    check: 'keys',
    found: /GATEHOUSE_KEYS has no EC P-256 key/,
    remedy: /npx gatehouse keys rotate --file \.dev\.vars/,
  },
]

export const FAULTS: readonly Fault[] = [
  ...OF_THE_WRANGLER_FILE,
  ...OF_THE_WORKER,
  ...OF_BINDINGS,
  ...OF_FILES,
  ...OF_RULES,
  ...OF_THE_OUTSIDE,
  ...OF_SECRETS,
]
