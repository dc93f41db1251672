import { describe, expect, test } from 'vitest'
import { gateOrderIn } from '../../cli/doctor/wrangler/gate-order.ts'

const HEAD = `import { type GatehouseEnv, gatehouse } from 'gatehouse-sso/hono'
import { Hono } from 'hono'
import config from '../gatehouse.config'
`
/** What is said of a module with these lines below its imports, which begin with line 4. */
const order = (lines: string, head = HEAD) => gateOrderIn(head + lines)
const END = '\nexport default app\n'

describe('the gate stands above all routes', () => {
  test.each([
    "const app = new Hono()\napp.use(gatehouse(config))\napp.get('/', (c) => c.text('a'))",
    "const app = new Hono<GatehouseEnv & { Bindings: { A: KVNamespace } }>()\napp.use(logger())\napp.use('*', gatehouse<Claims>(config, { onLogin }))\napp.get('/')",
    "const app = new Hono().use(gatehouse(config)).get('/', (c) => c.text('a'))",
    "// app.get('/old')\nconst app = new Hono()\nconst gate = gatehouse(config)\napp.use(gate)\napp.get('/')",
    "const api = new Hono()\napi.get('/me')\nconst app = new Hono()\napp.use(gatehouse(config))\napp.route('/api', api)",
    "const app = new Hono()\napp.use(logger(\"app.get('/')\")).use(gatehouse(config))\napp.all('*')",
  ])('%j', (lines) => {
    expect(order(lines + END)).toEqual({ kind: 'first' })
  })

  test('under other names', () => {
    const renamed = "import { gatehouse as gate } from 'gatehouse-sso/hono'\n"
    expect(order(`const app = new Hono()\napp.use(gate(config))${END}`, renamed)).toEqual({ kind: 'first' })
    const space = "import * as sso from 'gatehouse-sso/hono'\n"
    expect(order(`const app = new Hono()\napp.use(sso.gatehouse(config))${END}`, space)).toEqual({
      kind: 'first',
    })
  })
})

describe('what is registered above the gate is open', () => {
  test.each([
    [
      "const app = new Hono()\napp.get('/a', (c) => c.text(')'))\napp.use(gatehouse(config))",
      "app.get('/a')",
      5,
    ],
    ["const app = new Hono().get('/a', (c) => c.text('a')).use(gatehouse(config))", "app.get('/a')", 4],
    ["const app = new Hono()\napp.use(logger()).all('*', f).use(gatehouse(config))", "app.all('*')", 5],
    ['const app = new Hono()\napp\n  .post(path, f)\napp.use(gatehouse(config))', 'app.post(…)', 6],
  ])('%j', (lines, text, line) => {
    expect(order(lines + END)).toMatchObject({ kind: 'below', routes: [{ text, line }] })
  })
})

test('a gate for some paths is said to be one', () => {
  const found = order(`const app = new Hono()\napp.use('/app/*', gatehouse(config))${END}`)
  expect(found).toEqual({ kind: 'partial', path: '/app/*', line: 5 })
})

test.each([
  ["const app = new Hono().basePath('/app')\napp.use(gatehouse(config))", '/app/*', 5],
  ["const app = new Hono().basePath('/a').basePath('b/')\napp.use('/c/*', gatehouse(config))", '/a/b/c/*', 5],
])('the base path of an app counts as well: %j', (lines, path, line) => {
  expect(order(lines + END)).toEqual({ kind: 'partial', path, line })
})

test('a base path that is set behind the gate does not', () => {
  const found = order(`const app = new Hono().use(gatehouse(config)).basePath('/app').get('/')${END}`)
  expect(found).toEqual({ kind: 'first' })
})

describe('nothing is said of what is written in another way', () => {
  test.each([
    ['const app = new Hono().basePath(base)\napp.use(gatehouse(config))'],
    ['const app = make()\napp.use(gatehouse(config))'],
    [
      'const app = new Hono()\napp.use((c, next) => (c.req.path === "/" ? next() : gatehouse(config)(c, next)))',
    ],
    ['const app = new Hono()\nif (secure) {\n  app.use(gatehouse(config))\n}'],
    ["const app = new Hono()\nif (debug) {\n  app.get('/debug', f)\n}\napp.use(gatehouse(config))"],
    ['const app = new Hono()\naddRoutes(app)\napp.use(gatehouse(config))'],
    ["const app = new Hono()\nconst admin = new Hono()\nadmin.use(gatehouse(config))\napp.get('/')"],
    ['const a = new Hono()\na.use(gatehouse(config))\nconst app = new Hono()\napp.use(gatehouse(config))'],
  ])('%j', (lines) => {
    expect(order(lines + END).kind).toBe('unknown')
  })
})
