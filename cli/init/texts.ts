import { SESSIONS_CLASS } from '../wrangler/our-settings.ts'
import { COMPATIBILITY_DATE } from './wrangler-needs.ts'

/** What a new gatehouse.config.ts says. */
export interface ConfigText {
  /** Where it will be deployed; `localhost`: not known yet. */
  readonly host: string
  readonly organization: string | undefined
  /** Pages are public unless a rule says otherwise. */
  readonly isPublic: boolean
  readonly upstream: 'assets' | 'spa' | 'app'
  /** Paths with the other upstream: those that the Worker's own code answers, or static files. */
  readonly others: readonly string[]
}

export function configText({ host, organization, isPublic, upstream, others }: ConfigText): string {
  const other = upstream === 'app' ? 'assets()' : 'app()'
  const usesAssets = upstream !== 'app' || others.length > 0
  const imports = [
    ...(others.length > 0 && upstream !== 'app' ? ['app'] : []),
    ...(usesAssets ? ['assets'] : []),
    'defineConfig',
    'type Site',
  ]
  const lines = [
    `import { ${imports.join(', ')} } from 'gatehouse-sso/config'`,
    '',
    '/** What is there, and who may see it: the same on this machine and where it is deployed. */',
    'const site: Site = {',
    ...(upstream === 'assets' ? ['  upstream: assets(),'] : []),
    ...(upstream === 'spa' ? ['  upstream: assets({ spa: true }),'] : []),
    '  rules: [',
    ...rules(isPublic).slice(0, 1),
    ...others.map((path) => `    { path: ${quoted(path)}, upstream: ${other} },`),
    ...rules(isPublic).slice(1),
    '  ],',
    '}',
    '',
    'export default defineConfig({',
    '  sites: {',
    ...(host === 'localhost'
      ? ["    // Your host goes beside it, such as 'docs.example.com': site,"]
      : [
          `    ${quoted(host)}: ${organization === undefined ? 'site' : `{ ...site, organization: ${quoted(organization)} }`},`,
        ]),
    '    // For `gatehouse dev`.',
    '    localhost: site,',
    '  },',
    '})',
    '',
  ]
  return lines.join('\n')
}

const rules = (isPublic: boolean): string[] =>
  isPublic
    ? [
        '    // The first rule that matches decides.',
        '    // For whoever has signed in:',
        "    { path: '/private/*' },",
        "    // { path: '/admin/*', require: { roles: ['admin'], organizations: ['*'] }, strict: true },",
        "    { path: '/*', access: 'public' },",
      ]
    : [
        '    // The first rule that matches decides; where none does, people have to sign in.',
        "    // { path: '/', access: 'public' },",
        "    // { path: '/admin/*', require: { roles: ['admin'], organizations: ['*'] }, strict: true },",
      ]

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** @param config how it imports the configuration */
export const workerText = (config: string): string => `import { gatehouse } from 'gatehouse-sso'
import config from '${config}'

export { ${SESSIONS_CLASS} } from 'gatehouse-sso'

export default gatehouse(config)
`

export const wranglerText = (name: string, main: string, assets: string): string => `{
  "$schema": "node_modules/wrangler/config-schema.json",
  "name": ${JSON.stringify(name)},
  "main": ${JSON.stringify(main)},
  "compatibility_date": "${COMPATIBILITY_DATE}",
  "assets": {
    "directory": ${JSON.stringify(assets)},
    "binding": "ASSETS",
    // Without it, files are served before the Worker sees the request, and nothing is protected.
    "run_worker_first": true
  },
  "kv_namespaces": [{ "binding": "GATEHOUSE_KV" }],
  "durable_objects": { "bindings": [{ "name": "SESSIONS", "class_name": "${SESSIONS_CLASS}" }] },
  "migrations": [{ "tag": "v1", "new_sqlite_classes": ["${SESSIONS_CLASS}"] }],
  // Logins per client network and minute that nobody finishes.
  "ratelimits": [
    { "name": "LOGIN_RATE_LIMIT", "namespace_id": "1001", "simple": { "limit": 60, "period": 60 } }
  ],
  "observability": { "enabled": true }
}
`

export const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2024",
    "lib": ["es2024"],
    "module": "esnext",
    "moduleResolution": "bundler",
    "types": ["@cloudflare/workers-types"],
    "strict": true,
    "skipLibCheck": true,
    "noEmit": true
  },
  "include": ["src", "gatehouse.config.ts"]
}
`

export const FIRST_PAGE = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Signed in</title>
  <h1>Signed in</h1>
  <p>Only people who have signed in see this page.</p>
  <p><a href="/auth/sessions">Your sessions</a></p>
  <form method="post" action="/auth/logout"><button>Sign out</button></form>
</html>
`

/** Where each variable of the Worker comes from. `value` is none where nothing can stand for it. */
const VARIABLES = [
  {
    name: 'SCALEKIT_ENVIRONMENT_URL',
    value: 'https://your-company.scalekit.com',
    about: ['Scalekit dashboard, API credentials: Environment URL.'],
  },
  {
    name: 'SCALEKIT_CLIENT_ID',
    value: 'skc_00000000000000000',
    about: ['Scalekit dashboard, API credentials: Client ID.'],
  },
  {
    name: 'SCALEKIT_CLIENT_SECRET',
    value: '',
    about: ['Scalekit dashboard, API credentials: a client secret. It is shown once.'],
  },
  {
    name: 'GATEHOUSE_KEYS',
    value: '',
    about: [
      'What signs sessions: npx gatehouse keys new --file <a file outside of this folder> makes it. Keep that file:',
      'keys that only the Worker has cannot be rotated.',
    ],
  },
  {
    name: 'SCALEKIT_WEBHOOK_SECRET',
    isOptional: true,
    value: 'whsec_',
    about: [
      'Scalekit dashboard, Settings > Webhooks: the signing secret. Without it the webhook route answers 404.',
    ],
  },
  {
    name: 'GATEHOUSE_DEVELOPMENT',
    isOptional: true,
    value: '1',
    about: [
      'In .dev.vars only, and never deployed: pages say what is wrong with the configuration, and logins are not limited.',
    ],
  },
] as const

/** Only variables that every deployment needs are assigned: Cloudflare's deploy button asks for each of those. */
export function exampleText(): string {
  const parts = VARIABLES.map(({ name, value, about, ...more }) =>
    [...about.map((line) => `# ${line}`), `${'isOptional' in more ? '# ' : ''}${name}=${value}`].join('\n'),
  )
  return `${EXAMPLE_HEADING}\n\n${parts.join('\n\n')}\n`
}

const EXAMPLE_HEADING = `# What the Worker needs beside its bindings. On this machine it stands in .dev.vars, which gatehouse dev writes with a simulated
# Scalekit and keys of its own; deployed, put secrets with npx wrangler secret put <name>.`
