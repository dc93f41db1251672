import { withoutComments } from '../../init/worker-shape.ts'

/** Where the gate stands among the routes of a Hono app, as far as the text of its module says. */
export type GateOrder =
  | { readonly kind: 'first' }
  /** What is registered above it, such as `app.get('/report')`. */
  | { readonly kind: 'below'; readonly routes: readonly OpenRoute[]; readonly line: number }
  /** It sees the requests for some paths only. */
  | { readonly kind: 'partial'; readonly path: string; readonly line: number }
  /** The module is written in another way, and why nobody can tell. */
  | { readonly kind: 'unknown'; readonly why: string }

export interface OpenRoute {
  /** `app.get('/report')` */
  readonly text: string
  /** From 1 on. */
  readonly line: number
}

/** Looks at the text of a module, and runs nothing. Hono asks its routes in the order in which they were registered. */
export function gateOrderIn(source: string): GateOrder {
  const code = withoutComments(source)
  const bare = withoutStrings(code)
  const gates = namesOfGate(code)
  const isGate = new RegExp(
    `^(?:'[^']*'|"[^"]*")?\\s*,?\\s*(?:${gates.called.join('|') || '(?!)'})\\s*(?:<[^()]*>)?\\(`,
  )
  const isMade = new RegExp(`^(?:'[^']*'|"[^"]*")?\\s*,?\\s*(?:${gates.made.join('|') || '(?!)'})\\s*$`)
  const lineAt = (at: number) => code.slice(0, at).split('\n').length

  const gated = appsIn(bare).flatMap(({ name, made, chained, calls }) => {
    const at = calls.findIndex(({ method, start, end }) => {
      const args = code.slice(start, end).trim()
      return method === 'use' && (isGate.test(args) || isMade.test(args))
    })
    const gate = calls[at]
    const bases = chained.filter(
      (call) => call.method === 'basePath' && gate !== undefined && call.at < gate.at,
    )
    return gate === undefined ? [] : [{ name, made, gate, bases, above: calls.slice(0, at) }]
  })
  const [app] = gated
  if (app === undefined || gated.length > 1)
    return { kind: 'unknown', why: 'it says in another way where gatehouse(config) stands' }
  const { name, made, gate, bases, above } = app
  const isBeside = ({ at }: Call) => depthAt(bare, at) === depthAt(bare, made)
  if (!isBeside(gate)) return { kind: 'unknown', why: 'gatehouse(config) is put there by a function' }
  const routes = above.filter(({ method }) => REGISTERS.test(method))
  if (!routes.every(isBeside))
    return { kind: 'unknown', why: 'a function above gatehouse(config) has routes of the app' }
  const textOf = ({ method, start, end }: Call) =>
    `${name ?? 'app'}.${method}(${/^\s*('[^'\n]*'|"[^"\n]*")/.exec(code.slice(start, end))?.[1] ?? '…'})`
  if (routes.length > 0)
    return {
      kind: 'below',
      routes: routes.map((call) => ({ text: textOf(call), line: lineAt(call.at) })),
      line: lineAt(gate.at),
    }
  const below = bases.map(({ start, end }) => /^\s*['"]([^'"\n]*)['"]\s*$/.exec(code.slice(start, end))?.[1])
  if (below.includes(undefined))
    return { kind: 'unknown', why: 'the base path of the app is not written where it is made' }
  const own = /^\s*['"]([^'"\n]*)['"]\s*,/.exec(code.slice(gate.start, gate.end))?.[1] ?? '*'
  const path = below.length === 0 ? own : `/${[...below, own].join('/').split('/').filter(Boolean).join('/')}`
  if (!/^\/?\*$/.test(path)) return { kind: 'partial', path, line: lineAt(gate.at) }
  if (name !== undefined && isHandedOn(name, bare, gate.at))
    return { kind: 'unknown', why: `${name} is handed to something else above gatehouse(config)` }
  if (name !== undefined && !isServed(name, bare))
    return { kind: 'unknown', why: `the app with gatehouse(config), ${name}, is not what the module exports` }
  return { kind: 'first' }
}

const REGISTERS = /^(?:get|post|put|delete|patch|options|all|on|route|mount)$/
const GATE_IMPORT = /\bimport\s*(?:\{([^}]*)\}|\*\s*as\s+(\w+))\s*from\s*['"]gatehouse-sso\/hono['"]/g

interface GateNames {
  /** What is called to make it, such as `gatehouse`. */
  readonly called: readonly string[]
  /** Variables that hold it. */
  readonly made: readonly string[]
}

function namesOfGate(code: string): GateNames {
  const called = [...code.matchAll(GATE_IMPORT)].flatMap(([, clause, space]) => {
    if (space !== undefined) return [`${space}\\.gatehouse`]
    const [own, alias] = /\bgatehouse\b(?:\s+as\s+(\w+))?/.exec(clause ?? '') ?? []
    return own === undefined ? [] : [alias ?? 'gatehouse']
  })
  const made = called.flatMap((name) =>
    [
      ...code.matchAll(
        new RegExp(`\\b(?:const|let|var)\\s+(\\w+)[^=;\\n]*=\\s*${name}\\s*(?:<[^()]*>)?\\(`, 'g'),
      ),
    ].map(([, variable = '']) => variable),
  )
  return { called, made }
}

interface Call {
  readonly method: string
  /** Where the name of the method stands. */
  readonly at: number
  /** Of what stands between the brackets. */
  readonly start: number
  readonly end: number
}

interface App {
  /** `undefined`: it is exported as it is made. */
  readonly name: string | undefined
  /** Where it is made. */
  readonly made: number
  /** The calls behind that. */
  readonly chained: readonly Call[]
  /** In the order of the text. */
  readonly calls: readonly Call[]
}

function appsIn(bare: string): readonly App[] {
  return [...bare.matchAll(/\bnew\s+Hono\s*(?:<[^()]*>)?\s*(?=\()/g)].map(({ 0: made, index }) => {
    const name = /\b(?:const|let|var)\s+(\w+)\s*(?::[^=;]*)?=\s*$/.exec(bare.slice(0, index))?.[1]
    const chained = chainFrom(bare, closing(bare, index + made.length) + 1)
    const later =
      name === undefined
        ? []
        : [...bare.matchAll(new RegExp(`(?<![\\w$.])${name}(?=\\s*\\.)`, 'g'))].flatMap((found) =>
            chainFrom(bare, found.index + name.length),
          )
    return {
      name,
      made: index,
      chained,
      calls: [...chained, ...later].sort((one, other) => one.at - other.at),
    }
  })
}

/** The calls of a chain, `.use(…).get(…)`. */
function chainFrom(bare: string, from: number): readonly Call[] {
  const calls: Call[] = []
  const next = /\s*\.\s*(\w+)\s*(?:<[^()]*>)?\(/y
  next.lastIndex = from
  for (let found = next.exec(bare); found !== null; found = next.exec(bare)) {
    const [text, method = ''] = found
    const start = found.index + text.length
    const end = closing(bare, start - 1)
    calls.push({ method, at: found.index + text.indexOf(method), start, end })
    next.lastIndex = end + 1
  }
  return calls
}

/** Where the bracket closes that opens at a place; the end of the text where none does. */
function closing(bare: string, open: number): number {
  let depth = 0
  for (let at = open; at < bare.length; at++) {
    if (/[([{]/.test(bare.charAt(at))) depth++
    else if (/[)\]}]/.test(bare.charAt(at)) && --depth === 0) return at
  }
  return bare.length
}

const depthAt = (bare: string, at: number) =>
  (bare.slice(0, at).match(/[([{]/g)?.length ?? 0) - (bare.slice(0, at).match(/[)\]}]/g)?.length ?? 0)

/** Whether it is an argument above a place, such as in `addRoutes(app)`, which may register anything. */
const isHandedOn = (name: string, bare: string, before: number): boolean =>
  new RegExp(`[(,]\\s*${name}\\s*[,)]`).test(bare.slice(0, before))

const isServed = (name: string, bare: string): boolean =>
  new RegExp(
    `\\bexport\\s+default\\s+${name}\\b|\\b${name}\\.fetch\\b|\\bexport\\s*\\{[^}]*\\b${name}\\b|\\bexport\\s+(?:const|let)\\s+${name}\\b|\\breturn\\s+${name}\\b`,
  ).test(bare)

/** Blanks in the place of what strings say, so that everything stays where it is. */
const withoutStrings = (code: string): string =>
  code.replace(
    /(['"])(?:\\.|(?!\1)[^\\\n])*\1/g,
    (found) => found[0] + ' '.repeat(found.length - 2) + found[0],
  )
