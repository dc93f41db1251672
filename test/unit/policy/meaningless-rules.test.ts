import { describe, expect, test } from 'vitest'
import { assets, type Rule, service } from '../../../src/config.ts'
import { parseConfig } from '../../../src/policy/config-schema.ts'

function problems(rules: readonly Rule[], upstream = service('APP'), basePath?: string): readonly string[] {
  const config = { ...(basePath && { basePath }), sites: { 'docs.example.com': { upstream, rules } } }
  const parsed = parseConfig(config)
  return parsed.ok ? [] : parsed.error
}

const open = (path: string, methods?: Rule['methods']): Rule => ({
  path,
  access: 'public',
  ...(methods && { methods }),
})
const closed = (path: string, methods?: Rule['methods']): Rule => ({
  ...open(path, methods),
  access: 'authenticated',
})

describe('a rule that no request reaches is a problem, which names it and what takes its requests', () => {
  test.each<[string, readonly Rule[], string]>([
    ['the same path', [open('/a'), closed('/a')], 'rules[1] can never match: rules[0] before it takes'],
    ['a trailing slash', [open('/a'), closed('/a/')], 'rules[1] can never match: rules[0] before it takes'],
    [
      'another encoding',
      [open('/a b'), closed('/a%20b')],
      'rules[1] can never match: rules[0] before it takes',
    ],
    [
      'a broad rule first',
      [open('/*'), closed('/admin/*')],
      'rules[1] can never match: rules[0] before it takes',
    ],
    [
      'a broad rule, for a page below',
      [open('/a/*'), closed('/a/b/c')],
      'rules[1] can never match: rules[0]',
    ],
    ['a broad rule, for its own root', [open('/a/*'), closed('/a')], 'rules[1] can never match: rules[0]'],
    ['every method it has', [open('/a'), closed('/a', ['GET'])], 'rules[1] can never match: rules[0]'],
    [
      'only what takes its requests is named',
      [open('/*', ['POST']), open('/a'), closed('/a', ['GET'])],
      'rules[2] can never match: rules[1] before it takes',
    ],
    ['HEAD by GET', [open('/a', ['GET']), closed('/a', ['HEAD'])], 'rules[1] can never match: rules[0]'],
    [
      'two rules between them',
      [open('/a', ['GET']), open('/a', ['POST']), closed('/a', ['POST', 'GET'])],
      'rules[2] can never match: rules[0] and rules[1] before it take every',
    ],
    ['a route of Gatehouse’s own', [open('/auth/login')], 'rules[0] can never match: Gatehouse itself'],
    [
      'a path parameter',
      [open('/a;b')],
      'rules[0] can never match: such a request can also be read as /a (without',
    ],
    [
      'a dot at the end of a name, beside the name',
      [closed('/a'), open('/a.')],
      'rules[1] can never match: such a request can also be read as /a (without dots and spaces behind names), which rules[0] decides',
    ],
    [
      'double encoding',
      [open('/a%252Fb')],
      'rules[0] can never match: such a request can also be read as /a/b',
    ],
    [
      'an encoded question mark',
      [open('/a%3Fb')],
      'rules[0] can never match: such a request can also be read as /a (cut',
    ],
    ['all of Gatehouse’s routes', [open('/auth/*')], 'rules[0] can never match: Gatehouse itself'],
  ])('%s', (_case, rules, problem) => {
    const found = problems(rules)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(`sites["docs.example.com"].${problem}`)
  })

  test('before static files, where one file has several addresses', () => {
    expect(problems([open('/a'), closed('/a.html')], assets())).toHaveLength(1)
    expect(problems([open('/a'), closed('/a.html')])).toEqual([])
    expect(problems([closed('/a.html'), closed('/a.html/*')], assets())).toEqual([])
    expect(problems([open('/index.html'), closed('/*')], assets())).toEqual([])
  })

  test('under the base path that the configuration names', () => {
    expect(problems([open('/sso/x')], service('APP'), '/sso')).toHaveLength(1)
    expect(problems([open('/auth/x')], service('APP'), '/sso')).toEqual([])
  })
})

test.each<[string, readonly Rule[]]>([
  ['a narrow rule before a broad one', [closed('/admin/*'), open('/*')]],
  ['a page, and what is below it', [open('/a'), closed('/a/*')]],
  ['siblings that begin alike', [open('/a/*'), closed('/ab')]],
  ['another case', [open('/a'), closed('/A')]],
  ['the front controller of PHP', [open('/index.php'), open('/s/*'), open('/index.php/s/*')]],
  ['everything, behind some of it', [open('/a'), open('/docs/a/*'), closed('/docs/*'), closed('/*')]],
  ['a name with characters that have to be encoded', [open('/a b'), open('/100%25'), open('/straße/*')]],
  ['one method before all', [open('/api/*', ['OPTIONS']), closed('/api/*')]],
  [
    'every method that has a name, before all',
    [open('/a', ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']), closed('/a')],
  ],
  ['GET, which HEAD does not cover', [open('/a', ['HEAD']), closed('/a', ['GET'])]],
  ['a path that only begins like the base path', [open('/authors/*')]],
])('a rule that some request reaches is none: %s', (_case, rules) => {
  expect(problems(rules)).toEqual([])
})

test('rules with other problems do not hide these, nor the other way round', () => {
  const flawed = { path: '/%ff', access: 'public' } as Rule
  const found = problems([flawed, open('/a'), closed('/a')])
  expect(found.some((problem) => problem.includes('rules[0].path has invalid'))).toBe(true)
  expect(found.some((problem) => problem.includes('rules[2] can never match'))).toBe(true)
})

describe('settings of a rule that contradict each other', () => {
  test.each<[string, object, string]>([
    ['cors without a session', { ...open('/a'), cors: ['https://a.example'] }, 'rules[0] cannot be public'],
    [
      'a shared cache for one person’s page',
      { ...closed('/a'), cache: 'public, max-age=60' },
      'rules[0] is not public',
    ],
    [
      'an s-maxage for one person’s page',
      { ...closed('/a'), cache: 's-maxage=60' },
      'rules[0] is not public',
    ],
    ['cache of no sense', { ...open('/a'), cache: 'forever' }, 'rules[0].cache must be'],
    ['cache that ends in a comma', { ...open('/a'), cache: 'no-store,' }, 'rules[0].cache must be'],
    ['cache with a line break', { ...open('/a'), cache: 'no-store\nX: y' }, 'rules[0].cache must be'],
    [
      'an origin with a path',
      { ...closed('/a'), cors: ['https://a.example/'] },
      'rules[0].cors[0] must be https://host',
    ],
    ['any origin', { ...closed('/a'), cors: ['*'] }, 'rules[0].cors[0] must be https://host'],
    [
      'an origin over http',
      { ...closed('/a'), cors: ['http://a.example'] },
      'rules[0].cors[0] must be https://host',
    ],
  ])('%s', (_case, rule, problem) => {
    expect(problems([rule as Rule]).join()).toContain(problem)
  })

  test.each([
    { ...open('/a'), cache: 'public, max-age=31536000, immutable' },
    { ...open('/a'), cache: 's-maxage=60,stale-while-revalidate=30' },
    { ...closed('/a'), cache: 'no-store' },
    {
      ...closed('/a'),
      cache: 'max-age=600, must-revalidate',
      cors: ['https://a.example:8443', 'http://localhost:3000'],
    },
  ])('%j is in order', (rule) => {
    expect(problems([rule as Rule])).toEqual([])
  })
})
