import { describe, expect, test } from 'vitest'
import { assets, defineConfig, origin, passthrough, service } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { ACME, JANE } from '../support/openid-provider.ts'
import { APP, createWorld, type World } from '../support/world.ts'

const ASSETS = 'https://files.example.com'
const ORIGIN = 'https://wiki.example.com'
const ZONE = 'https://zone.example.com'
const BACKEND = 'https://origin.internal.example'

const rules = [{ path: '/public/*', access: 'public' }] as const

const CONFIG = defineConfig({
  sites: {
    'files.example.com': { organization: ACME, upstream: assets(), rules },
    'app.example.com': { organization: ACME, upstream: service('APP'), rules },
    'wiki.example.com': { organization: ACME, upstream: origin(BACKEND), rules },
    'zone.example.com': { organization: ACME, upstream: passthrough(), rules },
  },
})

/** Every upstream answers alike. */
async function upstreamsThatAnswer(answer: () => Response): Promise<World> {
  const world = await createWorld()
  world.pages.answer = answer
  world.deploy({
    config: CONFIG,
    fetch: async (input, init) => {
      const request = new Request(input as Request, init as RequestInit)
      const isBackend = request.url.startsWith(BACKEND) || request.url.startsWith(ZONE)
      return isBackend ? answer() : world.provider.fetch(request)
    },
  })
  return world
}

/** An answer with these lines, in this order. */
const withLines = (lines: readonly string[], init: ResponseInit = {}, body: string | null = 'page') => {
  const headers = new Headers(init.headers)
  for (const line of lines) headers.append('Set-Cookie', line)
  return new Response(body, { ...init, headers })
}

const SITES: [string, string][] = [
  ['static files', ASSETS],
  ['another Worker', APP],
  ['an origin', ORIGIN],
  ['the zone’s own origin', ZONE],
]

const MALLORY = { ...JANE, user: 'mallory|9', email: 'mallory@acme.example' }

const FORGED = '__Host-gh-session=mallory; Path=/; Secure'

describe('an answer that sets the session of somebody else does not: session fixation by an upstream', () => {
  test.each(SITES)('of %s, with a session and on a public path', async (_upstream, site) => {
    let lines: string[] = []
    const world = await upstreamsThatAnswer(() => withLines(lines))
    const [browser, mallory] = [world.browser(), world.browser()]
    await world.signIn(browser, `${site}/a`)
    await world.signIn(mallory, `${site}/a`, MALLORY)
    const [own, theirs] = [browser, mallory].map((each) => each.cookie(site, '__Host-gh-session'))
    lines = [
      `__Host-gh-session=${theirs}; Path=/; Secure`,
      '__Host-gh-refresh=; Path=/; Secure; Max-Age=0',
      'theme=dark',
    ]
    for (const path of ['/b', '/public/b']) {
      expect(await linesOf(world, site + path, browser)).toEqual(['theme=dark'])
      expect(browser.cookie(site, '__Host-gh-session')).toBe(own)
      expect(browser.cookie(site, '__Host-gh-refresh')).toBeDefined()
    }
    const who = await (await browser.request(`${site}/auth/session`)).json<{ user: { email: string } }>()
    expect(who.user.email).toBe(JANE.email)
  })

  test.each(SITES)('of %s, in an error, a redirect and an answer without a body', async (_upstream, site) => {
    let init: ResponseInit = {}
    const world = await upstreamsThatAnswer(() => withLines([FORGED, 'theme=dark'], init, null))
    for (const status of [404, 500, 304, 204]) {
      init = { status }
      expect(await linesOf(world, `${site}/public/x`)).toEqual(['theme=dark'])
    }
    init = { status: 302, headers: { Location: `${BACKEND}/b` } }
    expect(await linesOf(world, `${site}/public/x`)).toEqual(['theme=dark'])
  })

  test.each([
    ['with a session', '/socket'],
    ['on a public path', '/public/socket'],
  ])('of a WebSocket’s 101, %s', async (_case, path) => {
    const world = await upstreamsThatAnswer(() => new Response('page'))
    const browser = world.browser()
    await world.signIn(browser, `${APP}/a`)
    world.pages.answer = () => {
      const headers = new Headers([
        ['Set-Cookie', FORGED],
        ['Set-Cookie', 'theme=dark'],
        ['Sec-WebSocket-Protocol', 'chat'],
      ])
      const { 0: theirs, 1: upstream } = new WebSocketPair()
      upstream.accept()
      upstream.addEventListener('message', ({ data }) => upstream.send(`echo ${data}`))
      return new Response(null, { status: 101, webSocket: theirs, headers })
    }
    const headers = { Upgrade: 'websocket', 'Sec-WebSocket-Protocol': 'chat' }
    const response = await browser.request(APP + path, { headers })
    expect(response.status).toBe(101)
    expect(response.headers.getSetCookie()).toEqual(['theme=dark'])
    expect(response.headers.get('Sec-WebSocket-Protocol')).toBe('chat')
    const socket = response.webSocket as WebSocket
    const heard = new Promise((resolve) => socket.addEventListener('message', ({ data }) => resolve(data)))
    socket.accept()
    socket.send('hello')
    expect(await heard).toBe('echo hello')
    socket.close()
  })
})

const linesOf = async (world: World, address: string, browser?: Browser): Promise<string[]> => {
  const answered = browser === undefined ? world.fetch(new Request(address)) : browser.request(address)
  return (await answered).headers.getSetCookie()
}

describe('what a browser would keep as one of ours is dropped', () => {
  const PREFIXES = ['', '__Host-', '__Secure-', '__Http-', '__Host-Http-', '__host-', '__SECURE-', '__hTTP-']
  const NAMES = ['gh-session', 'gh-refresh', 'gh-attempts', 'gh-login-AbC_-123', 'gh-login-', 'GH-Session']

  test.each(PREFIXES)('under the prefix “%s”', async (prefix) => {
    const lines = NAMES.map((name) => `${prefix}${name}=x; Path=/; Secure; HttpOnly`)
    const world = await upstreamsThatAnswer(() => withLines([...lines, 'a=b']))
    expect(await linesOf(world, `${APP}/public/x`)).toEqual(['a=b'])
  })

  test.each([
    ['blanks and tabs around the name', ' \t__Host-gh-session \t= x'],
    ['no value', '__Host-gh-session='],
    ['no equals sign, which is a value without a name', 'gh-session'],
    ['no equals sign, and attributes', 'gh-session; Path=/'],
    ['an empty name, of which a browser sends the value alone', '=gh-session=x'],
    ['an empty name between blanks', ' \t= \t__Host-gh-session=x; Path=/'],
    ['several equals signs', '==gh-refresh=x'],
    ['a deletion', '__Host-gh-session=; Max-Age=0; Path=/; Secure'],
    ['a deletion by date', 'gh-session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT'],
    ['a path and a domain', 'gh-session=x; Domain=example.com; Path=/a'],
    ['quotes', 'gh-session="x"'],
    ['an attribute first', 'gh-session=x;a=b'],
    ['the name of a login', 'gh-login-12345678=x'],
    ['partitions', '__Host-gh-session=x; Secure; Path=/; SameSite=None; Partitioned'],
  ])('with %s', async (_case, line) => {
    const world = await upstreamsThatAnswer(() => withLines(['a=1', line, 'b=2']))
    expect(await linesOf(world, `${APP}/public/x`)).toEqual(['a=1', 'b=2'])
  })
})

test('the site’s own cookies pass in order, unaltered, with what looks like ours only inside', async () => {
  const own = [
    'a=1; Path=/; HttpOnly',
    'b="2, x"; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
    'my-gh-session=1',
    'gh-sessions=1',
    'gh-login=1',
    'c=__Host-gh-session',
    'd=; gh-session=x',
    '=value',
    'value',
    '__Host-theme=dark; Path=/; Secure',
    'a=3',
  ]
  const world = await upstreamsThatAnswer(() =>
    withLines([FORGED, ...own.slice(0, 5), 'gh-attempts=1', ...own.slice(5), FORGED]),
  )
  expect(await linesOf(world, `${APP}/public/x`)).toEqual(own)
})

test('a renewal’s own cookies go out, beside those of the site and without the forged ones', async () => {
  const world = await upstreamsThatAnswer(() => withLines([FORGED, 'theme=dark']))
  const browser = world.browser()
  await world.signIn(browser, `${APP}/a`)
  world.clock.advance(6 * 60)
  const lines = await linesOf(world, `${APP}/b`, browser)
  expect(lines.map((line) => line.split('=')[0])).toEqual(['theme', '__Host-gh-session', '__Host-gh-refresh'])
  expect(lines.join()).not.toContain('mallory')
})

describe('an upstream that clears cookies clears none of ours: all go, or none', () => {
  test.each([
    ['"cookies"', null],
    ['"*"', '"cache", "storage", "executionContexts"'],
    ['"cache", "Cookies" ,"storage"', '"cache", "storage"'],
    ['"cache"', '"cache"'],
  ])('Clear-Site-Data: %s', async (sent, passed) => {
    for (const [, site] of SITES) {
      const world = await upstreamsThatAnswer(
        () => new Response('page', { headers: { 'Clear-Site-Data': sent, 'X-Own': 'kept' } }),
      )
      const { headers } = await world.browser().request(`${site}/public/x`)
      expect([headers.get('Clear-Site-Data'), headers.get('X-Own')], site).toEqual([passed, 'kept'])
    }
  })
})
