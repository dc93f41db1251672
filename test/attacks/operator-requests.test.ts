import { reset } from 'cloudflare:test'
import { generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Browser } from '../support/browser.ts'
import { handoffUnderWay } from '../support/handoffs.ts'
import { ACME_SITE, MANY_HOSTS, manyHosts } from '../support/many-hosts.ts'
import { ACME, HANK, JANE } from '../support/openid-provider.ts'
import {
  ask,
  type Claims,
  claimsFor,
  end,
  list,
  newOperatorPair,
  operatorKeys,
  post,
  sign,
} from '../support/operator.ts'
import { APP, createWorld, DOCS, GLOBEX_SITE, shownCode, type World } from '../support/world.ts'

const operator = await newOperatorPair('operator-1')
const stranger = await newOperatorPair('operator-1')
const colleague = await newOperatorPair('operator-2')
const env = { GATEHOUSE_OPERATOR_KEYS: operatorKeys(operator, colleague) }

let world: World
let jane: Browser
beforeEach(async () => {
  world = await createWorld({ env })
  jane = world.browser()
  await world.signIn(jane, `${DOCS}/a`)
  world.kv.operations.length = 0
  world.sessions.calls.length = 0
  world.limited.length = 0
})
// What was ended stays so for logins from before.
afterEach(() => reset())

const END = { cmd: 'end', org: ACME } as const
const stillSignedIn = async () => (await list(world, operator, { org: ACME })).sessions.length === 1

/** The request is refused in plain words, no storage was asked, and Jane's session goes on. */
async function expectRefused(response: Response, status: number, code: string, refusal: object) {
  expect(response.status).toBe(status)
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  expect(await shownCode(response)).toBe(code)
  expect(world.log.at(-1)?.refusal).toMatchObject(refusal)
  expect([...world.kv.operations, ...world.sessions.calls]).toEqual([])
  expect(await stillSignedIn()).toBe(true)
}

const disbelieved = (response: Response, check: string) =>
  expectRefused(response, 401, 'operator_refused', { reason: 'operator_request_invalid', check })
const malformed = (response: Response, check: string) =>
  expectRefused(response, 400, 'bad_request', { reason: 'operator_request_malformed', check })

describe('a forged request', () => {
  test('signed with a key of somebody else, under the name of an operator’s', async () => {
    await disbelieved(await post(world, await sign(stranger, claimsFor(world, END))), 'signature')
  })

  test('under a name that no key has', async () => {
    await disbelieved(await post(world, await sign(stranger, claimsFor(world, END), { kid: 'x' })), 'kid')
  })

  test('under one operator’s name with the key of another', async () => {
    await disbelieved(
      await post(world, await sign(colleague, claimsFor(world, END), { kid: 'operator-1' })),
      'signature',
    )
  })

  test('that brings its own key along (CVE-2018-0114)', async () => {
    const header = { jwk: stranger.publicJwk, x5u: 'https://evil.example/', jku: 'https://evil.example/' }
    await disbelieved(
      await post(world, await sign(stranger, claimsFor(world, END), header as object)),
      'signature',
    )
  })

  test.each(['none', 'None', 'nOnE'])('with alg %s and no signature (CVE-2015-9235)', async (alg) => {
    const [, claims] = (await sign(operator, claimsFor(world, END))).split('.')
    const header = btoa(JSON.stringify({ typ: 'gh-operator+jwt', alg, kid: 'operator-1' })).replace(/=+$/, '')
    await disbelieved(await post(world, `${header}.${claims}.`), 'alg')
  })

  test.each([
    ['the JWK', JSON.stringify(operator.publicJwk)],
    ['the whole variable', env.GATEHOUSE_OPERATOR_KEYS],
    ['x and y', `${operator.publicJwk['x']}${operator.publicJwk['y']}`],
  ])(
    'with HS256 and the public key as its secret: %s (key confusion, CVE-2016-5431)',
    async (_case, text) => {
      const secret = new TextEncoder().encode(text)
      const header = { typ: 'gh-operator+jwt', alg: 'HS256', kid: 'operator-1' }
      const token = await new SignJWT(claimsFor(world, END)).setProtectedHeader(header).sign(secret)
      await disbelieved(await post(world, token), 'alg')
    },
  )

  test.each(['RS256', 'ES384', 'EdDSA'])('with another algorithm, %s', async (alg) => {
    const { privateKey } = await generateKeyPair(alg)
    const token = await sign({ kid: 'operator-1', privateKey }, claimsFor(world, END), { alg })
    await disbelieved(await post(world, token), 'alg')
  })

  test('with a signature of zeros (CVE-2022-21449)', async () => {
    const [header, claims] = (await sign(operator, claimsFor(world, END))).split('.')
    await disbelieved(await post(world, `${header}.${claims}.${'A'.repeat(86)}`), 'signature')
  })

  test('whose command was changed after it was signed', async () => {
    const [header, , signature] = (await sign(operator, claimsFor(world, { org: ACME }))).split('.')
    const changed = btoa(JSON.stringify(claimsFor(world, END)))
      .replace(/\+/g, '-')
      .replace(/\//g, '_')
      .replace(/=+$/, '')
    await disbelieved(await post(world, `${header}.${changed}.${signature}`), 'signature')
  })

  test('with a header that has to be understood, and is not (RFC 7515 section 4.1.11)', async () => {
    const header = { crit: ['exp-later'], 'exp-later': true } as Partial<JWTHeaderParameters>
    const token = await sign(operator, claimsFor(world, END))
    const [, claims, signature] = token.split('.')
    const forged = btoa(
      JSON.stringify({ typ: 'gh-operator+jwt', alg: 'ES256', kid: 'operator-1', ...header }),
    )
    await disbelieved(await post(world, `${forged.replace(/=+$/, '')}.${claims}.${signature}`), 'format')
  })
})

describe('a request at the wrong time', () => {
  test('at its last second is taken', async () => {
    const token = await sign(operator, claimsFor(world, END))
    world.clock.advance(59)
    expect((await post(world, token)).status).toBe(200)
  })

  test('late, when its minute is over', async () => {
    const token = await sign(operator, claimsFor(world, END))
    world.clock.advance(60)
    await disbelieved(await post(world, token), 'exp')
  })

  test('signed for longer than a minute', async () => {
    const exp = world.clock.seconds + 61
    await disbelieved(await post(world, await sign(operator, claimsFor(world, { ...END, exp }))), 'lifetime')
  })

  test('dated half a minute ahead is taken, as clocks differ', async () => {
    const iat = world.clock.seconds + 30
    expect((await ask(world, operator, { ...END, iat, exp: iat + 60 })).status).toBe(200)
  })

  test.each([31, 3600, 10 ** 9])('dated %i seconds ahead, to be used then', async (ahead) => {
    const iat = world.clock.seconds + ahead
    await disbelieved(await ask(world, operator, { ...END, iat, exp: iat + 60 }), 'iat')
  })

  test.each([
    ['iat', undefined, 'iat'],
    ['exp', undefined, 'exp'],
    ['jti', undefined, 'jti'],
    ['aud', undefined, 'aud'],
    ['iat', '1', 'iat'],
    ['exp', '9999999999', 'exp'],
    ['exp', 1e300, 'exp'],
    ['iat', -1e300, 'iat'],
    ['iat', 1.5, 'iat'],
    ['jti', '', 'jti'],
    ['jti', 'short', 'jti'],
    ['jti', 'j'.repeat(65), 'jti'],
    ['jti', 7, 'jti'],
  ])('with %s %j', async (claim, value, check) => {
    await disbelieved(await ask(world, operator, { ...END, [claim]: value }), check)
  })

  test('not valid yet, by its own nbf', async () => {
    await disbelieved(await ask(world, operator, { ...END, nbf: world.clock.seconds + 10 }), 'nbf')
  })
})

describe('a request that was taken down', () => {
  test('counts once, on whichever isolate', async () => {
    const token = await sign(operator, claimsFor(world, { org: ACME }))
    expect((await post(world, token)).status).toBe(200)
    for (const again of ['here', 'there']) {
      if (again === 'there') world.deploy({ env })
      const response = await post(world, token)
      expect(response.status).toBe(401)
      expect(await shownCode(response)).toBe('operator_refused')
      expect(world.log.at(-1)?.refusal).toEqual({
        reason: 'operator_request_repeated',
        operator: 'operator-1',
      })
    }
  })

  test('twenty times at the same moment, counts once', async () => {
    const token = await sign(operator, claimsFor(world, END))
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(world, token)))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array(19).fill(401)])
  })

  test('and ended sessions, ends none that were opened since', async () => {
    const token = await sign(operator, claimsFor(world, END))
    await post(world, token)
    world.clock.advance(2)
    await world.signIn(world.browser(), `${DOCS}/a`)
    expect((await post(world, token)).status).toBe(401)
    expect(await stillSignedIn()).toBe(true)
  })

  test('under the name of another request, the second is refused, also of a colleague', async () => {
    const jti = crypto.randomUUID()
    expect((await ask(world, operator, { org: ACME, jti })).status).toBe(200)
    expect((await ask(world, colleague, { ...END, jti })).status).toBe(401)
    expect(await stillSignedIn()).toBe(true)
  })
})

describe('a request for another place', () => {
  test.each<[string, unknown]>([
    ['another host of the same deployment', `${GLOBEX_SITE}/auth/operator`],
    ['the same host by http', 'http://docs.example.com/auth/operator'],
    ['the host alone', 'docs.example.com'],
    ['the issuer of its sessions', `${DOCS}/auth`],
    ['a slash more', `${DOCS}/auth/operator/`],
    ['several hosts', [`${DOCS}/auth/operator`, `${GLOBEX_SITE}/auth/operator`]],
    ['a list of this one alone', [`${DOCS}/auth/operator`]],
  ])('%s', async (_case, aud) => {
    await disbelieved(await post(world, await sign(operator, claimsFor(world, { ...END, aud }))), 'aud')
  })

  test('brought there by a Host that the query or a header names changes nothing', async () => {
    const token = await sign(operator, claimsFor(world, { ...END, aud: `${GLOBEX_SITE}/auth/operator` }))
    const headers = { 'Content-Type': 'application/jwt', 'X-Forwarded-Host': 'globex.example.com' }
    await disbelieved(await post(world, token, { headers }), 'aud')
  })
})

describe('another token of ours', () => {
  test.each(['__Host-gh-session', '__Host-gh-refresh'])('a person’s %s', async (name) => {
    const response = await post(world, jane.cookie(DOCS, name) ?? '')
    await disbelieved(response, 'alg')
  })

  test('a login request, a handoff ticket', async () => {
    const hosts = await handoffUnderWay(await manyHosts(MANY_HOSTS, { env }))
    const request = hosts.trail.flatMap((address) => new URL(address).searchParams.getAll('request'))[0] ?? ''
    expect(request).toMatch(/^eyJ/)
    for (const [token, check] of [
      [request, 'alg'],
      [hosts.ticket, 'format'],
    ] as const) {
      expect(await shownCode(await post(hosts.world, token, {}, ACME_SITE))).toBe('operator_refused')
      expect(hosts.world.log.at(-1)?.refusal).toEqual({ reason: 'operator_request_invalid', check })
    }
  })

  test('an assertion, which is ES256 too', async () => {
    await world.signIn(world.browser(), `${APP}/a`)
    const assertion = world.pages.last?.headers.get('Gatehouse-Assertion') ?? ''
    expect(assertion).toMatch(/^eyJ/)
    expect(await shownCode(await post(world, assertion))).toBe('operator_refused')
    expect(world.log.at(-1)?.refusal).toEqual({ reason: 'operator_request_invalid', check: 'kid' })
  })

  test.each(['JWT', 'gh-session+jwt', 'gh-request+jwt', undefined])(
    'whatever the operator’s key has signed as %s',
    async (typ) => {
      const header = { typ } as Partial<JWTHeaderParameters>
      await disbelieved(await post(world, await sign(operator, claimsFor(world, END), header)), 'typ')
    },
  )

  test('an operator’s request is nobody’s session, login request, ticket or assertion', async () => {
    const token = await sign(operator, claimsFor(world, { org: ACME }))
    const thief = world.browser()
    for (const name of ['__Host-gh-session', '__Host-gh-refresh'])
      thief.cookies.plant(new URL(DOCS), name, token)
    expect((await thief.request(`${DOCS}/auth/session`)).status).toBe(401)
  })
})

describe('what is not signed', () => {
  test('decides nothing: neither query nor header changes the command', async () => {
    const token = await sign(operator, claimsFor(world, { org: ACME }))
    const response = await world.fetch(
      new Request(`${DOCS}/auth/operator?cmd=end&org=${ACME}`, {
        method: 'POST',
        body: token,
        headers: { 'Content-Type': 'application/jwt', 'X-HTTP-Method-Override': 'DELETE', cmd: 'end' },
      }),
    )
    expect(Object.keys((await response.json()) as object)).toContain('sessions')
    expect(await stillSignedIn()).toBe(true)
  })

  test('gives no authority: a person’s session beside junk', async () => {
    const body = await sign(stranger, claimsFor(world, END))
    const headers = { 'Content-Type': 'application/jwt' }
    const response = await jane.request(`${DOCS}/auth/operator`, { method: 'POST', body, headers })
    await disbelieved(response, 'signature')
  })
})

describe('a command that was not meant so', () => {
  test.each<[string, Claims, string]>([
    ['nobody named', { org: undefined }, 'org'],
    ['an address alone', { org: undefined, email: JANE.email }, 'org'],
    ['an empty organization', { org: '' }, 'org'],
    ['one shard of a registry', { org: `${ACME}#1` }, 'org'],
    ['a connection for an organization', { org: JANE.connection }, 'org'],
    ['one shard, as somebody’s subject', { org: undefined, subject: 'x#1' }, 'org'],
    ['an organization, as somebody’s subject', { org: undefined, subject: ACME }, 'org'],
    ['several organizations', { org: [ACME, 'org_2'] }, 'org'],
    ['everybody, by a wildcard', { org: '*' }, 'org'],
    ['a person that is an object', { email: { $ne: '' } }, 'email'],
    ['a restriction that this version does not know', { host: 'docs.example.com' }, 'host'],
    ['a command that there is not', { cmd: 'delete' }, 'cmd'],
    ['no command', { cmd: undefined }, 'cmd'],
  ])('%s ends nothing', async (_case, changes, check) => {
    await disbelieved(await ask(world, operator, { ...END, ...changes }), check)
  })

  test.each<[string, Claims, string]>([
    ['more than an answer holds', { limit: 501 }, 'limit'],
    ['less than nothing', { limit: -1 }, 'limit'],
    ['half a session', { limit: 0.5 }, 'limit'],
    ['no limit', { limit: undefined }, 'limit'],
    ['a cursor that is a statement', { cursor: "0' OR 1=1 --" }, 'cursor'],
    ['an endless cursor', { cursor: '1.'.repeat(300) }, 'cursor'],
  ])('a list with %s', async (_case, changes, check) => {
    await disbelieved(await ask(world, operator, { org: ACME, ...changes }), check)
  })

  test.each(['1.2', '1.', '-1', 'x', '9'.repeat(16)])('a list from the cursor %s', async (cursor) => {
    const response = await ask(world, operator, { org: ACME, cursor })
    expect(response.status).toBe(400)
    expect(world.log.at(-1)?.refusal).toEqual({ reason: 'operator_request_malformed', check: 'cursor' })
  })

  test('somebody’s name that is a statement finds nobody', async () => {
    for (const claim of ['email', 'subject', 'sid'])
      expect(await end(world, operator, { org: ACME, [claim]: "x'_OR_1=1--" }), claim).toBe(0)
    expect(await stillSignedIn()).toBe(true)
  })

  test('ends nobody of another organization', async () => {
    const hank = world.browser()
    await world.signIn(hank, `${GLOBEX_SITE}/a`, HANK)
    const { sessions } = await list(world, operator, { org: HANK.organization })
    expect(await end(world, operator, { org: ACME, sid: sessions[0]?.id })).toBe(0)
    expect(await end(world, operator, END)).toBe(1)
    expect((await list(world, operator, { org: HANK.organization })).sessions).toHaveLength(1)
  })
})

describe('what a browser can send', () => {
  test.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', ''])(
    'a form of another site (%s), even with a genuine request in it',
    async (type) => {
      const token = await sign(operator, claimsFor(world, END))
      const response = await jane.visit(`${DOCS}/auth/operator`, {
        method: 'POST',
        from: 'cross-site',
        body: token,
        headers: type === '' ? {} : { 'Content-Type': type, Origin: 'https://evil.example' },
      })
      await malformed(response, 'Content-Type')
    },
  )

  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('%s', async (method) => {
    const response = await world.fetch(
      new Request(`${DOCS}/auth/operator?token=${await sign(operator, claimsFor(world, END))}`, { method }),
    )
    expect(response.status).toBe(405)
    expect(response.headers.get('Allow')).toBe('POST')
    expect(world.sessions.calls).toEqual([])
  })

  test('a preflight of another site: no script there may send a token', async () => {
    const headers = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' }
    const response = await world.fetch(new Request(`${DOCS}/auth/operator`, { method: 'OPTIONS', headers }))
    expect(response.status).toBe(405)
    expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull()
  })
})

describe('a flood', () => {
  const verifications = async (run: () => Promise<unknown>) => {
    const spy = vi.spyOn(crypto.subtle, 'verify')
    await run()
    const { length } = spy.mock.calls
    spy.mockRestore()
    return length
  }

  test.each<[string, () => Promise<string> | string, number]>([
    ['junk', () => 'x'.repeat(4000), 0],
    ['nothing', () => '', 0],
    ['dots', () => '.'.repeat(4000), 0],
    ['bytes that are no text', () => '\u0000\uffff', 0],
    ['names of keys that are not there', () => sign(stranger, claimsFor(world, END), { kid: 'x' }), 0],
    ['forged signatures', () => sign(stranger, claimsFor(world, END)), 1],
  ])('of %s costs one verification each at most, and no storage', async (_case, token, each) => {
    await world.fetch(new Request(`${DOCS}/auth/health`))
    const body = await token()
    world.kv.operations.length = 0
    world.sessions.calls.length = 0
    const count = await verifications(async () => {
      for (let time = 0; time < 10; time += 1) expect((await post(world, body)).status).toBe(401)
    })
    expect(count).toBe(10 * each)
    expect([...world.kv.operations, ...world.sessions.calls, ...world.limited]).toEqual([])
  })

  test('of bodies longer than a token costs no verification', async () => {
    await world.fetch(new Request(`${DOCS}/auth/health`))
    const token = await sign(operator, claimsFor(world, { ...END, email: 'x'.repeat(4000) }))
    const count = await verifications(async () => malformed(await post(world, token), 'length'))
    // That she is still signed in is asked by a genuine request.
    expect(count).toBe(1)
  })

  test('of oversized bodies is cut off', async () => {
    const response = await post(world, new Uint8Array(300_000))
    expect(response.status).toBe(413)
  })
})

test('without keys of operators there is nothing, whoever asks', async () => {
  for (const keys of [undefined, '']) {
    world.deploy({ env: { GATEHOUSE_OPERATOR_KEYS: keys } })
    const response = await post(world, await sign(operator, claimsFor(world, END)))
    expect(response.status).toBe(404)
    expect(await shownCode(response)).toBe('not_found')
  }
})

test('a key that was taken away signs nothing any more', async () => {
  world.deploy({ env: { GATEHOUSE_OPERATOR_KEYS: operatorKeys(colleague) } })
  expect(await shownCode(await ask(world, operator, END))).toBe('operator_refused')
  expect((await ask(world, colleague, END)).status).toBe(200)
})

test('no answer and no line of the log has anything that a session could be used with', async () => {
  const answers: string[] = []
  for (const changes of [{ org: ACME }, { org: ACME, email: JANE.email }, END])
    answers.push(await (await ask(world, operator, changes)).text())
  const written = `${answers.join()}${JSON.stringify(world.log)}`
  for (const name of ['__Host-gh-session', '__Host-gh-refresh'])
    for (const part of (jane.cookie(DOCS, name) ?? '').split('.')) expect(written).not.toContain(part)
  expect(written).not.toContain('eyJ')
  expect(Object.keys(JSON.parse(answers[0] ?? '').sessions[0]).sort()).toEqual([
    'connection_id',
    'email',
    'host',
    'id',
    'last_used_at',
    'opened_at',
    'parent',
    'subject',
    'user_agent',
  ])
})
