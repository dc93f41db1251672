import { describe, expect, test, vi } from 'vitest'
import { ACME, HANK, JANE } from '../support/openid-provider.ts'
import { ask, type Claims, claimsFor, end, list, post, sign } from '../support/operator.ts'
import { DOCS, GLOBEX_SITE, shownCode } from '../support/world.ts'
import {
  disbelieved,
  END,
  eachWithJaneSignedIn,
  jane,
  malformed,
  operator,
  stillSignedIn,
  stranger,
  world,
} from './operator-attacks.ts'

eachWithJaneSignedIn()

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

test('no answer and no line of the log has anything that a session could be used with', async () => {
  const answers: string[] = []
  for (const changes of [{ org: ACME }, { org: ACME, email: JANE.email }, END])
    answers.push(await (await ask(world, operator, changes)).text())
  const written = `${answers.join()}${JSON.stringify(world.log)}`
  for (const name of ['__Host-gh-session', '__Host-gh-refresh'])
    for (const part of (jane.cookie(DOCS, name) ?? '').split('.')) expect(written).not.toContain(part)
  // Of a JWT header and payload begin so; three letters alone may be in any name that is random.
  expect(written).not.toMatch(/eyJ[\w-]*\.eyJ/)
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
