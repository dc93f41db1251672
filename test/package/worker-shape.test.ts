import { describe, expect, test } from 'vitest'
import { shapeOf, withoutComments } from '../../cli/init/worker-shape.ts'

const shape = (source: string, isTyped = true) => shapeOf(source, '../gatehouse.config', isTyped)
/** The module with the middleware in it; `undefined` where it stays as it is. */
function edited(source: string, isTyped = true): string | undefined {
  const found = shape(source, isTyped)
  return found.kind === 'hono' ? found.edited : undefined
}

const APP =
  "import { Hono } from 'hono'\n\nconst app = new Hono()\napp.get('/', (c) => c.text('hi'))\nexport default app\n"

describe('a Hono app', () => {
  test('gets the middleware before everything else', () => {
    expect(edited(APP)).toBe(`import { Hono } from 'hono'
import { type GatehouseEnv, gatehouse } from 'gatehouse-sso/hono'
import config from '../gatehouse.config'

export { OrganizationSessions } from 'gatehouse-sso'

const app = new Hono<GatehouseEnv>()
// Before all routes: what stands above it would be open to everybody.
app.use(gatehouse(config))
app.get('/', (c) => c.text('hi'))
export default app
`)
    expect(shape(edited(APP) ?? '')).toEqual({ kind: 'gatehouse', missing: [] })
  })

  test('is written as the rest of its module', () => {
    const source = `import { Hono } from "hono";\r\nimport {\r\n  logger,\r\n} from "hono/logger";\r\nimport config from "./own";\r\n\r\nexport const api = new Hono<{ Bindings: Env }>({ strict: false });\r\napi.use(logger());\r\nexport default {\r\n  fetch: api.fetch,\r\n  scheduled() {},\r\n};\r\n`
    expect(edited(source)).toBe(
      `import { Hono } from "hono";\r\nimport {\r\n  logger,\r\n} from "hono/logger";\r\nimport config from "./own";\r\nimport { type GatehouseEnv, gatehouse } from "gatehouse-sso/hono";\r\nimport gatehouseConfig from "../gatehouse.config";\r\n\r\nexport { OrganizationSessions } from "gatehouse-sso";\r\n\r\nexport const api = new Hono<GatehouseEnv & { Bindings: Env }>({ strict: false });\r\n// Before all routes: what stands above it would be open to everybody.\r\napi.use(gatehouse(gatehouseConfig));\r\napi.use(logger());\r\nexport default {\r\n  fetch: api.fetch,\r\n  scheduled() {},\r\n};\r\n`,
    )
  })

  test('has no types in JavaScript', () => {
    expect(edited(APP, false)).toContain("import { gatehouse } from 'gatehouse-sso/hono'")
    expect(edited(APP, false)).toContain('const app = new Hono()\n')
  })

  test.each([
    ['is a chain', APP.replace('new Hono()\napp', 'new Hono()\n')],
    ['has a base path', APP.replace('new Hono()', "new Hono().basePath('/api')")],
    ['is one of two', APP.replace('export', 'const other = new Hono()\nexport')],
    ['is made elsewhere', APP.replace('const app = new Hono()', 'const app = make(new Hono())')],
    ['is indented', APP.replace('const app', '  const app')],
    ['is not what is exported', APP.replace('export default app', 'export default { fetch: other.fetch }')],
    ['is exported wrapped', APP.replace('export default app', 'export default wrap(app)')],
    [
      'is exported in a comment only',
      APP.replace('export default app', '// export default app\nexport default x'),
    ],
    ['has such a name already', APP.replace("'/', ", "'/', gatehouse, ")],
    ['comes before an import', `const app = new Hono()\nimport { Hono } from 'hono'\nexport default app\n`],
  ])('that %s stays as it is, and the lines are said', (_case, source) => {
    const found = shape(source)
    expect(found).toMatchObject({ kind: 'hono', edited: undefined })
    expect(found.kind === 'hono' && found.lines).toEqual([
      "import { gatehouse } from 'gatehouse-sso/hono'",
      "import config from '../gatehouse.config'",
      "export { OrganizationSessions } from 'gatehouse-sso'",
      expect.stringMatching(/^app\.use\(gatehouse\(config\)\) .*before all routes/),
    ])
  })
})

describe('a module', () => {
  test.each([
    ['an object', 'export default { fetch() {} }'],
    ['a variable', 'const worker = {}\nexport default worker satisfies ExportedHandler<Env>'],
    ['a list', 'const worker = {}\nexport { worker as default }'],
    ['Hono in a comment only', "// import { Hono } from 'hono'\nexport default {}"],
  ])('whose default is %s can be asked', (_case, source) => {
    expect(shape(source)).toEqual({ kind: 'module' })
  })

  test.each([
    ['is a class', 'export default class extends WorkerEntrypoint {}', /WorkerEntrypoint/],
    ['is a service worker', "addEventListener('fetch', (event) => {})", /service worker/],
    ['exports nothing', 'console.log(1)', /no default export/],
  ])('that %s cannot', (_case, source, why) => {
    expect(shape(source)).toEqual({ kind: 'other', why: expect.stringMatching(why) })
  })

  test.each<[string, string, readonly string[]]>([
    [
      'all',
      "import { gatehouse } from 'gatehouse-sso'\nexport { OrganizationSessions } from 'gatehouse-sso'\nexport default gatehouse(c)",
      [],
    ],
    [
      'no class',
      "import { gatehouse } from 'gatehouse-sso'\nexport default gatehouse(c)",
      ["export { OrganizationSessions } from 'gatehouse-sso'"],
    ],
    [
      'no middleware but in a comment',
      "import { gatehouse } from 'gatehouse-sso/hono'\nexport { OrganizationSessions } from 'gatehouse-sso'\n// app.use(gatehouse(config))",
      ['app.use(gatehouse(config))'],
    ],
    [
      'claims of its own',
      "import { gatehouse } from 'gatehouse-sso/hono'\nexport { OrganizationSessions } from 'gatehouse-sso'\napp.use(gatehouse<Plan>(config))",
      [],
    ],
  ])('of Gatehouse with %s', (_case, source, missing) => {
    expect(shape(source)).toEqual({ kind: 'gatehouse', missing })
  })
})

test('comments and templates become blanks, and texts stay', () => {
  const source = ["a // b 'c'", '/* d', '*/ \'e // f\' `g // i` "j\\" /* k"'].join('\n')
  const expected = ['a         ', '    ', '   \'e // f\'          "j\\" /* k"'].join('\n')
  expect(withoutComments(source)).toBe(expected)
})
