import { describe, expect, test } from 'vitest'
import type { EpochSeconds } from '../../../src/base/time.ts'
import { explainer } from '../../../src/policy/explain.ts'
import type { Visitor } from '../../../src/policy/policy.ts'
import { configOf, useSignedIn } from '../../support/node/gated-origin.ts'
import { rawRequest, sendRaw } from '../../support/node/raw-http.ts'

const gated = useSignedIn()

const now = Math.floor(Date.now() / 1000) as EpochSeconds

/** Whom rules see once `you@example.com` has signed in: a member of the Test Organization, without roles. */
const YOU: Visitor = {
  subject: 'you',
  organizationId: 'org_20000000000000001',
  connectionId: 'conn_30000000000000001',
  email: 'you@example.com',
  name: undefined,
  roles: [],
  groups: [],
  authenticatedAt: now,
}

type Headers = readonly (readonly [name: string, value: string])[]

/** The answer, and what reached the origin: by the rules, asked again with that path, no more than the visitor may see. */
async function ask(target: string, headers: Headers, visitor: Visitor | undefined, method = 'GET') {
  const { world } = gated
  const sent = visitor === undefined ? headers : [...headers, ['Cookie', gated.cookie] as const]
  const answer = await sendRaw(world.port, rawRequest(method, target, sent))
  const { seen } = world.origin
  expect(seen.length, 'requests that reached the origin').toBe(answer.status === 200 ? 1 : 0)
  expect(answer.status).toBeLessThan(500)
  const explain = explainer(configOf(world))
  for (const { method: used, url } of seen) {
    const address = `http://localhost:${world.port}${url}`
    const { decision, url: canonical } = explain(address, visitor, { method: used, now })
    expect(decision.outcome, url).toBe('allow')
    expect(canonical, 'an address that needs no further reading').toBe(address)
  }
  return { status: answer.status, reached: seen[0]?.url, body: answer.body }
}

const host = (): Headers => [['Host', `localhost:${gated.world.port}`]]

describe('a path is judged as it arrives at the origin, signed out and signed in', () => {
  test.each<[target: string, signedOut: number, signedIn: number, reached?: string]>([
    ['/public/x', 200, 200, '/public/x'],
    ['/page', 401, 200, '/page'],
    ['/admin/x', 401, 403],
    ['/', 401, 200, '/'],
    // other spellings of one path
    ['/public/%7Euser', 200, 200, '/public/%7Euser'],
    ['/public/%41%2d%2E%5f', 200, 200, '/public/%41%2d%2E%5f'],
    ['/public/%e4%bd%a0', 200, 200, '/public/%e4%bd%a0'],
    ['/public/a%20b', 200, 200, '/public/a%20b'],
    ['/public/a%2bb+c', 200, 200, '/public/a%2bb+c'],
    ['/public/%25', 200, 200, '/public/%25'],
    ['/public/[x]', 200, 200, '/public/[x]'],
    ['/public/x"y', 200, 200, '/public/x%22y'],
    ['/public/x\\y', 200, 200, '/public/x%5Cy'],
    // whatever they are read as, one rule covers them
    ['/public/group%2Fproject', 200, 200, '/public/group%2Fproject'],
    ['/public/@scope%2fname', 200, 200, '/public/@scope%2fname'],
    ['/public/r/http://example.com/x', 200, 200, '/public/r/http://example.com/x'],
    ['/public/%252fadmin', 200, 200, '/public/%252fadmin'],
    ['/public//admin', 200, 200, '/public//admin'],
    ['/projects/group%2Fproject', 401, 200, '/projects/group%2Fproject'],
    ['/@scope%2fname', 401, 200, '/@scope%2fname'],
    ['/r/http://example.com/x', 401, 200, '/r/http://example.com/x'],
    ['/a%252Fb', 401, 200, '/a%252Fb'],
    ['//localhost/x/y', 401, 200, '//localhost/x/y'],
    ['/admin//', 401, 403],
    // another path
    ['/Other/X', 401, 200, '/Other/X'],
    ['/publicity', 401, 200, '/publicity'],
    // a query is no path
    ['/public?x=/../admin', 200, 200, '/public?x=/../admin'],
    ['/public/x?y=%2f..%2f', 200, 200, '/public/x?y=%2f..%2f'],
    ['/public/x?\\..\\', 200, 200, '/public/x?\\..\\'],
    ['/admin?/public/', 401, 403],
    ['/?/public/x', 401, 200, '/?/public/x'],
    // an encoded separator is a character of a name, where that makes no difference
    ['/public/x%23/admin', 200, 200, '/public/x%23/admin'],
    ['/public/x%3f/admin', 200, 200, '/public/x%3f/admin'],
    ['/public/;/admin/x', 200, 200, '/public/;/admin/x'],
    // what the runtime takes for a fragment never arrives
    ['/public#/../admin', 200, 200, '/public'],
    ['/admin#/public', 401, 403],
  ])('%s: %d, %d', async (target, signedOut, signedIn, reached) => {
    const stranger = await ask(target, host(), undefined)
    expect(stranger.status).toBe(signedOut)
    if (signedOut === 200) expect(stranger.reached).toBe(reached)
    gated.world.origin.seen.length = 0
    const person = await ask(target, host(), YOU)
    expect(person.status).toBe(signedIn)
    expect(person.reached).toBe(reached)
  })
})

const AMBIGUOUS: readonly string[] = [
  ...[
    '//admin',
    '/%2fadmin',
    '//localhost/public/x',
    '//x/admin/x',
    '/(S(x))/admin/x',
    '/PUBLIC/x',
    '/Admin/x',
    '/AUTH/health',
    '/%61dmin/x',
    '/%70ublic/x',
  ],
  ...['/public/../admin/x', '/public/./../admin', '/public/..', '/.', '/..'],
  ...['/public/%2e%2e/admin', '/public/.%2E/admin/x', '/public/%2e/x', '/public/%2E%2e'],
  ...['/public/..;/admin/x', '/public/..;a=b/admin', '/public/..%3b/admin', '/public/.;/x'],
  ...['/admin;x/y', '/public;/x', '/public%3Bx', '/public%23/x', '/admin%3f/public', '/public%3f/x'],
  ...['/public/..%2fadmin', '/public%2fx', '/public%2Fx', '/auth%2fhealth', '/admin./x', '/public%20/x'],
  ...['/public/..%5cadmin', '/public/..%5Cadmin', '/public/..\\admin', '/public\\x', '\\admin'],
  ...['/public/%00', '/admin%00.html', '/public/%0d%0aX:y', '/public/x%09', '/public/x%7f'],
  ...['/%', '/%2', '/%zz', '/%u002e%u002e/admin', '/public/%2/x'],
  ...['/%ff', '/%c0%ae%c0%ae/admin', '/public/%c0%af..%c0%afadmin', '/%ed%a0%80', '/%c3'],
  ...['/public/%252e%252e/admin', '/public/%25252e', '/public/%25%32%65'],
  ...['/public/x%3f/../admin', '*', ''],
]

describe('what servers read in more than one way is refused, and reaches nobody', () => {
  test.each(AMBIGUOUS)('%j', async (target) => {
    expect((await ask(target, host(), undefined)).status).toBe(400)
    expect((await ask(target, host(), YOU)).status).toBe(400)
  })

  // Control characters, spaces, what is neither ASCII nor UTF-8, what is UTF-8
  const bytes = ['\0', '\x01', '\t', ' ', '\x7f', '\x80', '\xe4', '\xc3\xa4', '\xff', '\xc0\xae', '<']
  test.each(bytes)('the raw bytes %j', async (text) => {
    for (const target of [`/public/x${text}y`, `/public/x?${text}y`, `/page${text}`]) {
      expect((await ask(target, host(), YOU)).status, target).toBe(400)
    }
  })
})

describe('a target with scheme and host, as proxies get it, is judged by its path and by the Host header', () => {
  test.each<[target: string, signedOut: number, signedIn: number, reached?: string]>([
    ['http://localhost/public/x', 200, 200, '/public/x'],
    ['HTTP://LOCALHOST/public/x', 200, 200, '/public/x'],
    ['http://evil.example/public/x', 200, 200, '/public/x'],
    ['http://evil.example/page', 401, 200, '/page'],
    ['http://localhost/admin/x', 401, 403],
    ['http://localhost@evil.example/admin', 401, 403],
    ['http://localhost/public/../admin', 400, 400],
    ['http://localhost//admin', 400, 400],
    ['http://localhost/public/%2e%2e/admin', 400, 400],
  ])('%s: %d, %d', async (target, signedOut, signedIn, reached) => {
    expect((await ask(target, host(), undefined)).status).toBe(signedOut)
    gated.world.origin.seen.length = 0
    const person = await ask(target, host(), YOU)
    expect(person.status).toBe(signedIn)
    expect(person.reached).toBe(reached)
  })
})

describe('a host', () => {
  const at = (text: string): Headers => [['Host', text.replace('PORT', String(gated.world.port))]]

  test.each(['localhost:PORT', 'LOCALHOST:PORT', 'LocalHost.:PORT', 'loc%61lhost:PORT'])(
    '%s is that of the site',
    async (text) => {
      expect((await ask('/page', at(text), undefined)).status).toBe(401)
      expect((await ask('/page', at(text), YOU)).status).toBe(200)
    },
  )

  test.each(['localhost:1', 'localhost', 'localhost:'])(
    '%s is that of the site, on a port where nobody has signed in',
    async (text) => {
      expect((await ask('/public/x', at(text), undefined)).status).toBe(200)
      gated.world.origin.seen.length = 0
      expect((await ask('/page', at(text), YOU)).status).toBe(401)
    },
  )

  test.each([
    'evil.example',
    'localhost.evil.example',
    'evil-localhost',
    '.localhost',
    'nothing.localhost',
    'xn--lcalhost-r4a',
    'xn--localhost-',
    '127.0.0.1:PORT',
    '[::1]:PORT',
    '2130706433',
    '0x7f.1',
  ])('%s is unknown', async (text) => {
    for (const target of ['/public/x', '/page', '/auth/login']) {
      const { status } = await ask(target, at(text), YOU)
      expect([400, 421], target).toContain(status)
      if (!text.startsWith('xn--localhost-')) expect(status, target).toBe(421)
    }
  })

  test.each([
    '',
    'localhost..:PORT',
    'evil.example@localhost:PORT',
    'localhost@evil.example',
    'localhost#.evil:PORT',
    'localhost\\.evil',
    'localhost/../x',
    'localhost, evil.example',
    'localhost:99999',
    'localhost:80:80',
    'local host',
    'localhost%00',
    'localhost%2f.evil',
    'l\xf6calhost:PORT',
  ])('%j is none', async (text) => {
    expect((await ask('/public/x', at(text), YOU)).status).toBe(400)
  })

  test('with a query in it moves the path into the query, for the rule as for the origin', async () => {
    expect((await ask('/public/x', at('localhost:PORT?'), undefined)).status).toBe(401)
    expect((await ask('/public/x', at('localhost:PORT?'), YOU)).reached).toBe('/?/public/x')
  })

  test('that is missing, or there twice, is refused', async () => {
    const twice: Headers = [...host(), ['Host', 'evil.example']]
    for (const headers of [
      [],
      twice,
      twice.toReversed(),
      [['Host', `${host()[0]?.[1]}\r\n evil`] as const],
    ]) {
      expect((await ask('/public/x', headers, YOU)).status).toBe(400)
    }
  })
})

test.each(['PURGE', 'TRACE', 'PROPFIND', 'DELETE', 'HEAD'])(
  'the method %s opens nothing that GET does not',
  async (method) => {
    expect((await ask('/page', host(), undefined, method)).status).toBe(401)
    expect((await ask('/admin/x', host(), YOU, method)).status).toBe(403)
  },
)

test.each(['CONNECT', 'get', 'GET/x', 'G\tET'])(
  'the method %j, which the runtime itself refuses, reaches nobody',
  async (method) => {
    const { port, origin } = gated.world
    const answer = await sendRaw(port, rawRequest(method, '/public/x', host()))
    expect(answer.status).not.toBe(200)
    expect(origin.seen).toEqual([])
  },
)
