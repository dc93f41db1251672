import { describe, expect, test } from 'vitest'
import { assets, defineConfig, origin, service } from '../../src/config.ts'
import type { Browser, Initiator } from '../support/browser.ts'
import { HANK } from '../support/openid-provider.ts'
import { APP, createWorld, OPEN, type World } from '../support/world.ts'

const HINT = '__Host-gh-hint'
const OTHER = 'https://other.example.com'
const WIKI = 'https://wiki.example.com'
const BACKEND = 'https://origin.internal.example'

const rules = [{ path: '/public/*', access: 'public' }] as const
const config = defineConfig({
  sites: {
    'open.example.com': { upstream: assets(), rules },
    'other.example.com': { upstream: assets(), rules },
    'app.example.com': { upstream: service('APP'), rules },
    'wiki.example.com': { upstream: origin(BACKEND), rules },
  },
})

const signInWith = async (world: World, browser: Browser, site: string, query: string, from?: Initiator) => {
  const { leavesTo = '' } = await browser.open(`${site}/auth/login?${query}`, from && { from })
  return world.finishLogin(browser, world.provider.authorize(leavesTo, HANK))
}

async function withChoice(site: string): Promise<{ world: World; browser: Browser; hint: string }> {
  const world = await createWorld({ config })
  const browser = world.browser()
  await signInWith(world, browser, site, 'login_hint=hank%40globex.example', 'same-origin')
  return { world, browser, hint: browser.cookie(site, HINT) ?? '' }
}

/** The sign-in page without what is new on each. */
const signInPage = async (browser: Browser, site: string) => {
  const response = await browser.visit(`${site}/auth/login`)
  return { status: response.status, text: (await response.text()).replaceAll(/nonce="[\w-]+"/g, '') }
}

async function expectNothingOffered(world: World, site: string, hint: string): Promise<void> {
  const plain = await signInPage(world.browser(), site)
  expect(plain).toMatchObject({ status: 200, text: expect.not.stringContaining('Continue as') })
  const browser = world.browser()
  browser.cookies.plant(new URL(site), HINT, hint)
  expect(await signInPage(browser, site), hint).toEqual(plain)
  expect(world.refusals).toEqual([])
  expect(world.log.filter(({ event }) => event === 'fault')).toEqual([])
}

test('a choice that was made on another host is none here', async () => {
  const { world, browser, hint } = await withChoice(OPEN)
  expect((await signInPage(browser, OPEN)).text).toContain('Continue as …@globex.example')
  await expectNothingOffered(world, OTHER, hint)
})

describe('an altered choice is none', () => {
  test('with any character exchanged, and cut short anywhere', async () => {
    const { world, hint } = await withChoice(OPEN)
    const [kid = '', iv = '', ciphertext = ''] = hint.split('.')
    const flip = (text: string, at: number) =>
      text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
    const altered = [
      ...Array.from({ length: kid.length - 1 }, (_, at) => `${flip(kid, at)}.${iv}.${ciphertext}`),
      ...Array.from({ length: iv.length }, (_, at) => `${kid}.${flip(iv, at)}.${ciphertext}`),
      ...Array.from({ length: ciphertext.length - 1 }, (_, at) => `${kid}.${iv}.${flip(ciphertext, at)}`),
      ...[1, 4, 16, 22].map((length) => hint.slice(0, -length)),
      `${hint}.`,
      `${hint}.${ciphertext}`,
      `${kid}..${ciphertext}`,
      `${kid}.${iv}.`,
      '..',
    ]
    for (const text of altered) await expectNothingOffered(world, OPEN, text)
  })

  test.each([
    ['a domain in clear', 'evil.example'],
    ['in base64', btoa('evil.example')],
    ['markup', '"><script>alert(1)</script>'],
    ['what is no base64', 'a.!.b'],
    ['nothing', ''],
    ['3,000 characters', `a.${'b'.repeat(16)}.${'c'.repeat(3000)}`],
  ])('%s', async (_case, hint) => {
    await expectNothingOffered(await createWorld({ config }), OPEN, hint)
  })
})

test('what was sealed for another purpose, on this host, is no choice, and a choice is nothing else', async () => {
  const { world, browser, hint } = await withChoice(OPEN)
  const left = await browser.request(`${OPEN}/auth/logout`, { method: 'POST' })
  const { logout_url: address } = await left.json<{ logout_url: string }>()
  const sealed = new URL(address).searchParams.get('next') ?? ''
  expect(sealed).toMatch(/^[\w-]+\.[\w-]{16}\.[\w-]+$/)
  await expectNothingOffered(world, OPEN, sealed)
  const away = await browser.visit(`${OPEN}/auth/logout?next=${hint}`)
  expect(away.headers.get('Location')).toBe(`${OPEN}/auth/signed-out?local=1`)

  for (const name of ['__Host-gh-session', '__Host-gh-refresh']) {
    const thief = world.browser()
    thief.cookies.plant(new URL(OPEN), name, hint)
    expect((await thief.request(`${OPEN}/auth/session`)).status).toBe(401)
  }
})

describe('another site cannot choose for the logins to come', () => {
  test.each<[string, Initiator]>([
    ['a link on another site', 'cross-site'],
    ['a link on a sister site', 'same-site'],
    ['a link in an e-mail', 'none'],
  ])('by %s, even where its login succeeds', async (_case, from) => {
    for (const query of ['login_hint=hank%40globex.example', 'domain_hint=globex.example']) {
      const world = await createWorld({ config })
      const browser = world.browser()
      await signInWith(world, browser, OPEN, query, from)
      expect(browser.cookie(OPEN, '__Host-gh-session')).toBeDefined()
      expect(browser.cookie(OPEN, HINT)).toBeUndefined()
    }
  })

  test('and the choice that is remembered stays', async () => {
    const { world, browser, hint } = await withChoice(OPEN)
    await signInWith(world, browser, OPEN, 'login_hint=eve%40evil.example', 'cross-site')
    expect(browser.cookie(OPEN, HINT)).toBe(hint)
  })

  test('nor by a login that it lets a browser start again', async () => {
    const world = await createWorld({ config })
    const browser = world.browser()
    const { leavesTo = '' } = await browser.open(`${OPEN}/auth/login?login_hint=eve%40evil.example`, {
      from: 'cross-site',
    })
    world.kv.missingReads = 3
    const again = await world.finishLogin(browser, world.provider.authorize(leavesTo))
    await world.finishLogin(browser, world.provider.authorize(again.leavesTo ?? ''))
    expect(browser.cookie(OPEN, '__Host-gh-session')).toBeDefined()
    expect(browser.cookie(OPEN, HINT)).toBeUndefined()
  })
})

describe('the choice stays between browser and Gatehouse', () => {
  test.each([
    ['another Worker', APP],
    ['an origin', WIKI],
  ])('%s does not get it, with a session and on a public path', async (_upstream, site) => {
    const { world, browser, hint } = await withChoice(site)
    const received: Request[] = []
    world.deploy({
      config,
      fetch: async (input, init) => {
        const request = new Request(input as Request, init as RequestInit)
        if (!request.url.startsWith(BACKEND)) return world.provider.fetch(request)
        received.push(request)
        return new Response('page')
      },
    })
    for (const own of ['theme', 'gh-hints']) browser.cookies.plant(new URL(site), own, 'dark')
    for (const name of ['gh-hint', '__Secure-gh-hint', '__Host-Http-GH-Hint'])
      browser.cookies.plant(new URL(site), name, hint)
    for (const path of ['/a', '/public/a']) {
      expect((await browser.request(site + path)).status).toBe(200)
      const { headers } = [...received, ...world.pages.requests].at(-1) as Request
      expect(headers.get('Cookie')).toBe('theme=dark; gh-hints=dark')
      expect([...headers].flat().join('\n')).not.toContain(hint)
    }
  })

  test.each(['', '__Host-', '__Secure-', '__Http-', '__Host-Http-', '__hOsT-'])(
    'no upstream sets, changes or deletes it under the prefix “%s”',
    async (prefix) => {
      const { world, browser, hint } = await withChoice(APP)
      world.pages.answer = () => {
        const headers = new Headers()
        for (const line of ['gh-hint=x', 'GH-HINT=; Max-Age=0', 'gh-hint'])
          headers.append('Set-Cookie', `${prefix}${line}; Path=/; Secure`)
        headers.append('Set-Cookie', 'theme=dark')
        return new Response('page', { headers })
      }
      for (const path of ['/a', '/public/a']) {
        const response = await browser.request(APP + path)
        expect(response.headers.getSetCookie()).toEqual(['theme=dark'])
      }
      expect(browser.cookie(APP, HINT)).toBe(hint)
    },
  )
})
