import { reset } from 'cloudflare:test'
import { afterEach, expect, test } from 'vitest'
import { assets } from '../../src/config.ts'
import { ACME_SITE, KV_CONFIG, KV_SITE, namesRead, putSite } from '../support/kv-sites.ts'
import { createWorld, DOCS, shownCode, type World } from '../support/world.ts'

/** Somebody whose DNS leads any name to the Worker, or who writes any `Host`, makes up names to fill memory or to run up the bill of KV. */

afterEach(() => reset())

/** What docs/security.md promises. */
const [AT_ONCE, PER_SECOND] = [500, 10]

const statusOf = async (world: World, address: string): Promise<number> =>
  (await world.browser().request(address)).status

async function flood(world: World, count: number, name: (n: number) => string): Promise<number[]> {
  const statuses: number[] = []
  for (let n = 0; n < count; n += 1) statuses.push(await statusOf(world, `https://${name(n)}/`))
  return statuses
}

test('made-up names cost the stated number of reads, and after that are neither unknown nor the last resort', async () => {
  const world = await createWorld({
    config: { ...KV_CONFIG, sites: { ...KV_CONFIG.sites, '*': { upstream: assets() } } },
  })
  const statuses = await flood(world, 600, (n) => `made-up-${n}`)
  expect(statuses.filter((status) => status === 401)).toHaveLength(AT_ONCE)
  expect(statuses.slice(AT_ONCE)).toEqual(Array.from({ length: 600 - AT_ONCE }, () => 503))
  expect(namesRead(world)).toHaveLength(AT_ONCE)
  world.clock.advance(2)
  await flood(world, 100, (n) => `later-${n}`)
  expect(namesRead(world)).toHaveLength(AT_ONCE + 2 * PER_SECOND)

  const response = await world.browser().request('https://one-more/')
  expect(response.headers.get('Retry-After')).toBe('5')
  expect(await shownCode(response)).toBe('unavailable')
  expect(world.log.at(-1)?.refusal).toEqual({ reason: 'site_lookups_limited', host: 'one-more' })
})

test('while it goes on, people of sites that are known notice nothing', async () => {
  const world = await createWorld({ config: KV_CONFIG })
  await putSite(world, 'acme.customers.example', ACME_SITE)
  const [inKv, inFile] = [world.browser(), world.browser()]
  await world.signIn(inKv, `${KV_SITE}/a`)
  await world.signIn(inFile, `${DOCS}/a`)
  for (let minute = 0; minute < 2; minute += 1) {
    world.clock.advance(61)
    await flood(world, 550, (n) => `made-up-${minute}-${n}`)
    expect((await inKv.visit(`${KV_SITE}/b`)).status).toBe(200)
    expect((await inFile.visit(`${DOCS}/b`)).status).toBe(200)
  }
  // Its record was read again each time.
  expect(namesRead(world).filter((name) => name === 'acme.customers.example')).toHaveLength(3)
})

test('names that are no host names cost no read at all', async () => {
  const world = await createWorld({ config: KV_CONFIG })
  const label = 'a'.repeat(63)
  for (const host of [
    `${label}a.example`,
    `${label}.${label}.${label}.${label}.a`,
    '.a.example',
    'a..example',
  ])
    expect(await statusOf(world, `https://${host}/`), host).toBe(421)
  for (const host of ['[::1]', '*.customers.example', 'a*.example', '*'])
    expect(await statusOf(world, `https://${host}/`), host).toBe(421)
  expect(namesRead(world)).toEqual([])
})

test('a request that is refused anyway costs no read', async () => {
  const world = await createWorld({ config: KV_CONFIG })
  expect(await statusOf(world, `${KV_SITE}/%00`)).toBe(400)
  expect(await statusOf(world, `${KV_SITE}/${'a'.repeat(20_000)}`)).toBe(431)
  expect(namesRead(world)).toEqual([])
})
