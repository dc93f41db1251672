import { generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { handoffUnderWay } from '../support/handoffs.ts'
import { ACME_SITE, MANY_HOSTS, manyHosts } from '../support/many-hosts.ts'
import { ACME } from '../support/openid-provider.ts'
import { ask, claimsFor, operatorKeys, post, sign } from '../support/operator.ts'
import { APP, DOCS, GLOBEX_SITE, shownCode } from '../support/world.ts'
import {
  colleague,
  disbelieved,
  END,
  eachWithJaneSignedIn,
  env,
  jane,
  operator,
  stillSignedIn,
  stranger,
  world,
} from './operator-attacks.ts'

eachWithJaneSignedIn()

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

test('a key that was taken away signs nothing any more', async () => {
  world.deploy({ env: { GATEHOUSE_OPERATOR_KEYS: operatorKeys(colleague) } })
  expect(await shownCode(await ask(world, operator, END))).toBe('operator_refused')
  expect((await ask(world, colleague, END)).status).toBe(200)
})
