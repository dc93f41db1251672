import { expect, test } from 'vitest'
import { problemsIn } from '../../cli/dev/problems.ts'
import { welcome } from '../../cli/dev/welcome.ts'
import { assets } from '../../src/config.ts'

const upstream = assets()
const sites = { 'docs.example.com': { upstream }, localhost: { upstream }, '*.example.net': { upstream } }
const started = {
  port: 8787,
  scalekit: 'http://127.0.0.1:8788',
  usesSimulator: true,
  config: { sites },
  problems: [],
  wrong: [],
}

test('the start of gatehouse dev names no host that leads elsewhere', () => {
  const said = welcome({ ...started, gatehouse: 'http://localhost:8787' })
  expect(said).toContain('  localhost: sign in as ')
  expect(said).not.toContain('example.com:')
  expect(said).not.toContain('example.net:')
})

test('the host of a tunnel leads here', () => {
  const said = welcome({ ...started, gatehouse: 'https://try.example.net' })
  expect(said).toContain('  *.example.net: sign in as ')
  expect(said).not.toContain('docs.example.com')
})

test.each([
  ['login.localhost', undefined, 'http://login.localhost:8787/auth/sessions'],
  ['login.localhost', '/sso', 'http://login.localhost:8787/sso/sessions'],
  ['login.example.com', undefined, 'https://login.example.com/auth/sessions'],
])(
  'of the login host %s it names a page that shows something (base path: %s)',
  (loginHost, basePath, address) => {
    const config = { sites, loginHost, ...(basePath !== undefined && { basePath }) }
    const said = welcome({ ...started, gatehouse: 'http://localhost:8787', config })
    expect(said).toContain(`  Login host          ${address}\n`)
  },
)

test('what is wrong although people get in is said beside who they are', () => {
  const said = welcome({ ...started, gatehouse: 'http://localhost:8787', wrong: ['All is open.'] })
  expect(said).toContain('  All is open.\n')
  expect(said).toContain('sign in as')
})

test.each([true, false])(
  'where nobody gets in, it says so first, and of nobody that they could (simulator: %s)',
  (usesSimulator) => {
    const problems = ['GATEHOUSE_KEYS is not set', 'sites.localhost.upstream is missing\u009b']
    const said = welcome({ ...started, gatehouse: 'http://localhost:8787', usesSimulator, problems })
    expect(said).toContain('every request is answered with 503, because of 2 problems.')
    expect(said).toContain('  - GATEHOUSE_KEYS is not set\n  - sites.localhost.upstream is missing?\n')
    expect(said).toContain('npx gatehouse doctor --offline')
    expect(said).not.toContain('sign in')
  },
)

test('whether nobody gets in is what the Worker answers', () => {
  const refused = (more: object) => JSON.stringify({ code: 'misconfigured', ...more })
  expect(problemsIn({ status: 503, body: refused({ problems: ['a', 'b'] }) })).toEqual(['a', 'b'])
  // With GATEHOUSE_DEVELOPMENT=0.
  expect(problemsIn({ status: 503, body: refused({}) })).toEqual([expect.stringContaining('in its log')])
  expect(problemsIn({ status: 503, body: '{"code":"other"}' })).toEqual([])
  expect(problemsIn({ status: 503, body: 'Upstream is away' })).toEqual([])
  expect(problemsIn({ status: 200, body: refused({}) })).toEqual([])
})
