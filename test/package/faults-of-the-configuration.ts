import { type Fault, rules, settings, site } from './planted-fault.ts'
import { config, SITES } from './sound-project.ts'

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
    fault: 'packages that are not installed',
    files: { 'node_modules/gatehouse-sso/config.js': '' },
    check: 'configuration',
    found: /Could not resolve "gatehouse-sso\/config"/,
    remedy: /^npm install/,
  },
  {
    fault: 'a misspelt setting',
    files: {
      ...rules("{ path: '/admin/*', acces: 'public' }"),
      'node_modules/gatehouse-sso/docs/configuration.md': '# Configuration\n',
    },
    check: 'configuration',
    found: /rules\[0\]\.acces is not a setting that Gatehouse knows: did you mean access\?$/,
    remedy:
      /gatehouse\.config\.ts; node_modules\/gatehouse-sso\/docs\/configuration\.md says what may stand there\.$/,
  },
  {
    fault: 'roles that any customer could hand out',
    files: rules("{ path: '/admin/*', require: { roles: ['admin'] } }"),
    check: 'configuration',
    found: /rules\[0\] requires roles without an organization/,
    // Of the program that runs, where the project has none.
    remedy: /gatehouse\.config\.ts; \.\.\/.*\/docs\/configuration\.md says what may stand there\.$/,
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
    fault: 'a logo without a file',
    files: { 'gatehouse.config.ts': config(SITES, "brand: { logo: '/brand/logo.svg' }, ") },
    check: 'brand',
    found: /^There is no site\/brand\/logo\.svg, the logo \/brand\/logo\.svg of docs\.example\.com\.$/,
    remedy: /^Put the image there as site\/brand\/logo\.svg/,
    status: 'warning',
  },
  {
    fault: 'an accent that nobody could read',
    files: { 'gatehouse.config.ts': config(SITES, "brand: { accent: '#ffd400' }, ") },
    check: 'brand',
    found: /^brand\.accent #ffd400 is shown as #[0-9a-f]{6} in the light theme\.$/,
    remedy: /Nothing, if you like that shade/,
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
    fault: 'the private key of an operator in the wrangler file',
    files: settings({
      vars: {
        SCALEKIT_ENVIRONMENT_URL: 'https://acme.scalekit.com',
        SCALEKIT_CLIENT_ID: 'skc_1',
        GATEHOUSE_OPERATOR_KEYS: { keys: [{ kty: 'EC', crv: 'P-256', kid: 'ann', x: 'x', y: 'y', d: 'd' }] },
      },
    }),
    check: 'operator-keys',
    found: /^wrangler\.jsonc: GATEHOUSE_OPERATOR_KEYS, key 1, is a secret, and must not be in a Worker/,
    remedy: /npx gatehouse keys new --operator/,
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

export const FAULTS_OF_THE_CONFIGURATION: readonly Fault[] = [...OF_RULES, ...OF_THE_OUTSIDE, ...OF_SECRETS]
