import { reset, runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { assets, defineConfig, hours, minutes, service } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { ACME_SITE, LOGIN, MANY_HOSTS, manyHosts, WIKI } from '../support/many-hosts.ts'
import { ACME, JANE, type Person } from '../support/openid-provider.ts'
import { ask, end, type Listed, list, newOperatorPair, operatorKeys } from '../support/operator.ts'
import { APP, createWorld, DOCS, realEnv, shownCode, type World } from '../support/world.ts'

afterEach(() => reset())

const operator = await newOperatorPair('operator-1')
const env = { GATEHOUSE_OPERATOR_KEYS: operatorKeys(operator) }
const JOE: Person = { organization: ACME, connection: 'conn_30009', user: 'joe', email: 'Joe@acme.example' }

const config = (registryShards = 1) =>
  defineConfig({
    session: { lifetime: minutes(5) },
    sites: {
      'docs.example.com': {
        upstream: assets(),
        rules: [{ path: '/strict/*', access: 'authenticated', strict: true }],
        registryShards,
      },
      'app.example.com': { organization: ACME, upstream: service('APP') },
    },
  })

const start = (shards = 1) => createWorld({ config: config(shards), env })

async function signIn(at: World, person: Person, claims: Record<string, unknown> = {}): Promise<Browser> {
  const browser = at.browser()
  const query = person.organization === undefined ? '' : `&organization_id=${person.organization}`
  await at.signIn(browser, `${DOCS}/auth/login?return_to=/plain&login_hint=a@b.example${query}`, person, {
    claims,
  })
  at.clock.advance(1)
  return browser
}

/** What a browser gets now on a strict path, now on another, and there once the token has expired. */
async function access(at: World, browser: Browser): Promise<number[]> {
  const copy = browser.clone()
  const statuses = [
    (await browser.clone().visit(`${DOCS}/strict/a`)).status,
    (await copy.visit(`${DOCS}/plain`)).status,
  ]
  at.clock.advance(minutes(5))
  const later = (await copy.visit(`${DOCS}/plain`)).status
  at.clock.advance(-minutes(5))
  return [...statuses, later]
}

const STAYS = [200, 200, 200]
const ENDS = [302, 200, 302]

const subjects = ({ sessions }: Listed) => sessions.map(({ subject }) => subject)

describe('a list', () => {
  test('has who, where and since when, of those who are meant', async () => {
    const at = await start()
    await signIn(at, JANE)
    await signIn(at, JOE)
    const all = await list(at, operator, { org: ACME })
    expect(subjects(all)).toEqual(['conn_30009;joe', 'conn_30001;jane|1'])
    expect(all).toMatchObject({ total: 2, next: null })
    expect(all.sessions[0]).toMatchObject({
      host: 'docs.example.com',
      email: JOE.email,
      connection_id: JOE.connection,
      parent: null,
    })
    for (const changes of [
      { conn: JOE.connection },
      { email: 'JOE@ACME.example' },
      { subject: 'conn_30009;joe' },
      { sid: all.sessions[0]?.id },
    ])
      expect(subjects(await list(at, operator, { org: ACME, ...changes })), JSON.stringify(changes)).toEqual([
        'conn_30009;joe',
      ])
    expect(await list(at, operator, { org: 'org_of_nobody' })).toEqual({ sessions: [], total: 0, next: null })
  })

  test('has no sessions that have ended, or are past a limit', async () => {
    const at = await start()
    await signIn(at, JANE)
    const browser = await signIn(at, JOE)
    await browser.open(`${DOCS}/auth/logout`)
    expect(subjects(await list(at, operator, { org: ACME }))).toEqual(['conn_30001;jane|1'])
    at.clock.advance(hours(8))
    expect((await list(at, operator, { org: ACME })).total).toBe(0)
  })

  test.each([1, 3])(
    'goes on where the one before ended, over %i shards, with nobody twice',
    async (shards) => {
      const at = await start(shards)
      const people = Array.from({ length: 7 }, (_, n) => ({ ...JOE, user: `joe-${n}` }))
      for (const person of people) await signIn(at, person)
      const seen: string[] = []
      let cursor: string | undefined
      let pages = 0
      do {
        const page: Listed = await list(at, operator, { org: ACME, limit: 2, ...(cursor && { cursor }) })
        expect(page.sessions.length).toBeLessThanOrEqual(2)
        expect(page.total).toBe(pages === 0 ? 7 : undefined)
        seen.push(...subjects(page))
        cursor = page.next ?? undefined
        pages += 1
        // Who comes meanwhile is above all of it.
        await signIn(at, { ...JOE, user: `late-${pages}` })
      } while (cursor !== undefined && pages < 20)
      expect(seen).toEqual(people.map(({ user }) => `conn_30009;${user}`).reverse())
    },
  )

  test('of a connection alone has the logins that belong to no organization, and so has a subject without a connection', async () => {
    const at = await start()
    await signIn(at, { ...JANE, organization: undefined })
    await signIn(at, JOE)
    expect(subjects(await list(at, operator, { conn: JANE.connection }))).toEqual(['conn_30001;jane|1'])
    expect(subjects(await list(at, operator, { subject: 'google|7' }))).toEqual([])
  })

  test('says which session of the login host another stands on', async () => {
    const { world, signIn: signInAt, roam } = await manyHosts(MANY_HOSTS, { env })
    const browser = world.browser()
    await signInAt(browser, `${ACME_SITE}/a`)
    await roam(browser, `${WIKI}/b`)
    const response = await ask(world, operator, { org: ACME }, LOGIN)
    const { sessions } = (await response.json()) as Listed
    const parent = sessions.find(({ host }) => host === 'login.example.com')
    expect(sessions.map(({ host }) => host).sort()).toEqual([
      'acme.example.com',
      'login.example.com',
      'wiki.example.com',
    ])
    for (const session of sessions) expect(session.parent).toBe(session === parent ? null : parent?.id)
  })
})

describe('an end', () => {
  test.each([1, 3])(
    'is as fast as that of events, and of these and no others, over %i shards',
    async (shards) => {
      const at = await start(shards)
      const jane = await signIn(at, JANE)
      const joe = await signIn(at, JOE)
      expect(await end(at, operator, { org: ACME, email: 'joe@ACME.example' })).toBe(1)
      expect(await access(at, jane)).toEqual(STAYS)
      expect(await access(at, joe)).toEqual(ENDS)
      expect(await end(at, operator, { org: ACME, conn: JOE.connection })).toBe(0)
      expect(await end(at, operator, { org: ACME })).toBe(1)
      expect(await access(at, jane)).toEqual(ENDS)
    },
  )

  test('of one session leaves the others of its person', async () => {
    const at = await start()
    const first = await signIn(at, JANE)
    const second = await signIn(at, JANE)
    const [newest] = (await list(at, operator, { org: ACME })).sessions
    expect(await end(at, operator, { org: ACME, sid: newest?.id })).toBe(1)
    expect(await access(at, second)).toEqual(ENDS)
    expect(await access(at, first)).toEqual(STAYS)
    // And a login goes on that was under way.
    const login = at.browser()
    const location = await at.beginLogin(login, `${APP}/plain`)
    await end(at, operator, { org: ACME, sid: (await list(at, operator, { org: ACME })).sessions[0]?.id })
    at.clock.advance(1)
    expect((await at.finishLogin(login, at.provider.authorize(location, JOE))).response.status).toBe(200)
  })

  test('is not undone by a login that was under way, which is told who did it, and keeps nobody out', async () => {
    const at = await start()
    const browser = at.browser()
    const begun = await at.beginLogin(browser, `${APP}/plain`)
    at.clock.advance(1)
    expect(await end(at, operator, { org: ACME })).toBe(0)
    at.clock.advance(1)
    const { response } = await at.finishLogin(browser, at.provider.authorize(begun, JANE))
    expect(await shownCode(response)).toBe('access_denied')
    expect(await response.clone().text()).toContain('Whoever runs this site has just ended them.')
    expect(at.log.at(-1)?.refusal).toEqual({ reason: 'access_withdrawn', cause: 'operator_ended' })
    const again = await at.signIn(browser, `${APP}/plain`)
    expect(again.response.status).toBe(200)
  })

  test('holds for a login that began by a clock ahead of ours', async () => {
    const at = await start()
    const browser = await signIn(at, JANE, { iat: at.clock.seconds + 50 })
    expect(await end(at, operator, { org: ACME })).toBe(1)
    expect(await access(at, browser)).toEqual(ENDS)
  })

  test('of the login host’s session ends those that stand on it', async () => {
    const { world, signIn: signInAt, roam } = await manyHosts(MANY_HOSTS, { env })
    const browser = world.browser()
    await signInAt(browser, `${ACME_SITE}/a`)
    await roam(browser, `${WIKI}/strict/b`)
    const { sessions } = (await (await ask(world, operator, { org: ACME }, LOGIN)).json()) as Listed
    const parent = sessions.find(({ host }) => host === 'login.example.com')
    const response = await ask(world, operator, { cmd: 'end', org: ACME, sid: parent?.id }, WIKI)
    expect(await response.json()).toEqual({ ended: 3 })
    expect((await browser.visit(`${WIKI}/strict/b`)).status).toBe(302)
  })

  test('closes the WebSockets of those sessions', async () => {
    const at = await start()
    const browser = at.browser()
    await at.signIn(browser, `${APP}/a`)
    const { 0: theirs, 1: upstream } = new WebSocketPair()
    upstream.accept()
    at.pages.answer = () => new Response(null, { status: 101, webSocket: theirs })
    const headers = { Upgrade: 'websocket', Connection: 'Upgrade', Origin: APP }
    const { webSocket: socket } = await browser.request(`${APP}/socket`, { headers })
    if (socket === null) throw new Error('no WebSocket')
    socket.accept()
    const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
    onTestFinished(() => socket.close())
    expect(await end(at, operator, { org: ACME })).toBe(1)
    expect((await closed).code).toBe(3000)
  })

  test('is one line in the log about who asked for what, beside that of the revocation', async () => {
    // Test worlds have the persons in plain otherwise.
    const at = await createWorld({ config: { ...config(), audit: {} }, env })
    await signIn(at, JANE)
    at.log.length = 0
    await end(at, operator, { org: ACME, email: JANE.email })
    expect(at.log).toMatchObject([
      { event: 'sessions_revoked', cause: 'operator_ended', registrants: [ACME], count: 1 },
      {
        event: 'operator_request',
        operator: 'operator-1',
        command: 'end',
        organization: ACME,
        // As everywhere, the person is a keyed hash.
        email: expect.stringMatching(/^(?!jane).+@acme\.example$/),
        count: 1,
      },
    ])
  })

  test('while the registry cannot be reached is a 503, and nobody believes it was done', async () => {
    const at = await start()
    at.sessions.unreachable = true
    const response = await ask(at, operator, { cmd: 'end', org: ACME })
    expect(response.status).toBe(503)
    expect(at.refusals).toContain('registry_unreachable')
  })
})

describe('an organization of thirty thousand sessions', () => {
  const MANY = 30_000

  test('is listed by pages and ended as a whole, each within a few seconds', async () => {
    const at = await start()
    await signIn(at, JANE)
    const now = at.clock.seconds
    await runInDurableObject(realEnv.SESSIONS.getByName(ACME), (_instance, { storage }) => {
      storage.sql.exec(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY - 1})
         INSERT INTO sessions (id, host, subject, email, email_key, connection, profile, user_agent, sealed_id_token,
           authenticated_at, opened_at, last_used_at, idle, absolute_end, begun_at, issued_at)
         SELECT printf('%043d', i), 'docs.example.com', 'conn_30009;user-' || i, 'user-' || i || '@acme.example',
           'user-' || i || '@acme.example', 'conn_30009', '{"roles":[],"groups":[]}', 'Mozilla/5.0 (X11; Linux) Firefox/150',
           zeroblob(700), ${now}, ${now}, ${now}, 28800, ${now} + 86400, ${now}, ${now} FROM n`,
      )
    })
    const timed = async <T>(run: () => Promise<T>): Promise<T> => {
      const started = Date.now()
      const result = await run()
      expect(Date.now() - started).toBeLessThan(5_000)
      return result
    }
    const first = await timed(() => list(at, operator, { org: ACME, limit: 500 }))
    expect(first.total).toBe(MANY)
    expect(first.sessions).toHaveLength(500)
    const next = await timed(() => list(at, operator, { org: ACME, limit: 500, cursor: first.next }))
    expect(new Set([...first.sessions, ...next.sessions].map(({ id }) => id)).size).toBe(1000)
    const found = await timed(() => list(at, operator, { org: ACME, email: 'user-7@acme.example' }))
    expect(found.total).toBe(1)
    expect(await timed(() => end(at, operator, { org: ACME }))).toBe(MANY)
    expect((await list(at, operator, { org: ACME })).total).toBe(0)
  })
})
