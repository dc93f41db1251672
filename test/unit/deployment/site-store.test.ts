import { describe, expect, test } from 'vitest'
import { after, type EpochSeconds, epochSeconds, seconds } from '../../../src/base/time.ts'
import { assets, type GatehouseConfig, type Site } from '../../../src/config.ts'
import type { FoundSite } from '../../../src/deployment/site-store.ts'
import { findSiteFor, SiteStore } from '../../../src/deployment/site-store.ts'
import { compileSites } from '../../../src/policy/site-directory.ts'

const SITE: Site = { organization: 'org_1', upstream: assets() }
const OTHER: Site = { organization: 'org_2', upstream: assets() }

/** What the store promises of reads for names that have no site. */
const [AT_ONCE, PER_SECOND] = [500, 10]

/** A KV that is as slow as a test wants it. */
class FakeKv {
  readonly records = new Map<string, string>()
  readonly reads: string[] = []
  fails = false
  /** What reads wait for, where they do. */
  held: Promise<unknown> | undefined

  put(name: string, site: Site | string): void {
    this.records.set(`site:${name}`, typeof site === 'string' ? site : JSON.stringify(site))
  }

  async get(key: string): Promise<string | null> {
    this.reads.push(key)
    const value = this.records.get(key) ?? null
    await this.held
    if (this.fails) throw new Error('KV is down')
    return value
  }
}

function isolate(config: GatehouseConfig = { sites: {}, sitesInKv: true }, inApp = false) {
  const kv = new FakeKv()
  const siteStore = new SiteStore(kv as unknown as KVNamespace, {
    config,
    env: { ASSETS: { fetch: () => {} } },
    hasAssertionKey: true,
    sharded: false,
    inApp,
  })
  const sites = compileSites(config)
  const time = { now: epochSeconds(1_800_000_000_000) }
  const ask = (host: string): FoundSite | Promise<FoundSite> =>
    findSiteFor({ sites, siteStore }, host, time.now)
  const find = async (host: string): Promise<string> => described(await ask(host))
  const pass = (length: number): EpochSeconds => {
    time.now = after(time.now, seconds(length))
    return time.now
  }
  return { kv, find, ask, pass }
}

const described = (found: FoundSite): string => {
  switch (found.kind) {
    case 'site':
      return `${found.site.key} ${found.site.organization}${found.unread === undefined ? '' : ' as it was'}`
    case 'unavailable':
      return found.why.reason
    default:
      return found.kind
  }
}

describe('a site that is remembered', () => {
  test('is found without waiting for anything', async () => {
    const { kv, find, ask } = isolate()
    kv.put('a.example', SITE)
    kv.put('*.b.example', SITE)
    for (const host of ['a.example', 'x.b.example']) {
      await find(host)
      expect(ask(host)).not.toBeInstanceOf(Promise)
    }
    expect(kv.reads).toEqual(['site:a.example', 'site:x.b.example', 'site:*.b.example'])
  })

  test('is the same object after a reading that found the same text', async () => {
    const { kv, ask, pass } = isolate()
    kv.put('a.example', SITE)
    const first = await ask('a.example')
    pass(60)
    const second = await ask('a.example')
    expect(kv.reads).toHaveLength(2)
    expect(first.kind === 'site' && first.site).toBe(second.kind === 'site' && second.site)
  })

  test('of the file is found without KV, and without waiting', () => {
    const { kv, ask } = isolate({ sites: { 'a.example': SITE, '*.b.example': SITE }, sitesInKv: true })
    for (const host of ['a.example', 'x.b.example']) expect(ask(host)).not.toBeInstanceOf(Promise)
    expect(kv.reads).toEqual([])
  })
})

describe('while a reading is under way', () => {
  test('others who know nothing read for themselves, since none can wait for another', async () => {
    const { kv, ask } = isolate()
    kv.put('a.example', SITE)
    kv.held = new Promise(() => {})
    void ask('a.example')
    kv.held = undefined
    expect(described(await ask('a.example'))).toBe('a.example org_1')
    // And the one who never came back holds nobody up.
    expect(ask('a.example')).not.toBeInstanceOf(Promise)
  })

  test('others who know the site go on with it, and read it themselves if nothing comes', async () => {
    const { kv, find, ask, pass } = isolate()
    kv.put('a.example', SITE)
    await find('a.example')
    kv.put('a.example', OTHER)
    pass(60)
    kv.held = new Promise(() => {})
    void ask('a.example')
    kv.held = undefined
    expect(await find('a.example')).toBe('a.example org_1')
    expect(kv.reads).toHaveLength(2)
    pass(5)
    expect(await find('a.example')).toBe('a.example org_2')
  })

  test('one that began earlier undoes none that began later', async () => {
    const { kv, ask, find, pass } = isolate()
    let letGo = (_value: unknown): void => {}
    kv.put('a.example', SITE)
    kv.held = new Promise((resolve) => {
      letGo = resolve
    })
    const slow = ask('a.example')
    kv.held = undefined
    kv.put('a.example', OTHER)
    pass(1)
    expect(await find('a.example')).toBe('a.example org_2')
    letGo(undefined)
    await slow
    expect(await find('a.example')).toBe('a.example org_2')
  })

  test('the first of a second serves all', async () => {
    const { kv, ask } = isolate()
    kv.put('a.example', SITE)
    const found = await Promise.all([ask('a.example'), ask('a.example'), ask('a.example')])
    expect(new Set(found.map((each) => each.kind === 'site' && each.site)).size).toBe(1)
  })
})

describe('names that have no site', () => {
  test('are read as often as is stated, and then are neither unknown nor the last resort', async () => {
    const { kv, find, pass } = isolate({ sites: { '*': SITE }, sitesInKv: true })
    // One label has no wildcard: one reading each.
    for (let n = 0; n < AT_ONCE; n += 1) expect(await find(`host-${n}`)).toBe('* org_1')
    expect(await find('one-more')).toBe('site_lookups_limited')
    expect(kv.reads).toHaveLength(AT_ONCE)
    for (let second = 0; second < 3; second += 1) {
      pass(1)
      for (let n = 0; n < 50; n += 1) await find(`later-${second}-${n}`)
    }
    expect(kv.reads).toHaveLength(AT_ONCE + 3 * PER_SECOND)
  })

  test('below one domain cost one reading each, since its wildcard is remembered', async () => {
    const { kv, find } = isolate()
    for (let n = 0; n < 100; n += 1) expect(await find(`host-${n}.a.example`)).toBe('unknown')
    expect(kv.reads).toHaveLength(101)
  })

  test('that are asked for again and again are read once in 25 seconds', async () => {
    const { kv, find, pass } = isolate()
    for (let second = 0; second < 100; second += 1) {
      await find('host')
      pass(1)
    }
    expect(kv.reads).toHaveLength(4)
  })

  test('use up nothing of what is left for sites: these are read again all the same', async () => {
    const { kv, find, pass } = isolate()
    kv.put('a.example', SITE)
    kv.put('*.b.example', SITE)
    await find('a.example')
    await find('x.b.example')
    for (let minute = 0; minute < 3; minute += 1) {
      pass(60)
      for (let n = 0; n < 2 * AT_ONCE; n += 1) await find(`host-${minute}-${n}`)
      expect(await find('a.example')).toBe('a.example org_1')
      // Whether it has a site of its own by now is not known; that it had none, and what the wildcard has, is.
      expect(await find('x.b.example')).toBe('*.b.example org_1 as it was')
    }
    kv.put('a.example', OTHER)
    pass(60)
    for (let n = 0; n < 2 * AT_ONCE; n += 1) await find(`last-${n}`)
    expect(await find('a.example')).toBe('a.example org_2')
    expect(await find('y.b.example')).toBe('site_lookups_limited')
  })

  test('that a wildcard serves leave room for new ones, however many of them are busy', async () => {
    const { kv, find, pass } = isolate()
    kv.put('*.b.example', SITE)
    const busy = Array.from({ length: 1000 }, (_, n) => `busy-${n}.b.example`)
    for (const host of busy) {
      await find(host)
      if (kv.reads.length % PER_SECOND === 0) pass(1)
    }
    for (let round = 0; round < 5; round += 1) {
      pass(10)
      for (const host of busy) expect(await find(host)).toMatch(/^\*\.b\.example org_1/)
      for (let n = 0; n < 20; n += 1)
        expect(await find(`new-${round}-${n}.b.example`)).toBe('*.b.example org_1')
    }
  })

  test('drive out no site and stay within their number', async () => {
    const { kv, find, pass } = isolate()
    kv.put('a.example', SITE)
    kv.put('*.b.example', SITE)
    await find('a.example')
    for (let n = 0; n < 12_000; n += 1) {
      if (n % PER_SECOND === 0) pass(1)
      await find(`host-${n}.b.example`)
    }
    kv.fails = true
    expect(await find('a.example')).toBe('a.example org_1 as it was')
    expect(await find('host-11999.b.example')).toMatch(/^\*\.b\.example org_1/)
    expect(await find('host-3000.b.example')).toBe('*.b.example org_1 as it was')
    // Of absences the oldest are gone.
    expect(await find('host-1900.b.example')).toBe('site_lookup_failed')
  }, 60_000)

  test('sites that are seen for the first time are not counted: nobody can make them up', async () => {
    const { kv, find } = isolate()
    for (let n = 0; n < 3 * AT_ONCE; n += 1) kv.put(`host-${n}`, SITE)
    for (let n = 0; n < 3 * AT_ONCE; n += 1) expect(await find(`host-${n}`)).toBe(`host-${n} org_1`)
  })
})

describe('memory', () => {
  test('holds 10,000 sites; one that is used stays, one that is not goes first', async () => {
    const { kv, find, ask, pass } = isolate()
    for (let n = 0; n < 10_000; n += 1) {
      kv.put(`host-${n}`, SITE)
      await find(`host-${n}`)
    }
    pass(1)
    await find('host-0')
    pass(1)
    kv.put('one-more', SITE)
    await find('one-more')
    expect(ask('host-0')).not.toBeInstanceOf(Promise)
    expect(ask('host-1')).toBeInstanceOf(Promise)
    expect(ask('host-2')).not.toBeInstanceOf(Promise)
  }, 60_000)

  test('holds 1.5 million characters of records', async () => {
    const { kv, find, ask, pass } = isolate()
    const large = JSON.stringify({ ...SITE, audience: 'a'.repeat(100 * 1024) })
    for (let n = 0; n < 60; n += 1) {
      kv.put(`host-${n}`, large)
      await find(`host-${n}`)
      pass(1)
    }
    const kept = Array.from({ length: 60 }, (_, n) => n).filter((n) => !(ask(`host-${n}`) instanceof Promise))
    expect(kept).toEqual(Array.from({ length: 15 }, (_, n) => n + 45))
  })
})

test.each([
  [
    '254 characters',
    `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(10)}`,
  ],
  ['a label of 64 characters', `${'a'.repeat(64)}.example`],
  ['*', '*'],
  ['a wildcard', '*.b.example'],
  ['an empty label in front', '.b.example'],
  ['an empty label inside', 'a..example'],
  ['an IPv6 address', '[::1]'],
  ['a percent sign', 'a%2a.example'],
  ['a colon, as other keys have', 'login:abc'],
  ['upper case', 'A.example'],
  ['nothing', ''],
])('a host with %s is unknown without a reading', async (_case, host) => {
  const { kv, ask } = isolate()
  kv.put(host, SITE)
  kv.put('*.b.example', SITE)
  expect(ask(host)).toEqual({ kind: 'unknown' })
  expect(kv.reads).toEqual([])
})

test('a host of 253 characters is a host', async () => {
  const { kv, find } = isolate()
  const host = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`
  expect(host).toHaveLength(253)
  kv.put(host, SITE)
  expect(await find(host)).toBe(`${host} org_1`)
})

test.each(['__proto__', 'constructor', 'hasownproperty', 'tostring', 'prototype'])(
  'the host %s is a host like others',
  async (host) => {
    const { kv, find } = isolate()
    for (const name of [host, `${host}.example`, `a.${host}`]) {
      expect(await find(name)).toBe('unknown')
    }
    expect(kv.reads).toContain(`site:${host}`)
  },
)

test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
  'the key %s of a record is no setting, anywhere in it',
  async (key) => {
    const { kv, ask } = isolate()
    const [site, rule, upstream] = ['a.example', 'b.example', 'c.example']
    kv.put(site, `{"upstream":{"kind":"assets"},"${key}":{"organization":"org_2"}}`)
    kv.put(rule, `{"upstream":{"kind":"assets"},"rules":[{"path":"/*","${key}":{"access":"public"}}]}`)
    kv.put(upstream, `{"upstream":{"kind":"assets","${key}":{"folder":"/a"}}}`)
    for (const host of [site, rule, upstream]) {
      const found = await ask(host)
      expect(found.kind === 'invalid' && found.problems.join()).toContain(`${key} is not a setting`)
    }
    expect({}).not.toHaveProperty('organization')
  },
)

test('in a Hono app a site may leave out its upstream, and elsewhere not', async () => {
  for (const [inApp, found] of [
    [true, 'a.example org_1'],
    [false, 'invalid'],
  ] as const) {
    const { kv, find } = isolate(undefined, inApp)
    kv.put('a.example', '{"organization":"org_1"}')
    expect(await find('a.example')).toBe(found)
    kv.put('b.example', '[]')
    expect(await find('b.example')).toBe('invalid')
  }
})

test('a record may be as long as is stated, and no longer', async () => {
  const { kv, ask } = isolate()
  const record = (length: number) => {
    const text = JSON.stringify({ ...SITE, audience: '' })
    return JSON.stringify({ ...SITE, audience: 'a'.repeat(length - text.length) })
  }
  kv.put('a.example', record(128 * 1024))
  kv.put('b.example', record(128 * 1024 + 1))
  expect((await ask('a.example')).kind).toBe('site')
  expect(await ask('b.example')).toMatchObject({
    kind: 'invalid',
    problems: ['KV site:b.example: has 131073 characters; 131072 is the most'],
  })
})

test('of more problems than a line of the log holds the first hundred are told, and how many there are', async () => {
  const { kv, ask } = isolate()
  kv.put('a.example', JSON.stringify({ ...SITE, rules: Array.from({ length: 150 }, () => ({ path: 'x' })) }))
  const found = await ask('a.example')
  const problems = found.kind === 'invalid' ? found.problems : []
  expect(problems).toHaveLength(101)
  expect(problems.at(-1)).toBe('KV site:a.example: and 50 more')
})

test('a record that is nested without end is a problem like others', async () => {
  const { kv, find } = isolate()
  const deep = '['.repeat(50_000) + ']'.repeat(50_000)
  kv.put('a.example', `{"upstream":{"kind":"assets"},"one":${deep},"organization":"acme"}`)
  kv.put('b.example', deep)
  for (const host of ['a.example', 'b.example']) expect(await find(host)).toBe('invalid')
})

test('a problem quotes nothing of a record that is not JSON', async () => {
  const { kv, ask } = isolate()
  kv.put('a.example', '{"upstream": secret}')
  const found = await ask('a.example')
  expect(JSON.stringify(found.kind === 'invalid' && found.problems)).not.toContain('secret')
})

test('the problems of several places are told at once, unknown keys of one object too', async () => {
  const { kv, ask } = isolate()
  kv.put(
    'a.example',
    '{"upstream":{"kind":"assets"},"one":1,"two":2,"rules":[{"path":"/a","three":3,"four":4}]}',
  )
  const found = await ask('a.example')
  for (const part of ['one', 'two', 'three', 'four'])
    expect(found.kind === 'invalid' && found.problems.join()).toContain(part)
})
