import { type Fault, rules, settings, site } from './planted-fault.ts'
import { config, SITES, wrangler } from './sound-project.ts'

const ASSETS = { directory: './site', binding: 'ASSETS' }

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
    files: { 'wrangler.jsonc': '{\n  "name": "docs",\n  "main": \n}\n' },
    check: 'wrangler-file',
    found: /^wrangler\.jsonc cannot be read: line 4, column 1: value expected$/,
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

/** A Hono app, with some lines behind `new Hono()`, which is line 5. */
const app = (lines: string) => `import { gatehouse } from 'gatehouse-sso/hono'
import { Hono } from 'hono'
import config from '../gatehouse.config'
export { OrganizationSessions } from 'gatehouse-sso'
const app = new Hono()
${lines}
export default app
`

const OF_THE_WORKER: readonly Fault[] = [
  {
    fault: 'a Worker that is not there',
    files: settings({ main: 'src/wroker.ts' }),
    check: 'main',
    found: /no src\/wroker\.ts, which wrangler\.jsonc names as main/,
    remedy: /correct main in wrangler\.jsonc/,
  },
  {
    fault: 'a Worker that has a class of Gatehouse, and answers by itself',
    files: {
      'src/worker.ts':
        "import { gatehouse } from 'gatehouse-sso'\nexport { OrganizationSessions } from 'gatehouse-sso'\nexport default { fetch: (request, env) => env.ASSETS.fetch(request) }\n",
    },
    check: 'main',
    found: /^src\/worker\.ts does not use gatehouse\(config\): every route is open\.$/,
    remedy: /export default gatehouse\(config\)/,
  },
  {
    fault: 'a Worker without Gatehouse',
    files: {
      'src/worker.ts':
        'export default { fetch: () => new Response() }\nexport class OrganizationSessions {}\n',
    },
    check: 'main',
    found: /^src\/worker\.ts does not use gatehouse\(config\): every route is open\.$/,
    remedy: /export default gatehouse\(config\)/,
  },
  {
    fault: 'a Hono app that imports the gate, and does not mount it',
    files: {
      ...settings({ main: 'src/app.ts' }),
      ...site("rules: [{ path: '/api/*', access: 'public' }]"),
      'src/app.ts': app("app.get('/report', (c) => c.text('ours'))"),
    },
    check: 'main',
    found: /^src\/app\.ts does not use gatehouse\(config\): every route is open\.$/,
    remedy: /in a Hono app write app\.use\(gatehouse\(config\)\)/,
  },
  {
    fault: 'routes of a Hono app above the gate',
    files: {
      ...settings({ main: 'src/app.ts' }),
      'src/app.ts': app(
        "app.get('/report', (c) => c.text('ours'))\napp.route('/api', new Hono())\napp.use(gatehouse(config))",
      ),
    },
    check: 'gate-before-routes',
    found:
      /^src\/app\.ts has app\.get\('\/report'\) \(line 6\), app\.route\('\/api'\) \(line 7\) above app\.use\(gatehouse\(config\)\) in line 8\.$/,
    remedy: /Move app\.use\(gatehouse\(config\)\) directly behind new Hono\(\) in src\/app\.ts/,
  },
  {
    fault: 'a gate for some paths of a Hono app',
    files: {
      ...settings({ main: 'src/app.ts' }),
      'gatehouse.config.ts': config(SITES, "basePath: '/app/auth', "),
      'src/app.ts': app("app.use('/app/*', gatehouse(config))\napp.get('/report', (c) => c.text('ours'))"),
    },
    check: 'gate-before-routes',
    found: /^src\/app\.ts, line 6, has gatehouse\(config\) for \/app\/\* only\.$/,
    remedy: /Write app\.use\(gatehouse\(config\)\) there/,
    status: 'warning',
  },
  {
    fault: 'a gate for some paths of a Hono app, and none of its own among them',
    files: {
      ...settings({ main: 'src/app.ts' }),
      'src/app.ts': app("app.use('/app/*', gatehouse(config))\napp.get('/report', (c) => c.text('ours'))"),
    },
    check: 'gate-before-routes',
    found:
      /^src\/app\.ts, line 6, has gatehouse\(config\) for \/app\/\* only, where it never sees \/auth\/login\.$/,
    remedy: /Write app\.use\(gatehouse\(config\)\) there.* write basePath: '\/app\/auth' into gatehouse/,
  },
  {
    fault: 'a Worker that does not parse',
    files: { 'src/worker.ts': 'export default {' },
    check: 'main',
    found: /src\/worker\.ts:1:\d+: Expected identifier but found end of file/,
    remedy: /Correct it there/,
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
    remedy: /"class_name": "OrganizationSessions"/,
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
    remedy: /"storage": "sqlite"/,
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
    fault: 'an environment that nobody asked about has its files go out first',
    files: settings({ env: { staging: { assets: ASSETS } } }),
    check: 'other-deployments',
    found: /wrangler\.jsonc, environment staging, serves the files of \.\/site to everybody/,
    remedy: /npx gatehouse doctor --env staging/,
  },
  {
    fault: 'a build has its files go out first',
    files: {
      '.wrangler/deploy/config.json': '{ "configPath": "../../dist/docs/wrangler.json" }',
      'dist/docs/wrangler.json': wrangler({ main: 'index.js', assets: { ...ASSETS, directory: '../site' } }),
    },
    check: 'other-deployments',
    found:
      /dist\/docs\/wrangler\.json, which wrangler deploy takes .* serves the files of \.\.\/site to everybody/,
    remedy: /npx gatehouse doctor --config dist\/docs\/wrangler\.json/,
  },
  {
    fault: 'files that are not built yet',
    files: settings({ assets: { ...ASSETS, directory: './dist', run_worker_first: true } }),
    check: 'assets-folder',
    found: /^There is no folder dist, whose files are to be served\.$/,
    remedy: /Build the site first/,
    status: 'warning',
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
    remedy: /"not_found_handling": "none" into wrangler\.jsonc, and assets\(\{ spa: true \}\)/,
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

export const FAULTS_OF_THE_WORKER: readonly Fault[] = [
  ...OF_THE_WRANGLER_FILE,
  ...OF_THE_WORKER,
  ...OF_BINDINGS,
  ...OF_FILES,
]
