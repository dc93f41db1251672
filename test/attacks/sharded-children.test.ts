import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { assets, minutes } from '../../src/config.ts'
import { sessionCookie, whoIsAt } from '../support/handoffs.ts'
import {
  ACME_SITE,
  ALONE,
  LOGIN,
  MANY_HOSTS,
  manyHosts,
  OTHER_ACME_SITE,
  WIKI,
} from '../support/many-hosts.ts'
import { ACME, JANE } from '../support/openid-provider.ts'

afterEach(() => reset())

// Of the four shards of the site that signs in by itself, Jane's is not the first: so her sessions are in two registries.
const CONFIG = {
  ...MANY_HOSTS,
  sites: {
    ...MANY_HOSTS.sites,
    'alone.example.com': { organization: ACME, upstream: assets(), loginHost: false, registryShards: 4 },
  },
} as typeof MANY_HOSTS

const JOAN = { ...JANE, user: 'joan|4', email: 'joan@acme.example' }

async function inTwoShards() {
  const hosts = await manyHosts(CONFIG)
  const browser = hosts.world.browser()
  for (const site of [OTHER_ACME_SITE, ALONE]) await hosts.signIn(browser, `${site}/a`, JOAN)
  for (const site of [ACME_SITE, WIKI]) await hosts.roam(browser, `${site}/b`)
  const opened = hosts.world.sessions.calls.filter((call) => call.startsWith('open '))
  return { ...hosts, browser, opened }
}

const HOSTS = [LOGIN, OTHER_ACME_SITE, ALONE, ACME_SITE, WIKI]

describe('a site with other shards than the login host', () => {
  test('opens its session beside the one that it stands on, whatever its own number', async () => {
    const { opened } = await inTwoShards()
    const registries = opened.map((call) => call.replace('open ', ''))
    expect(new Set(registries).size).toBe(2)
    expect(registries.filter((name) => name === ACME)).toHaveLength(4)
  })

  test('lists all of them, wherever it is asked', async () => {
    const { browser } = await inTwoShards()
    for (const host of HOSTS) {
      const listed = (await (await browser.request(`${host}/auth/sessions`)).json()) as {
        sessions: { host: string }[]
      }
      expect(listed.sessions.map((each) => `https://${each.host}`).sort(), host).toEqual([...HOSTS].sort())
    }
  })

  test.each(HOSTS)('signing out everywhere at %s ends all, in both shards', async (host) => {
    const { browser, world } = await inTwoShards()
    await browser.request(`${host}/auth/logout`, {
      method: 'POST',
      body: new URLSearchParams({ everywhere: '1' }),
    })
    world.clock.advance(minutes(5))
    for (const each of HOSTS) expect(await whoIsAt(browser, each), each).toBeUndefined()
  })

  test.each([
    [ALONE, [ALONE]],
    [WIKI, [WIKI, LOGIN]],
  ])('ending all others at %s keeps that one, and what it stands on', async (host, kept) => {
    const { browser, world } = await inTwoShards()
    await browser.request(`${host}/auth/sessions/end`, {
      method: 'POST',
      body: new URLSearchParams({ others: '1' }),
    })
    world.clock.advance(minutes(5))
    for (const each of HOSTS)
      expect(await whoIsAt(browser, each), each).toBe(kept.includes(each) ? JOAN.email : undefined)
  })

  test('one in the other shard is ended by its ID, with what it opened', async () => {
    const { browser, world } = await inTwoShards()
    const listed = (await (await browser.request(`${ALONE}/auth/sessions`)).json()) as {
      sessions: { id: string; host: string }[]
    }
    const id = listed.sessions.find(({ host }) => `https://${host}` === LOGIN)?.id ?? ''
    const body = new URLSearchParams({ id })
    expect((await browser.request(`${ALONE}/auth/sessions/end`, { method: 'POST', body })).status).toBe(200)
    world.clock.advance(minutes(5))
    for (const each of HOSTS)
      expect(await whoIsAt(browser, each), each).toBe(each === ALONE ? JOAN.email : undefined)
  })

  test('nobody else’s: an ID of another person is none', async () => {
    const { browser, world, signIn } = await inTwoShards()
    const jane = world.browser()
    await signIn(jane, `${OTHER_ACME_SITE}/a`, JANE)
    const listed = (await (await browser.request(`${WIKI}/auth/sessions`)).json()) as {
      sessions: { id: string }[]
    }
    for (const { id } of listed.sessions) {
      const ended = await jane.request(`${OTHER_ACME_SITE}/auth/sessions/end`, {
        method: 'POST',
        body: new URLSearchParams({ id }),
      })
      expect(ended.status).toBe(404)
    }
    world.clock.advance(minutes(5))
    for (const each of HOSTS) expect(await whoIsAt(browser, each), each).toBe(JOAN.email)
  })
})

test('the number of shards of the login host may change between ticket and handoff', async () => {
  const { world, roam, signIn } = await manyHosts(CONFIG)
  const browser = world.browser()
  await signIn(browser, `${OTHER_ACME_SITE}/a`, JOAN)
  const { 'wiki.example.com': site } = MANY_HOSTS.sites
  world.deploy({
    config: {
      ...CONFIG,
      sites: { ...CONFIG.sites, 'login.example.com': { ...site, registryShards: 8 } },
    } as typeof MANY_HOSTS,
  })
  expect((await roam(browser, `${ACME_SITE}/a`)).response.status).toBe(200)
  expect(sessionCookie(browser, ACME_SITE)).toBeDefined()
})
