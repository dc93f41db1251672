import { describe, expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { ACME, GLOBEX } from '../support/openid-provider.ts'
import { createWorld, DOCS, OPEN, type World } from '../support/world.ts'

const STRICT = 'https://strict.example.com'

/** Jane's company is a customer, and she has just signed in, by an address of this domain. */
const KNOWN = 'acme.example'
const UNKNOWN = ['acmf.example', 'zzzz.invalid', 'a-c-m.zz.top']

/** Everything that Gatehouse can know of customers: sites of theirs, and rules that name their domains. */
const config = defineConfig({
  sites: {
    'open.example.com': {
      upstream: assets(),
      rules: [
        { path: '/acme/*', require: { organizations: [ACME], emailDomains: [KNOWN] } },
        { path: '/globex/*', require: { organizations: [GLOBEX] } },
      ],
    },
    'docs.example.com': { organization: ACME, upstream: assets() },
    'strict.example.com': {
      upstream: assets(),
      rules: [{ path: '/*', strict: true, require: { organizations: [ACME], emailDomains: [KNOWN] } }],
    },
  },
})

async function worldWithCustomers(): Promise<World> {
  const world = await createWorld({ config })
  for (const site of [OPEN, STRICT]) {
    const jane = world.browser()
    await rememberBySigningIn(world, jane, site)
  }
  await world.signIn(world.browser(), `${DOCS}/a`)
  return world
}

async function rememberBySigningIn(world: World, browser: Browser, site: string): Promise<void> {
  const address = `${site}/auth/login?login_hint=jane%40${KNOWN}`
  const { leavesTo = '' } = await browser.open(address, { from: 'same-origin' })
  await world.finishLogin(browser, world.provider.authorize(leavesTo))
}

/**
 * All that an outsider sees of an answer, and all that it cost: what was sent is taken out where it is said again, and of what is random the
 * length is left.
 */
async function seen(world: World, ask: () => Promise<Response>, domain: string) {
  const before = { kv: world.kv.operations.length, requests: world.provider.requests.length }
  const [calls, lines] = [world.sessions.calls.length, world.log.length]
  const response = await ask()
  const text = (shown: string) => shown.replaceAll(domain, '(echo)')
  const headers = [...response.headers].map(([name, value]) => [
    name,
    name === 'set-cookie' ? cookieForm(value) : text(randomAside(value)),
  ])
  const body = await response.text()
  return {
    status: response.status,
    headers,
    body: text(randomAside(body)),
    lengths: [...response.headers].map(([name, value]) => [name, value.length]),
    size: new TextEncoder().encode(body).length,
    kv: await Promise.all(
      world.kv.operations.slice(before.kv).map(async (operation) => {
        const [kind = '', key = ''] = operation.split(' ')
        return [kind, key.length, (await world.kv.inside.get(key))?.length]
      }),
    ),
    requests: world.provider.requests.slice(before.requests),
    calls: world.sessions.calls.slice(calls),
    log: world.log.slice(lines).map(({ event }) => event),
  }
}

const RANDOM =
  /((?:state|nonce|code_challenge)=|nonce-|nonce="|Reference(?: <code>|: |%3A%20)|"reference":")([\w-]+?)(?=%0D|[^\w-]|$)/g
const randomAside = (text: string) => text.replaceAll(RANDOM, (_, name, value) => `${name}(${value.length})`)

/** Name, lengths and every attribute: the value seals what was sent, and its own secret. */
const cookieForm = (line: string) => {
  const [, name = '', value = '', attributes = ''] = /^([^=]*)=([^;]*)(.*)$/.exec(line) ?? []
  return `${name.replace(/(gh-login-)(.*)/, (_, kind, suffix) => kind + suffix.length)}=(${value.length})${attributes}`
}

const FORM = { from: 'same-origin' } as const
const LINK = { from: 'cross-site' } as const

describe('customer enumeration: who is a customer cannot be told from the answer to an address', () => {
  test.each<[string, (browser: Browser, domain: string, world: World) => Promise<Response>]>([
    ['a form', (browser, domain) => browser.visit(`${OPEN}/auth/login?login_hint=jane%40${domain}`, FORM)],
    [
      'a form, with a return target and a prompt',
      (browser, domain) =>
        browser.visit(
          `${OPEN}/auth/login?return_to=%2Facme%2F&prompt=login&login_hint=jane%40${domain}`,
          FORM,
        ),
    ],
    [
      'a form, with a link as long as a login remembers, to the letter',
      (browser, domain) => {
        const query = `return_to=%2F${'a'.repeat(556)}&login_hint=jane%40${domain}`
        expect(query).toHaveLength(600)
        return browser.visit(`${OPEN}/auth/login?${query}`, FORM)
      },
    ],
    [
      'the remembered choice',
      (browser, domain) => browser.visit(`${OPEN}/auth/login?domain_hint=${domain}`, FORM),
    ],
    ['a link', (browser, domain) => browser.visit(`${OPEN}/auth/login?login_hint=jane%40${domain}`, LINK)],
    ['a typed address', (browser, domain) => browser.visit(`${OPEN}/auth/login?login_hint=jane%40${domain}`)],
    [
      'the form of the sign-in page, which points out what is mistyped',
      (browser, domain) => browser.visit(`${OPEN}/auth/login?typed=1&login_hint=jane%40${domain}`, FORM),
    ],
    [
      'the same form, at a site whose rules name the domain',
      (browser, domain) => browser.visit(`${STRICT}/auth/login?typed=1&login_hint=jane%40${domain}`, FORM),
    ],
    ['a script', (browser, domain) => browser.request(`${OPEN}/auth/login?login_hint=jane%40${domain}`)],
    [
      'an address that is none',
      (browser, domain) => browser.visit(`${OPEN}/auth/login?login_hint=${domain}`, FORM),
    ],
    [
      'an address that is none, by a program',
      (_browser, domain, { fetch }) =>
        fetch(
          new Request(`${OPEN}/auth/login?login_hint=${domain}`, { headers: { Accept: 'application/json' } }),
        ),
    ],
    [
      'both hints, one of them no domain',
      (browser, domain) =>
        browser.visit(`${OPEN}/auth/login?domain_hint=%40&login_hint=jane%40${domain}`, FORM),
    ],
    [
      'a site of one customer',
      (browser, domain) => browser.visit(`${DOCS}/auth/login?login_hint=jane%40${domain}`, FORM),
    ],
    [
      'a site whose rules name the domain',
      (browser, domain) => browser.visit(`${STRICT}/auth/login?login_hint=jane%40${domain}`, FORM),
    ],
  ])('%s', async (_case, ask) => {
    const world = await worldWithCustomers()
    const known = await seen(world, () => ask(world.browser(), KNOWN, world), KNOWN)
    expect(known.headers.length).toBeGreaterThan(5)
    for (const domain of UNKNOWN) {
      expect(domain).toHaveLength(KNOWN.length)
      expect(await seen(world, () => ask(world.browser(), domain, world), domain)).toEqual(known)
    }
  })

  test('nor in a browser that remembers a choice, nor after ten other addresses', async () => {
    const world = await worldWithCustomers()
    const browser = world.browser()
    await rememberBySigningIn(world, browser, OPEN)
    const ask = (domain: string) => async () => {
      const twin = browser.clone()
      for (let other = 0; other < 10; other += 1)
        await twin.visit(`${OPEN}/auth/login?login_hint=jane${other}%40${domain}`, FORM)
      return twin.visit(`${OPEN}/auth/login?login_hint=jane%40${domain}`, FORM)
    }
    const known = await seen(world, ask(KNOWN), KNOWN)
    for (const domain of UNKNOWN) expect(await seen(world, ask(domain), domain)).toEqual(known)
  })
})

describe('customer enumeration: the sign-in page says nothing of its own accord', () => {
  const page =
    (browser: Browser, headers: Record<string, string> = {}) =>
    () =>
      browser.visit(`${OPEN}/auth/login?return_to=%2Facme%2F`, { headers })

  test('it is the same for everybody who has chosen nothing yet', async () => {
    const world = await worldWithCustomers()
    const plain = await seen(world, page(world.browser()), KNOWN)
    expect(plain).toMatchObject({ status: 200, kv: [], requests: [], calls: [] })
    expect(plain.body).not.toMatch(/acme\.example|globex|org_/)

    const asked = world.browser()
    for (const domain of [KNOWN, ...UNKNOWN])
      await asked.visit(`${OPEN}/auth/login?login_hint=jane%40${domain}`, FORM)
    expect(await seen(world, page(asked), KNOWN)).toEqual(plain)

    const signedIn = world.browser()
    await world.signIn(signedIn, `${OPEN}/auth/login?organization_id=${ACME}`)
    expect(await seen(world, page(signedIn), KNOWN)).toEqual(plain)

    const network = { 'CF-Connecting-IP': '203.0.113.7', 'User-Agent': 'Acme 1.0', Referer: `${OPEN}/acme/` }
    expect(await seen(world, page(world.browser(), network), KNOWN)).toEqual(plain)
  })

  test('and for everybody who has chosen the same, whoever else has', async () => {
    const world = await createWorld({ config })
    const [first, second] = [world.browser(), world.browser()]
    await rememberBySigningIn(world, first, OPEN)
    const before = await seen(world, page(first), KNOWN)
    expect(before.body).toContain('Continue as …@(echo)')
    expect(before).toMatchObject({ status: 200, kv: [], requests: [], calls: [] })
    await rememberBySigningIn(world, second, OPEN)
    for (const browser of [first, second]) expect(await seen(world, page(browser), KNOWN)).toEqual(before)
  })
})
