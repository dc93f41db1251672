import { describe, expect, test } from 'vitest'
import { IDENTITY_HEADERS } from '../../support/identity-headers.ts'
import { useSignedIn } from '../../support/node/gated-origin.ts'
import { rawRequest, sendRaw } from '../../support/node/raw-http.ts'

const gated = useSignedIn()

type Headers = readonly (readonly [name: string, value: string])[]

/** Sends headers as they are. @returns those that the origin saw */
async function arrivingAt(path: string, headers: Headers, method = 'GET'): Promise<Headers> {
  const { port, origin } = gated.world
  const all = [['Host', `localhost:${port}`] as const, ...headers]
  const answer = await sendRaw(port, rawRequest(method, path, all))
  expect(answer.status).toBe(200)
  expect(origin.seen).toHaveLength(1)
  expect(origin.seen[0]?.method).toBe(method)
  return origin.seen.pop()?.headers ?? []
}

/** By the name that a server may read it as: CGI and WSGI turn `-` into `_`, and cannot tell the two apart. */
const valuesOf = (headers: Headers, name: string): string[] => {
  const wanted = name.toLowerCase().replace(/[^a-z0-9]/g, '-')
  return headers.filter(([n]) => n.toLowerCase().replace(/[^a-z0-9]/g, '-') === wanted).map(([, v]) => v)
}

const ADDRESS = [
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Forwarded-For',
  'X-Forwarded-Port',
  'X-Forwarded-Uri',
  'X-Forwarded-Prefix',
  'Forwarded',
  'X-Original-URL',
  'X-Original-Method',
  'X-Rewrite-URL',
  'X-HTTP-Method-Override',
  'X-HTTP-Method',
  'X-Method-Override',
]

/** By which backends learn an address or a person from other proxies. */
const BORROWED = [
  'X-Real-IP',
  'True-Client-IP',
  'Client-IP',
  'Remote-User',
  'X-Remote-User',
  'X-WebAuth-User',
  'X-Auth-Request-Email',
  'Cf-Access-Authenticated-User-Email',
  'X-MS-CLIENT-PRINCIPAL-NAME',
  'X-Amzn-Oidc-Identity',
  'X-Goog-Authenticated-User-Email',
  'X-Host',
  'X-Envoy-External-Address',
  'Proxy',
]

/** One name as it may be written, all of it at once for some servers. */
function spellings(name: string): string[] {
  const parts = name.split('-')
  const mixed = name.replaceAll(/-(?!.*-)/g, '_')
  const joined = ['-', '_', '.', '~', '|', '!'].map((by) => parts.join(by))
  const cases = [name, ...joined, mixed].flatMap((text) => [text, text.toLowerCase(), text.toUpperCase()])
  return [...new Set(cases)]
}

const FORGED = 'forged-by-the-visitor'

function expectOursOnly(headers: Headers, isSignedIn: boolean): void {
  for (const [name, value] of headers) expect(`${name}: ${value}`).not.toContain(FORGED)
  expect(valuesOf(headers, 'X-Forwarded-Host')).toEqual([`localhost:${gated.world.port}`])
  expect(valuesOf(headers, 'X-Forwarded-Proto')).toEqual(['http'])
  const user = valuesOf(headers, 'X-Forwarded-User')
  const email = valuesOf(headers, 'X-Forwarded-Email')
  const assertion = valuesOf(headers, 'Gatehouse-Assertion')
  if (!isSignedIn) {
    for (const name of IDENTITY_HEADERS) expect(valuesOf(headers, name), name).toEqual([])
    return
  }
  expect(user).toEqual([expect.stringMatching(/^conn_30000000000000001;/)])
  expect(email).toEqual(['you@example.com'])
  expect(valuesOf(headers, 'X-Forwarded-Preferred-Username')).toHaveLength(1)
  expect(assertion).toEqual([expect.stringMatching(/^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{86}$/)])
}

const VISITS: [visit: string, path: string, isSignedIn: boolean, sendsCookie: boolean][] = [
  ['a protected path', '/page', true, true],
  ['a public path, signed in', '/public/x', false, true],
  ['a public path, signed out', '/public/x', false, false],
]

describe.each(VISITS)('at %s the origin hears of nobody but from us', (_visit, path, isSignedIn, sends) => {
  const cookies = (): Headers => (sends ? [['Cookie', gated.cookie]] : [])

  test.each([...IDENTITY_HEADERS, ...ADDRESS, ...BORROWED])('%s, in every spelling', async (name) => {
    for (const spelling of spellings(name)) {
      const forged = [[spelling, FORGED] as const, ...cookies()]
      expectOursOnly(await arrivingAt(path, forged), isSignedIn)
    }
  })

  test.each([...IDENTITY_HEADERS, ...ADDRESS, ...BORROWED])('%s, more than once', async (name) => {
    const forged = spellings(name).map((spelling) => [spelling, FORGED] as const)
    expectOursOnly(await arrivingAt(path, [...forged, ...cookies(), ...forged]), isSignedIn)
  })

  test.each([...IDENTITY_HEADERS, ...ADDRESS, ...BORROWED])('%s, named in Connection', async (name) => {
    for (const spelling of spellings(name)) {
      const forged: Headers = [
        ['Connection', `close, ${spelling}`],
        [spelling, FORGED],
      ]
      expectOursOnly(await arrivingAt(path, [...forged, ...cookies()]), isSignedIn)
    }
  })

  test('with other bytes around it', async () => {
    const forged: Headers = [
      ['X-Forwarded-User', `\t ${FORGED} \t`],
      ['X-Forwarded-User', `${FORGED}, ${FORGED}`],
      ['x-forwarded-user', `\xff${FORGED}`],
      ['Gatehouse-', FORGED],
      ['gatehouse-anything', FORGED],
    ]
    expectOursOnly(await arrivingAt(path, [...forged, ...cookies()]), isSignedIn)
  })

  test('a method override does not change the method', async () => {
    const forged = spellings('X-HTTP-Method-Override').map((spelling) => [spelling, 'DELETE'] as const)
    await arrivingAt(path, [...forged, ...cookies()])
  })
})

test.each([
  'X-Forwarded-User : x',
  ' X-Forwarded-User: x',
  'X-Forwarded-User\t: x',
  'X-Forwarded-\0User: x',
  'A: b\r\n X-Forwarded-User: x',
  'A: b\nX-Forwarded-User: forged-by-the-visitor',
  'X-Forwarded-Us\xe9r: x',
])('the line %j, which is no header, brings nothing in', async (line) => {
  const { port, origin } = gated.world
  const answer = await sendRaw(
    port,
    `GET /page HTTP/1.1\r\nHost: localhost:${port}\r\n${line}\r\nCookie: ${gated.cookie}\r\n\r\n`,
  )
  if (answer.status === 200) expectOursOnly(origin.seen[0]?.headers ?? [], true)
  else {
    expect(answer.status).toBe(400)
    expect(origin.seen).toEqual([])
  }
})

describe('cookies', () => {
  test.each(VISITS)('ours never arrive, and the site’s own do: at %s', async (_visit, path, _is, sends) => {
    const ours = sends ? `${gated.cookie}; ` : ''
    const sent = `theme=dark; ${ours}gh-login-AAAAAAAA=x; __Host-gh-session=y; gh-attempts=z; lang="de, en"`
    const headers = await arrivingAt(path, [['Cookie', sent]])
    expect(valuesOf(headers, 'Cookie')).toEqual(['theme=dark; lang="de, en"'])
  })

  test('where there are only ours, there is no Cookie header', async () => {
    expect(valuesOf(await arrivingAt('/page', [['Cookie', gated.cookie]]), 'Cookie')).toEqual([])
  })

  test.each(['/page', '/public/x'])('in more than one header they arrive at %s no more', async (path) => {
    const { port, origin } = gated.world
    for (const order of [gated.cookie.split('; '), gated.cookie.split('; ').toReversed()]) {
      for (const own of [
        [...order, 'theme=dark'],
        ['theme=dark', ...order],
        ['a=b', gated.cookie, 'c=d'],
      ]) {
        origin.seen.length = 0
        const headers = [`localhost:${port}`, ...own].map(
          (value, at) => [at === 0 ? 'Host' : 'Cookie', value] as const,
        )
        await sendRaw(port, rawRequest('GET', path, headers))
        for (const seen of origin.seen)
          for (const value of valuesOf(seen.headers, 'Cookie')) expect(value).not.toMatch(/gh-|eyJ/)
      }
    }
  })
})

describe('Connection', () => {
  test('takes nothing away that is ours', async () => {
    const named = [...IDENTITY_HEADERS, ...ADDRESS, 'Cookie', 'Host'].join(', ')
    const headers = await arrivingAt('/page', [
      ['Connection', named],
      ['Cookie', `theme=dark; ${gated.cookie}`],
    ])
    expectOursOnly(headers, true)
    expect(valuesOf(headers, 'Host')).toEqual([new URL(gated.world.origin.url).host])
  })

  test('names what ends at the gate, and what is for one connection ends there too', async () => {
    const headers = await arrivingAt('/public/x', [
      ['Connection', 'X-Hop, keep-alive ,x-OTHER'],
      ['Connection', 'X-Third'],
      ['X-Hop', 'a'],
      ['X-Other', 'b'],
      ['x-third', 'c'],
      ['X-Stays', 'd'],
      ['Keep-Alive', 'timeout=5'],
      ['TE', 'trailers'],
      ['Proxy-Authorization', 'Basic YTpi'],
      ['HTTP2-Settings', 'AAMAAABkAAQAAP__'],
    ])
    const names = headers.map(([name]) => name.toLowerCase())
    expect(names).toContain('x-stays')
    for (const name of ['x-hop', 'x-other', 'x-third', 'te', 'proxy-authorization', 'http2-settings'])
      expect(names).not.toContain(name)
    expect(headers.flat().join()).not.toContain('timeout=5')
  })

  test('takes no connection to another protocol', async () => {
    const headers = await arrivingAt('/public/x', [
      ['Connection', 'Upgrade, HTTP2-Settings'],
      ['Upgrade', 'h2c'],
      ['HTTP2-Settings', 'AAMAAABkAAQAAP__'],
    ])
    expect(valuesOf(headers, 'Upgrade')).toEqual([])
    expect(valuesOf(headers, 'HTTP2-Settings')).toEqual([])
  })
})

describe('where a body ends is read one way', () => {
  const smuggle = (port: number, lines: string, body: string) =>
    `POST /form HTTP/1.1\r\nHost: localhost:${port}\r\n${lines}\r\n\r\n${body}`

  test.each([
    ['both lengths', 'Content-Length: 4\r\nTransfer-Encoding: chunked'],
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 60'],
    ['a length with a sign', 'Content-Length: +4'],
    ['an unknown coding', 'Transfer-Encoding: xchunked'],
    ['a coding in a list', 'Transfer-Encoding: identity, chunked'],
  ])('%s', async (_case, lines) => {
    const { port, origin } = gated.world
    const hidden = `0\r\n\r\nGET /admin/x HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`
    await sendRaw(port, smuggle(port, lines, hidden)).catch(() => undefined)
    expect(origin.seen.filter(({ url }) => url.includes('admin'))).toEqual([])
    expect(origin.seen.length).toBeLessThanOrEqual(1)
  })

  test('a body by chunks arrives', async () => {
    const { port, origin } = gated.world
    const body = '5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n'
    const answer = await sendRaw(port, smuggle(port, 'Transfer-Encoding: chunked', body))
    expect(answer.status).toBe(200)
    expect(origin.seen[0]?.bodyLength).toBe(11)
  })
})
