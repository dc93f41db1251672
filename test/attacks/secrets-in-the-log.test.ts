import { describe, expect, test } from 'vitest'
import { assets, minutes, origin } from '../../src/config.ts'
import { newKeys } from '../../src/crypto/new-keys.ts'
import type { Browser } from '../support/browser.ts'
import { deliver, WEBHOOK_SECRET } from '../support/deliver.ts'
import { parameter, upTo } from '../support/handoffs.ts'
import { ACME_SITE, MANY_HOSTS, manyHosts } from '../support/many-hosts.ts'
import { HANK, JANE, type Person } from '../support/openid-provider.ts'
import { CONFIG, createWorld, DOCS, type World } from '../support/world.ts'

/** Shorter texts may be anywhere by chance. */
const SHORTEST = 12

/**
 * Whatever opens something, and was in play: everything that went over the wire in either direction, except what docs/logs.md says is on
 * a line.
 */
class InPlay {
  readonly secrets = new Map<string, string>()

  add(what: string, value: string | null | undefined): void {
    if (!value || value.length < SHORTEST) return
    for (const form of new Set([value, encodeURIComponent(value), ...value.split('.')]))
      if (form.length >= SHORTEST) this.secrets.set(form, what)
  }

  /** Every parameter: a log that has one of them has a whole address. */
  address(text: string, what: string): void {
    // Scalekit's code for what went wrong is what the line is for.
    for (const [name, value] of new URL(text).searchParams)
      if (name !== 'error') this.add(`${what} ${name}`, value)
  }

  message(headers: Headers, what: string): void {
    for (const cookie of headers.getSetCookie()) this.add(`${what} cookie`, /=([^;]*)/.exec(cookie)?.[1])
    for (const pair of headers.get('Cookie')?.split('; ') ?? [])
      this.add(`${what} cookie`, pair.split('=')[1])
    for (const name of ['Authorization', 'webhook-signature', 'Referer'])
      this.add(`${what} ${name}`, headers.get(name))
    const location = headers.get('Location')
    if (location !== null && URL.canParse(location)) this.address(location, `${what} Location`)
  }

  /** Bodies of forms, tokens and events, by value. */
  body(text: string, what: string): void {
    const values = /^[[{]/.test(text) ? stringsIn(JSON.parse(text)) : [...new URLSearchParams(text).values()]
    for (const value of values) if (!ON_LINES.test(value)) this.add(`${what} body`, value)
  }
}

/** IDs of organizations and connections, addresses of our own, times, Scalekit's names for things: these are no secrets. */
const ON_LINES =
  /^(org|conn|skc)_\w+$|^https?:|^organization\.|^authorization_code$|^invalid_grant$|^\d{4}-\d\d-\d\dT[\d:.]+Z$/

const stringsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(stringsIn)
      : []

/** Listens at every door: between browsers and the Worker, and between the Worker and Scalekit. */
function listen(world: World): InPlay {
  const inPlay = new InPlay()
  const { keys } = JSON.parse(world.keys) as { keys: { k?: string; d?: string }[] }
  for (const { k, d } of keys) inPlay.add('GATEHOUSE_KEYS', k ?? d)
  inPlay.add('client secret', world.provider.clientSecret)
  inPlay.add('webhook secret', WEBHOOK_SECRET)
  const { fetch } = world
  world.fetch = async (request) => {
    inPlay.address(request.url, 'request')
    inPlay.message(request.headers, 'request')
    if (request.body !== null) inPlay.body(await textOf(request), 'request')
    const response = await fetch(request)
    inPlay.message(response.headers, 'answer')
    return response
  }
  return inPlay
}

const textOf = async (message: Request | Response): Promise<string> =>
  new TextDecoder().decode(await message.clone().arrayBuffer())

/** The provider, with an ear at its own door. */
function overheard(world: World, inPlay: InPlay): typeof fetch {
  return async (input, init) => {
    const request = new Request(input as Request, init as RequestInit)
    if (request.body !== null) inPlay.body(await textOf(request), 'to Scalekit')
    const response = await world.provider.fetch(request)
    if (new URL(request.url).pathname === '/oauth/token') inPlay.body(await textOf(response), 'from Scalekit')
    return response
  }
}

const PERSONS: readonly Person[] = [JANE, HANK]

function expectNothingOf({ secrets }: InPlay, world: World): void {
  const lines = world.log.map((line) => JSON.stringify(line))
  expect(secrets.size).toBeGreaterThan(20)
  const found = lines.flatMap((line) =>
    [...secrets]
      .filter(([secret]) => line.includes(secret))
      .map(([secret, what]) => ({ what, secret, line })),
  )
  expect(found).toEqual([])
  for (const { connection, user, email } of PERSONS)
    for (const plain of [`${connection};${user}`, email, email.split('@')[0] ?? '']) {
      const readable = new RegExp(`(?<![\\w.-])${plain.replace(/[|;.@]/g, '\\$&')}(?![\\w-])`)
      expect(
        lines.filter((line) => readable.test(line)),
        plain,
      ).toEqual([])
    }
}

const EVENTS_SEEN = [
  'login_started',
  'login_succeeded',
  'session_renewed',
  'session_ended',
  'session_reuse',
  'sessions_ended',
  'sessions_revoked',
  'identity_change_asked',
  'logout',
  'refused',
]

const TOKEN = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIHNlY3JldCB0b2tlbiJ9.c2lnbmF0dXJl'

describe('no line has a token, code, cookie, secret, body, query or person', () => {
  test('of a login by way of the login host', async () => {
    const { world } = await manyHosts({ ...MANY_HOSTS, audit: {} })
    const inPlay = listen(world)
    const browser = world.browser()
    const address = await upTo(browser, `${ACME_SITE}/money/?token=${TOKEN}`, '/auth/login')
    inPlay.address(address, 'to the login host')
    const { leavesTo = '' } = await browser.open(address, { from: 'cross-site' })
    const back = await browser.open(world.provider.authorize(leavesTo, JANE), { from: 'cross-site' })
    const handoff = back.leavesTo ?? ''
    inPlay.add('ticket', parameter(handoff, 'ticket'))
    for (let n = 0; n < 2; n += 1) await browser.open(handoff, { from: 'cross-site' })
    await world.browser().open(handoff, { from: 'cross-site' })
    expectNothingOf(inPlay, world)
    expect(world.log.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['login_handed_over', 'login_succeeded', 'refused']),
    )
  })

  test('of logins, renewals, denials, ends and revocations at one host', async () => {
    const config = {
      ...CONFIG,
      audit: {},
      sites: {
        ...CONFIG.sites,
        'down.example.com': {
          upstream: origin('https://down.internal.example'),
          rules: [{ path: '/*', access: 'public' as const }],
        },
        'strict.example.com': { upstream: assets(), rules: [{ path: '/*', strict: true }] },
      },
    }
    const world = await createWorld()
    const env = { SCALEKIT_WEBHOOK_SECRET: WEBHOOK_SECRET }
    const early = new InPlay()
    world.deploy({ config, env, fetch: overheard(world, early) })
    const inPlay = listen(world)
    const browser = world.browser()
    const page = `${DOCS}/team/?token=${TOKEN}&email=${JANE.email}`

    await refuseLogins(world, world.browser())
    await world.signIn(browser, page, JANE)
    await browser.open(page, { headers: { Authorization: `Bearer ${TOKEN}`, Referer: page } })
    await browser.open(`${DOCS}/admin/?secret=a-secret-in-the-query`)
    await refuseLogins(world, browser)

    // Renewal, and a copy of an old refresh token.
    const thief = browser.clone()
    for (let n = 0; n < 2; n += 1) {
      world.clock.advance(minutes(6))
      await browser.open(page)
    }
    await thief.open(page)
    world.clock.advance(minutes(6))
    await browser.open(page)

    // Somebody else by a link of another site.
    await world.signIn(browser, page, JANE)
    const other = await browser.open(`${DOCS}/auth/login?return_to=/team/`, { from: 'cross-site' })
    await world.finishLogin(
      browser,
      world.provider.authorize(other.leavesTo ?? '', { ...JANE, user: 'another' }),
    )

    await browser.request(`${DOCS}/auth/sessions/end`, {
      method: 'POST',
      body: new URLSearchParams({ others: '1', note: 'a-secret-in-a-form' }),
    })
    await deliver(world, 'organization.directory.user_deleted', {
      id: 'diruser_0123456789',
      email: JANE.email,
      dp_id: 'a-secret-of-the-directory',
    })
    await deliver(
      world,
      'organization.deleted',
      {},
      { secret: `whsec_${btoa('the secret of somebody else')}` },
    )
    world.clock.advance(minutes(6))
    await browser.open(page)
    await world.signIn(browser, page, { ...JANE, user: 'jane|2' })
    await browser.request(`${DOCS}/auth/logout`, {
      method: 'POST',
      body: new URLSearchParams({ everywhere: '1' }),
    })
    await world.browser().open(`https://down.example.com/a?key=a-secret-for-the-upstream`)

    for (const [secret, what] of early.secrets) inPlay.secrets.set(secret, what)
    expectNothingOf(inPlay, world)
    expect(world.log.map(({ event }) => event)).toEqual(expect.arrayContaining(EVENTS_SEEN))
    expect(world.refusals).toEqual(
      expect.arrayContaining([
        'code_rejected',
        'id_token_invalid',
        'upstream_unreachable',
        'webhook_invalid',
      ]),
    )
  })

  test('of a Worker that fails, whatever its platform says of it', async () => {
    const world = await createWorld()
    const keys = await newKeys()
    const fails = (text: string) => () => Promise.reject(new Error(text))
    const address = `https://assets.internal/team/?token=${TOKEN}#${TOKEN}`
    for (const ASSETS of [
      { fetch: fails(`cannot fetch ${address}`) },
      { fetch: fails(`no answer (${address}), twice: "${address}"`) },
    ]) {
      world.deploy({ config: { ...CONFIG, audit: {} }, env: { ASSETS, GATEHOUSE_KEYS: keys } })
      await world.browser().open(`${DOCS}/?token=${TOKEN}`)
    }
    expect(JSON.stringify(world.log)).toContain('https://assets.internal/team/')
    expect(JSON.stringify(world.log)).not.toContain(TOKEN.slice(0, SHORTEST))
  })
})

/** A code that is used twice, an error, a forged token, a callback of nobody, one in another browser. */
async function refuseLogins(world: World, browser: Browser): Promise<void> {
  const begin = async (browser: Browser) =>
    (
      await browser.open(
        `${DOCS}/auth/login?return_to=${encodeURIComponent('/team/?a=secret-return-target')}&login_hint=${JANE.email}`,
      )
    ).leavesTo ?? ''
  const elsewhere = world.browser()
  const callback = world.provider.authorize(await begin(elsewhere), JANE)
  const { searchParams: used } = new URL(callback)
  await world.finishLogin(world.browser(), callback)
  await world.finishLogin(elsewhere, callback)
  const again = new URL(world.provider.authorize(await begin(browser), JANE))
  again.searchParams.set('code', used.get('code') ?? '')
  await world.finishLogin(browser, again.href)
  const description = 'a secret of the identity provider, said in an error'
  await world.finishLogin(browser, world.provider.refuse(await begin(browser), 'access_denied', description))
  const claims = { nonce: 'the-nonce-of-somebody-else' }
  await world.finishLogin(browser, world.provider.authorize(await begin(browser), JANE, { claims }))
  await world.finishLogin(browser, world.provider.authorize(await begin(browser), HANK))
  await browser.open(`${DOCS}/auth/callback?code=${'c'.repeat(20)}&state=${'s'.repeat(43)}`)
  await browser.open(`${DOCS}/auth/login?idp_initiated_login=${TOKEN}`)
  const hint = await world.provider.idpInitiatedLogin({ relay_state: `${DOCS}/team/?a=secret-relay-state` })
  await browser.open(`${DOCS}/auth/login?idp_initiated_login=${hint}`)
}
