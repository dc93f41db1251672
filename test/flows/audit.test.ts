import { afterEach, describe, expect, test, vi } from 'vitest'
import { minutes } from '../../src/base/time.ts'
import { deliver, WEBHOOK_SECRET } from '../support/deliver.ts'
import { ACME, GLOBEX, HANK, JANE } from '../support/openid-provider.ts'
import { CONFIG, createWorld, DOCS, GLOBEX_SITE, type LogLine, type World } from '../support/world.ts'

const HASHED = { ...CONFIG, audit: {} }
const PAGE = `${DOCS}/team/`
const SUBJECT = `${JANE.connection};${JANE.user}`

const eventsOf = (world: World) => world.log.map(({ event }) => event)
const last = (world: World, name: string) => world.log.findLast(({ event }) => event === name) as LogLine

afterEach(() => void vi.restoreAllMocks())

describe('every line', () => {
  test('says what was asked for, and of a request with a session whose it is', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, PAGE, JANE)
    const { session } = last(world, 'login_succeeded')
    const denied = await browser.open(`${DOCS}/admin/?secret=1`)
    expect(last(world, 'refused')).toEqual({
      event: 'refused',
      refusal: {
        reason: 'requirement_unmet',
        unmet: [{ key: 'roles', accepted: ['admin'] }],
        who: JANE.email,
      },
      site: 'docs.example.com',
      rule: 3,
      reference: expect.stringMatching(/^[\w-]{13}$/),
      time: new Date(world.clock.now()).toISOString().replace(/\d{3}Z$/, '000Z'),
      host: 'docs.example.com',
      method: 'GET',
      path: '/admin/',
      ...(last(world, 'refused')['user_agent'] !== undefined && { user_agent: expect.any(String) }),
      organization: ACME,
      connection: JANE.connection,
      subject: SUBJECT,
      email: JANE.email,
      session,
    })
    expect(denied.response.status).toBe(403)
  })

  test('of a login says for whom it is, and then who came', async () => {
    const world = await createWorld()
    const browser = world.browser()
    const location = await world.beginLogin(browser, PAGE)
    expect(last(world, 'login_started')).toMatchObject({ organization: ACME })
    expect(last(world, 'login_started')).not.toHaveProperty('subject')
    await world.finishLogin(browser, world.provider.authorize(location, HANK))
    expect(last(world, 'refused')).toMatchObject({
      refusal: { reason: 'organization_mismatch' },
      organization: HANK.organization,
      connection: HANK.connection,
      email: HANK.email,
    })
    expect(last(world, 'refused')).not.toHaveProperty('session')
  })

  test('is not written for a page with a valid session', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, PAGE, JANE)
    const sign = vi.spyOn(crypto.subtle, 'sign')
    const lines = world.log.length
    for (let n = 0; n < 3; n += 1) expect((await browser.open(PAGE)).response.status).toBe(200)
    expect(world.log).toHaveLength(lines)
    expect(sign).not.toHaveBeenCalled()
  })
})

describe('a session', () => {
  test('that is renewed has one line for all requests of a moment', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, PAGE, JANE)
    world.clock.advance(minutes(6))
    world.log.length = 0
    const tab = browser.clone()
    await Promise.all([browser.open(PAGE), tab.open(PAGE)])
    expect(eventsOf(world)).toEqual(['session_renewed'])
    expect(last(world, 'session_renewed')).toMatchObject({ subject: SUBJECT, organization: ACME })
  })

  test('that is over says why, to whoever comes with it', async () => {
    const world = await createWorld()
    const [browser, other] = [world.browser(), world.browser()]
    await world.signIn(browser, PAGE, JANE)
    const { session } = last(world, 'login_succeeded')
    await world.signIn(other, PAGE, JANE)
    await other.request(`${DOCS}/auth/sessions/end`, {
      method: 'POST',
      body: new URLSearchParams({ others: '1' }),
    })
    expect(last(world, 'sessions_ended')).toMatchObject({ count: expect.any(Number), subject: SUBJECT })
    world.clock.advance(minutes(6))
    await browser.open(PAGE)
    expect(last(world, 'session_ended')).toMatchObject({ reason: 'user_ended', session })
  })

  test('that another takes the place of is over before that begins', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, PAGE, JANE)
    const { session } = last(world, 'login_succeeded')
    world.log.length = 0
    const { leavesTo = '' } = await browser.open(`${DOCS}/auth/login?prompt=login`)
    await world.finishLogin(browser, world.provider.authorize(leavesTo, JANE))
    expect(eventsOf(world)).toEqual(['login_started', 'session_ended', 'login_succeeded'])
    expect(last(world, 'session_ended')).toMatchObject({ reason: 'replaced', session, subject: SUBJECT })
    expect(last(world, 'login_succeeded')['session']).not.toBe(session)
  })
})

test('an event of Scalekit’s says whose it is', async () => {
  const world = await createWorld({ env: { SCALEKIT_WEBHOOK_SECRET: WEBHOOK_SECRET } })
  await deliver(world, 'organization.sso_disabled', { id: JANE.connection }, { organization: GLOBEX })
  await deliver(world, 'organization.updated', {}, { organization: GLOBEX })
  expect(world.log).toMatchObject([
    { event: 'sessions_revoked', cause: 'connection_disabled', organization: GLOBEX },
    { event: 'webhook_ignored', type: 'organization.updated', organization: GLOBEX },
  ])
})

describe('persons', () => {
  test('are keyed hashes, the same on every line, and the domain stays', async () => {
    const world = await createWorld({ config: HASHED })
    const browser = world.browser()
    await world.signIn(browser, PAGE, JANE)
    await browser.open(`${DOCS}/admin/`)
    const { subject, email } = last(world, 'login_succeeded')
    expect(subject).toMatch(/^[0-9a-f]{16}$/)
    expect(email).toMatch(/^[0-9a-f]{16}@acme\.example$/)
    expect(last(world, 'refused')).toMatchObject({ subject, email, refusal: { who: email } })
    const text = JSON.stringify(world.log)
    for (const plain of [SUBJECT, JANE.user, JANE.email]) expect(text).not.toContain(plain)
  })

  test('have other hashes under other keys', async () => {
    const hashes = []
    for (let n = 0; n < 2; n += 1) {
      const { newKeys } = await import('../../src/crypto/new-keys.ts')
      const world = await createWorld({ config: HASHED, env: { GATEHOUSE_KEYS: await newKeys() } })
      await world.signIn(world.browser(), PAGE, JANE)
      hashes.push(last(world, 'login_succeeded')['subject'])
    }
    expect(new Set(hashes).size).toBe(2)
  })

  test('who change over are told apart without their names', async () => {
    const world = await createWorld({ config: HASHED })
    const browser = world.browser()
    await world.signIn(browser, GLOBEX_SITE, HANK)
    const { subject } = last(world, 'login_succeeded')
    const { leavesTo = '' } = await browser.open(`${GLOBEX_SITE}/auth/login`, { from: 'cross-site' })
    await world.finishLogin(browser, world.provider.authorize(leavesTo, { ...HANK, user: 'somebody-else' }))
    const { from, to } = last(world, 'identity_change_asked')
    expect(from).toBe(subject)
    expect(to).toMatch(/^[0-9a-f]{16}$/)
    expect(to).not.toBe(from)
  })
})

describe('the data set AUDIT', () => {
  test('has a point for each line, at the documented places', async () => {
    const points: AnalyticsEngineDataPoint[] = []
    const writeDataPoint = (point: AnalyticsEngineDataPoint) => void points.push(point)
    const world = await createWorld({ env: { AUDIT: { writeDataPoint } } })
    const browser = world.browser()
    await world.signIn(browser, PAGE, JANE)
    await browser.open(`${DOCS}/admin/`)
    expect(points).toHaveLength(world.log.length)
    const { session, reference } = last(world, 'refused')
    const agent = last(world, 'refused')['user_agent'] ?? ''
    expect(points.at(-1)).toEqual({
      indexes: [ACME],
      blobs: [
        'refused',
        'requirement_unmet',
        'docs.example.com',
        'GET',
        '/admin/',
        reference,
        '',
        agent,
        ACME,
        JANE.connection,
        SUBJECT,
        JANE.email,
        session,
        'docs.example.com',
      ],
      doubles: [0, 3],
    })
  })

  test('that takes nothing breaks no request, and the log says so', async () => {
    const writeDataPoint = () => {
      throw new Error('out of order')
    }
    const world = await createWorld({ env: { AUDIT: { writeDataPoint } } })
    const page = await world.signIn(world.browser(), PAGE, JANE)
    expect(page.response.status).toBe(200)
    expect(eventsOf(world)).toEqual(['login_started', 'degraded', 'login_succeeded', 'degraded'])
    expect(last(world, 'degraded')).toMatchObject({ detail: 'Error: out of order', subject: SUBJECT })
  })

  test('is a problem at start where it is something else', async () => {
    const world = await createWorld({ env: { AUDIT: {} } })
    expect((await world.browser().open(PAGE)).response.status).toBe(503)
    expect(last(world, 'misconfigured')['problems']).toEqual([
      expect.stringContaining('AUDIT is bound, and is no Analytics Engine data set'),
    ])
  })
})
