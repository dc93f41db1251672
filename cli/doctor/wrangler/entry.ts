import { type Check, problem, skipped, sound, warning } from '../finding.ts'
import { ofWrangler } from './checks.ts'
import { gateOrderIn, type OpenRoute } from './gate-order.ts'

/** Whether what `main` names is a Worker with Gatehouse in it. */
const entry: Check = {
  id: 'main',
  title: 'Worker',
  asks: 'project',
  judge: ofWrangler(({ main, build }, { label }, { modules, nameOf }) => {
    if (main === undefined)
      return [
        problem({
          found: `${label} names no Worker.`,
          why: 'Files without a Worker are public, and nothing asks who is there.',
          remedy: `Write main = "src/worker.ts" into ${label}, or let npx gatehouse init do it.`,
        }),
      ]
    const path = nameOf(main)
    switch (modules.kind) {
      case 'missing':
        // What a build makes may not be there yet.
        return build.command === undefined
          ? [
              problem({
                found: `There is no ${path}, which ${label} names as main.`,
                why: 'Wrangler has nothing to deploy.',
                remedy: `Write it, as the README of gatehouse-sso shows, or correct main in ${label}.`,
              }),
            ]
          : skipped(`${path} is not built yet`)
      case 'broken':
        return modules.problems.map((found) =>
          problem({ found, why: 'Wrangler cannot build the Worker.', remedy: 'Correct it there.' }),
        )
      case 'unknown':
        return skipped(`${path} can only be bundled by what builds this project`)
      case 'read':
    }
    if (!modules.hasGatehouse)
      return [
        problem({
          found: `${path} does not use gatehouse(config): every route is open.`,
          why: 'The Worker answers every request without asking who is there.',
          remedy:
            'Make it export default gatehouse(config), of gatehouse-sso; in a Hono app write app.use(gatehouse(config)), of gatehouse-sso/hono, above all routes.',
        }),
      ]
    if (modules.exports !== 'unknown' && !modules.exports.includes('default'))
      return [
        problem({
          found: `${path} has no default export.`,
          why: 'The default export is what answers requests.',
          remedy: `Write into ${path}: export default gatehouse(config)`,
        }),
      ]
    return sound(modules.isHonoApp ? `${path}, a Hono app` : path)
  }),
}

/** What of its folder a module of a package comes from. */
const HONO = /^(.*\bnode_modules\/hono)\//

const honoCopies: Check = {
  id: 'hono-copies',
  title: 'Hono',
  asks: 'project',
  judge: ({ modules }) => {
    if (modules.kind !== 'read') return skipped('needs a Worker that can be read here')
    if (!modules.isHonoApp) return sound('not needed: the Worker is not a Hono app')
    const copies = new Set(modules.paths.flatMap((path) => HONO.exec(path)?.[1] ?? []))
    if (copies.size < 2) return sound('one copy')
    return [
      problem({
        found: `The Worker has ${copies.size} copies of Hono: ${[...copies].join(', ')}`,
        why: 'Refusals are errors of one of them, which app.onError of the other does not know as its own, and the Worker is larger.',
        remedy:
          'Have one version of hono for all: npm ls hono shows who wants another one, npm dedupe often is enough.',
      }),
    ]
  },
}

/** Whether the gate of a Hono app stands above its routes: Hono asks them in the order of the lines. */
const gateFirst: Check = {
  id: 'gate-before-routes',
  title: 'Gate before routes',
  asks: 'project',
  judge: ({ modules, nameOf }) => {
    if (modules.kind !== 'read') return skipped('needs a Worker that can be read here')
    // That it does not use Gatehouse is said already.
    if (!modules.hasGatehouse) return skipped('needs gatehouse(config)')
    if (!modules.isHonoApp) return sound('not a Hono app: gatehouse(config) is the whole Worker')
    if (modules.gate === undefined)
      return skipped(`not one module of its own has app.use(gatehouse(config)): ${LOOK_YOURSELF}`)
    const path = nameOf(modules.gate.file)
    const order = gateOrderIn(modules.gate.text)
    switch (order.kind) {
      case 'first':
        return sound(`app.use(gatehouse(config)) is above all routes of ${path}`)
      case 'unknown':
        return skipped(`of ${path} it cannot be told, since ${order.why}: ${LOOK_YOURSELF}`)
      case 'partial':
        return [
          warning({
            found: `${path}, line ${order.line}, has gatehouse(config) for ${order.path} only.`,
            why: 'Requests for other paths pass it by, and are open to everybody.',
            remedy: `Write app.use(gatehouse(config)) there, and let rules with access: "public" say what is open.`,
          }),
        ]
      case 'below':
        return [
          problem({
            found: `${path} has ${listed(order.routes)} above app.use(gatehouse(config)) in line ${order.line}.`,
            why: 'Hono asks what stands above first, so it is open to everybody, whatever the rules say.',
            remedy: `Move app.use(gatehouse(config)) directly behind new Hono() in ${path}. What is to be open gets a rule with access: "public".`,
          }),
        ]
    }
  },
}

const LOOK_YOURSELF = 'see that it stands above all routes'

function listed(routes: readonly OpenRoute[]): string {
  const shown = routes.slice(0, 3).map(({ text, line }) => `${text} (line ${line})`)
  const rest = routes.length - shown.length
  return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
}

export const ENTRY_CHECKS: readonly Check[] = [entry, gateFirst, honoCopies]
