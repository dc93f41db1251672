import { settingIn } from '../../wrangler/named-file.ts'
import { type Check, problem, skipped, sound } from '../finding.ts'
import { ofWrangler } from './checks.ts'
import { gateFirst } from './gate-first.ts'

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
          remedy: `Write ${settingIn(label, 'main', 'src/worker.ts')} into ${label}, or let npx gatehouse init do it.`,
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

export const ENTRY_CHECKS: readonly Check[] = [entry, gateFirst, honoCopies]
