import { lineEndOf } from '../files/lines.ts'
import { SESSIONS_CLASS } from '../wrangler/our-settings.ts'

/** What a Worker's main module is, as far as its text says. */
export type WorkerShape =
  /** It imports Gatehouse. `missing` are lines that it has not got yet. */
  | { readonly kind: 'gatehouse'; readonly missing: readonly string[] }
  /** `edited` where the place for the middleware is unmistakable. */
  | { readonly kind: 'hono'; readonly edited: string | undefined; readonly lines: readonly string[] }
  /** A default export with handlers, which can be asked by another module. */
  | { readonly kind: 'module' }
  /** Nothing that Gatehouse can stand in front of within one Worker, and why. */
  | { readonly kind: 'other'; readonly why: string }

const EXPORT = `export { ${SESSIONS_CLASS} } from 'gatehouse-sso'`
const MOUNT = 'app.use(gatehouse(config))'

/**
 * Looks at the text of a module, and runs nothing.
 *
 * @param config how it would import the configuration
 * @param isTyped it is TypeScript
 */
export function shapeOf(source: string, config: string, isTyped: boolean): WorkerShape {
  const code = withoutComments(source)
  if (/\bfrom\s*['"]gatehouse-sso(\/hono)?['"]/.test(code))
    return { kind: 'gatehouse', missing: missingIn(code) }
  if (/\bfrom\s*['"]hono['"]/.test(code)) {
    const lines = [
      "import { gatehouse } from 'gatehouse-sso/hono'",
      `import config from '${config}'`,
      EXPORT,
      `${MOUNT}   // directly behind new Hono(), before all routes`,
    ]
    return { kind: 'hono', edited: withMiddleware(source, code, config, isTyped), lines }
  }
  if (/\baddEventListener\s*\(\s*['"]fetch['"]/.test(code))
    return {
      kind: 'other',
      why: 'is a service worker (addEventListener): make it a module with a default export first',
    }
  if (/\bexport\s+default\s+class\b/.test(code) || /\bextends\s+WorkerEntrypoint\b/.test(code))
    return {
      kind: 'other',
      why: 'exports a WorkerEntrypoint: let a Worker of Gatehouse stand before it, with upstream: service(…) (node_modules/gatehouse-sso/docs/backends.md)',
    }
  if (/\bexport\s+default\b/.test(code) || /\bas\s+default\b/.test(code)) return { kind: 'module' }
  return { kind: 'other', why: 'has no default export that Gatehouse could stand before' }
}

function missingIn(code: string): string[] {
  const calls = /\bgatehouse\s*(<[^()]*>)?\(/.test(code)
  const isHono = /\bfrom\s*['"]gatehouse-sso\/hono['"]/.test(code)
  const mount = isHono ? MOUNT : 'export default gatehouse(config)'
  return [
    ...(new RegExp(`\\b${SESSIONS_CLASS}\\b`).test(code) ? [] : [EXPORT]),
    // A Worker that asks by RPC calls it as well.
    ...(calls ? [] : [mount]),
  ]
}

/** @returns `undefined` where anything about the module is other than usual */
function withMiddleware(source: string, code: string, config: string, isTyped: boolean): string | undefined {
  const made = [...code.matchAll(NEW_HONO)]
  const [app] = made
  if (app === undefined || made.length !== 1 || code.match(/\bnew\s+Hono\b/g)?.length !== 1) return undefined
  const [statement, name = '', generics] = app
  // A chain goes on in the next line, and has routes in it.
  if (/^\s*\./.test(code.slice(app.index + statement.length))) return undefined
  const isServed = new RegExp(
    `^export default (${name}\\s*;?\\s*$|\\{[\\s\\S]*?\\bfetch:\\s*${name}\\.fetch\\b)`,
    'm',
  )
  if (!isServed.test(code) || /\b(gatehouse|GatehouseEnv|OrganizationSessions)\b/.test(code)) return undefined
  const imports = [...code.matchAll(IMPORT)].at(-1)
  if (imports === undefined || imports.index > app.index) return undefined

  const eol = lineEndOf(source)
  const [semicolon, quote] = [/;\s*$/.test(imports[0]) ? ';' : '', /['"]/.exec(imports[0])?.[0] ?? "'"]
  const from = (text: string) => `${quote}${text}${quote}${semicolon}`
  const variable = /\bconfig\b/.test(code) ? 'gatehouseConfig' : 'config'
  const head = [
    `import { ${isTyped ? 'type GatehouseEnv, ' : ''}gatehouse } from ${from('gatehouse-sso/hono')}`,
    `import ${variable} from ${from(config)}`,
    '',
    `export { ${SESSIONS_CLASS} } from ${from('gatehouse-sso')}`,
  ]
  const typed = isTyped
    ? statement.replace(
        /new Hono(<.*>)?\(/,
        () => `new Hono<GatehouseEnv${generics ? ` & ${generics.slice(1, -1)}` : ''}>(`,
      )
    : statement
  const body = [
    typed,
    '// Before all routes: what stands above it would be open to everybody.',
    `${name}.use(gatehouse(${variable}))${semicolon}`,
  ]
  const importsEnd = imports.index + imports[0].length
  return (
    source.slice(0, importsEnd) +
    head.map((line) => eol + line).join('') +
    source.slice(importsEnd, app.index) +
    body.join(eol) +
    source.slice(app.index + statement.length)
  )
}

/** On one line, at its beginning, and nothing behind it. */
const NEW_HONO = /^(?:export )?(?:const|let) (\w+) = new Hono(<[^\n()]*>)?\([^\n()]*\);?(?=[ \t]*\r?$)/gm
const IMPORT = /^import\b[^;'"]*['"][^'"\n]+['"];?/gm

/** Blanks in the place of comments and of templates, so that everything stays where it is. */
export function withoutComments(source: string): string {
  return source.replace(
    /(['"])(?:\\.|(?!\1)[^\\\n])*\1|`(?:\\[\s\S]|[^\\`])*`|\/\*[\s\S]*?\*\/|\/\/[^\r\n]*/g,
    (found) => (/^['"]/.test(found) ? found : found.replace(/[^\r\n]/g, ' ')),
  )
}

/** A Worker in front of another one, in one and the same Worker. */
export function frontWorker(main: string, config: string, isTyped: boolean): string {
  const types = isTyped
    ? `\n// As much of it as is used here.\nconst behind = worker as unknown as {\n  fetch(request: Request, env: unknown, context: unknown): Response | Promise<Response>\n}\n`
    : '\nconst behind = worker\n'
  return `import { ${isTyped ? 'type GatehouseEnv, ' : ''}gatehouse } from 'gatehouse-sso/hono'
import { Hono } from 'hono'
import config from '${config}'
import worker from '${main}'

// What it exports besides, such as Durable Object classes.
export * from '${main}'
${EXPORT}
${types}
const app = new Hono${isTyped ? '<GatehouseEnv>' : ''}()
${MOUNT}
// It is asked for what the rules let in, and for nothing else. c.var.session is who is there.
app.all('*', (c) => behind.fetch(c.req.raw, c.env, c.executionCtx))

// Its other handlers, such as scheduled and queue, are as they were.
export default { ...worker, fetch: app.fetch }
`
}
