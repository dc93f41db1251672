import { resolve } from 'node:path'
import type { Metafile } from 'esbuild'
import { DEFAULT_BASE_PATH, type GatehouseConfig } from '../../../src/config.ts'
import { reachesOwnRoutes } from '../../../src/hono/mount-pattern.ts'
import { readIfThere } from '../../files/read-if-there.ts'
import { modulesWithMiddleware } from '../../sites/check-site.ts'
import { type Check, type Finding, problem, skipped, sound, type Trouble, warning } from '../finding.ts'
import { type GateOrder, gateOrderIn, type OpenRoute } from './gate-order.ts'

/** The one module of a Worker that imports the middleware. */
export interface GateModule {
  /** Absolute. */
  readonly file: string
  readonly text: string
}

/** @returns `undefined` where none or several do. @param folder that the paths of the modules start from */
export async function readGate(modules: Metafile, folder: string): Promise<GateModule | undefined> {
  const [path, ...others] = modulesWithMiddleware(modules)
  if (path === undefined || others.length > 0) return undefined
  const file = resolve(folder, path)
  return { file, text: (await readIfThere(file)) ?? '' }
}

/** Whether the gate of a Hono app stands above its routes: Hono asks them in the order of the lines. */
export const gateFirst: Check = {
  id: 'gate-before-routes',
  title: 'Gate before routes',
  asks: 'project',
  judge: ({ modules, config, nameOf }) => {
    if (modules.kind !== 'read') return skipped('needs a Worker that can be read here')
    // That it does not use Gatehouse is said already.
    if (!modules.hasGatehouse) return skipped('needs gatehouse(config)')
    if (!modules.isHonoApp) return sound('not a Hono app: gatehouse(config) is the whole Worker')
    if (modules.gate === undefined)
      return skipped(`not one module of its own has app.use(gatehouse(config)): ${LOOK_YOURSELF}`)
    return judgeGate(modules.gate, nameOf(modules.gate.file), config.ok ? config.value : undefined)
  },
}

/**
 * @param path how the module is called in sentences
 * @param config `undefined` where it has problems
 */
export function judgeGate(
  gate: GateModule,
  path: string,
  config: Pick<GatehouseConfig, 'basePath'> | undefined,
): readonly Finding[] {
  const order = gateOrderIn(gate.text)
  switch (order.kind) {
    case 'first':
      return sound(`app.use(gatehouse(config)) is above all routes of ${path}`)
    case 'unknown':
      return skipped(`of ${path} it cannot be told, since ${order.why}: ${LOOK_YOURSELF}`)
    case 'partial':
      return [partial(order, path, config)]
    case 'below':
      return [
        problem({
          found: `${path} has ${listed(order.routes)} above app.use(gatehouse(config)) in line ${order.line}.`,
          why: 'Hono asks what stands above first, so it is open to everybody, whatever the rules say.',
          remedy: `Move app.use(gatehouse(config)) directly behind new Hono() in ${path}. What is to be open gets a rule with access: "public".`,
        }),
      ]
  }
}

/** Where it never sees its own routes, nobody can sign in, and whoever wrote it believes that all is guarded. */
function partial(
  { path: pattern, line }: Extract<GateOrder, { kind: 'partial' }>,
  path: string,
  config: Pick<GatehouseConfig, 'basePath'> | undefined,
): Trouble {
  const found = `${path}, line ${line}, has gatehouse(config) for ${pattern} only`
  const remedy = `Write app.use(gatehouse(config)) there, and let rules with access: "public" say what is open.`
  const { basePath = DEFAULT_BASE_PATH } = config ?? {}
  if (config === undefined || reachesOwnRoutes(pattern, basePath))
    return warning({
      found: `${found}.`,
      why: 'Requests for other paths pass it by, and are open to everybody.',
      remedy,
    })
  const below = pattern.endsWith('/*')
    ? ` Where everything else is to be open to everybody, write basePath: '${pattern.slice(0, -2)}${basePath}' into gatehouse.config.ts.`
    : ''
  return problem({
    found: `${found}, where it never sees ${basePath}/login.`,
    why: `Requests for other paths pass it by, and are open to everybody. Those that it sees it answers with 503, since nobody can sign in.`,
    remedy: `${remedy}${below}`,
  })
}

const LOOK_YOURSELF = 'see that it stands above all routes'

function listed(routes: readonly OpenRoute[]): string {
  const shown = routes.slice(0, 3).map(({ text, line }) => `${text} (line ${line})`)
  const rest = routes.length - shown.length
  return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
}
