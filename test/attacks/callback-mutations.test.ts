import { describe, expect, test } from 'vitest'
import { newKeys } from '../../src/crypto/new-keys.ts'
import type { Browser } from '../support/browser.ts'
import { createWorld, DOCS, shownCode, type World } from '../support/world.ts'

interface Login {
  readonly world: World
  readonly browser: Browser
  readonly callback: URL
  readonly cookie: { readonly name: string; readonly value: string }
  /** Where the record is in KV. */
  readonly key: string
}

/** A login that only has to be finished. */
async function readyLogin(world?: World): Promise<Login> {
  const its = world ?? (await createWorld())
  const browser = its.browser()
  const callback = new URL(its.provider.authorize(await its.beginLogin(browser, `${DOCS}/a?b=c`)))
  const cookie = browser.cookies.of(callback).find(({ name }) => name.startsWith('__Host-gh-login-'))
  const key = its.kv.operations.findLast((operation) => operation.startsWith('put login:'))?.slice(4)
  if (cookie === undefined || key === undefined) throw new Error('no login is under way')
  return { world: its, browser, callback, cookie, key }
}

async function expectRefusal(
  { world, browser, callback }: Login,
  expected: { reason: string; code: string; parameter?: string },
): Promise<void> {
  const { response } = await world.finishLogin(browser, callback.href)
  expect(response.status).toBe(400)
  expect(await shownCode(response)).toBe(expected.code)
  const { code: _public, ...logged } = expected
  expect(world.log.findLast(({ event }) => event === 'refused')?.refusal).toMatchObject(logged)
  expect(world.log.filter(({ event }) => event === 'refused')).toHaveLength(1)
  expect(browser.cookie(DOCS, '__Host-gh-session')).toBeUndefined()
  expect(world.provider.count('/oauth/token')).toBe(0)
}

/** The text with one character replaced by another of the same alphabet. */
const alter = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)

test('an unaltered callback is accepted, so that what follows proves something', async () => {
  const { world, browser, callback } = await readyLogin()
  expect((await world.finishLogin(browser, callback.href)).response.status).toBe(200)
})

describe('the query (CVE-2023-27490)', () => {
  test.each<[string, (query: URLSearchParams) => void, { reason: string; code: string; parameter?: string }]>(
    [
      ['no state', (q) => q.delete('state'), { reason: 'state_missing', code: 'state_mismatch' }],
      ['an empty state', (q) => q.set('state', ''), { reason: 'state_missing', code: 'state_mismatch' }],
      [
        'an altered state',
        (q) => q.set('state', alter(q.get('state') ?? '', 0)),
        { reason: 'binding_cookie_missing', code: 'state_mismatch' },
      ],
      [
        'a state with something after it',
        (q) => q.set('state', `${q.get('state')}A`),
        { reason: 'binding_cookie_missing', code: 'state_mismatch' },
      ],
      [
        'two states',
        (q) => q.append('state', q.get('state') ?? ''),
        { reason: 'parameter_repeated', parameter: 'state', code: 'bad_request' },
      ],
      [
        'a state of control characters',
        (q) => q.set('state', 'a\r\nb'),
        { reason: 'parameter_invalid', parameter: 'state', code: 'bad_request' },
      ],
      [
        'a state of any length',
        (q) => q.set('state', 'a'.repeat(5000)),
        { reason: 'parameter_invalid', parameter: 'state', code: 'bad_request' },
      ],
      ['no code', (q) => q.delete('code'), { reason: 'code_missing', code: 'bad_request' }],
      ['an empty code', (q) => q.set('code', ''), { reason: 'code_missing', code: 'bad_request' }],
      [
        'two codes',
        (q) => q.append('code', q.get('code') ?? ''),
        { reason: 'parameter_repeated', parameter: 'code', code: 'bad_request' },
      ],
      [
        'a code with a space',
        (q) => q.set('code', 'a b'),
        { reason: 'parameter_invalid', parameter: 'code', code: 'bad_request' },
      ],
      [
        'two issuers',
        (q) => ['https://a.example', 'https://b.example'].forEach((iss) => void q.append('iss', iss)),
        { reason: 'parameter_repeated', parameter: 'iss', code: 'bad_request' },
      ],
    ],
  )('%s is refused', async (_case, change, expected) => {
    const login = await readyLogin()
    change(login.callback.searchParams)
    await expectRefusal(login, expected)
  })

  test('an altered code is refused by Scalekit, with its own code', async () => {
    const { world, browser, callback } = await readyLogin()
    callback.searchParams.set('code', 'code_of_nobody')
    const { response } = await world.finishLogin(browser, callback.href)
    expect(response.status).toBe(400)
    expect(await shownCode(response)).toBe('code_rejected')
    expect(browser.cookies.ofUse(callback)).toEqual([])
  })

  test('where the login leads was sealed when it began: nothing in the callback changes it', async () => {
    for (const name of ['return_to', 'redirect_uri', 'relay_state', 'next', 'rd', 'redirect']) {
      const { world, browser, callback } = await readyLogin()
      for (const target of ['https://evil.example/', '/elsewhere']) callback.searchParams.append(name, target)
      expect((await world.finishLogin(browser, callback.href)).url).toBe(`${DOCS}/a?b=c`)
    }
  })

  test('a callback that is posted is not read', async () => {
    const { world, browser, callback } = await readyLogin()
    const response = await browser.visit(callback.href, { method: 'POST', from: 'same-origin' })
    expect(response.status).toBe(405)
    expect(response.headers.get('Allow')).toBe('GET')
    expect(world.kv.on('login:')).toEqual(['put'])
  })

  test('a HEAD, as link checkers send it, does not use the login up', async () => {
    const { world, browser, callback } = await readyLogin()
    expect((await browser.visit(callback.href, { method: 'HEAD' })).status).toBe(405)
    expect((await world.finishLogin(browser, callback.href)).response.status).toBe(200)
  })
})

describe('the cookie', () => {
  test('none: refused', async () => {
    const login = await readyLogin()
    login.browser.cookies.remove(login.callback, login.cookie.name)
    await expectRefusal(login, { reason: 'binding_cookie_missing', code: 'state_mismatch' })
  })

  test('under the name without the prefix, as a subdomain could set it: refused', async () => {
    const login = await readyLogin()
    login.browser.cookies.remove(login.callback, login.cookie.name)
    login.browser.cookies.plant(login.callback, login.cookie.name.replace('__Host-', ''), login.cookie.value)
    await expectRefusal(login, { reason: 'binding_cookie_missing', code: 'state_mismatch' })
  })

  test.each([
    [0, 'the time it began'],
    [1, 'the number of restarts'],
    [2, 'the secret'],
    [3, 'the query to start again with'],
  ])('with part %i altered, %s: refused', async (part) => {
    const login = await readyLogin()
    const parts = login.cookie.value.split('.')
    parts[part] = part === 1 ? '1' : alter(parts[part] ?? '', 0)
    login.browser.cookies.plant(login.callback, login.cookie.name, parts.join('.'))
    await expectRefusal(login, { reason: 'transaction_unreadable', code: 'state_mismatch' })
  })

  test.each([
    ['empty', ''],
    ['rubbish', 'rubbish'],
    ['shorter by one part', (value: string) => value.slice(0, value.lastIndexOf('.'))],
  ])('%s: refused', async (_case, value) => {
    const login = await readyLogin()
    const text = typeof value === 'string' ? value : value(login.cookie.value)
    login.browser.cookies.plant(login.callback, login.cookie.name, text)
    await expectRefusal(login, { reason: 'transaction_unreadable', code: 'state_mismatch' })
  })

  test("of another login of the same browser, under this one's name: refused", async () => {
    const login = await readyLogin()
    const other = await readyLogin(login.world)
    login.browser.cookies.plant(login.callback, login.cookie.name, other.cookie.value)
    await expectRefusal(login, { reason: 'transaction_unreadable', code: 'state_mismatch' })
  })
})

describe('the record in KV', () => {
  test('every part of it, altered in one character: refused (CVE-2021-29652)', async () => {
    const world = await createWorld()
    const sample = await readyLogin(world)
    const length = (await world.kv.inside.get(sample.key))?.length ?? 0
    const places = Array.from({ length: 24 }, (_, index) => Math.floor((index * (length - 2)) / 23))
    for (const place of places) {
      const login = await readyLogin(world)
      const sealed = (await world.kv.inside.get(login.key)) ?? ''
      await world.kv.inside.put(login.key, alter(sealed, place))
      world.log.length = 0
      await expectRefusal(login, { reason: 'transaction_unreadable', code: 'state_mismatch' })
    }
  })

  test.each([
    ['cut short', (sealed: string) => sealed.slice(0, -4)],
    ['with a part added', (sealed: string) => `${sealed}.AAAA`],
    ['empty', () => ''],
    ['in plain text', () => JSON.stringify({ host: 'docs.example.com', returnTo: 'https://evil.example' })],
  ])('%s: refused', async (_case, change) => {
    const login = await readyLogin()
    const sealed = (await login.world.kv.inside.get(login.key)) ?? ''
    await login.world.kv.inside.put(login.key, change(sealed))
    await expectRefusal(login, { reason: 'transaction_unreadable', code: 'state_mismatch' })
  })

  test("exchanged for another login's record: refused", async () => {
    const login = await readyLogin()
    const other = await readyLogin(login.world)
    const foreign = (await login.world.kv.inside.get(other.key)) ?? ''
    await login.world.kv.inside.put(login.key, foreign)
    await expectRefusal(login, { reason: 'transaction_unreadable', code: 'state_mismatch' })
  })

  test("exchanged together with the other login's cookie: refused, since the record knows its own name", async () => {
    const login = await readyLogin()
    const other = await readyLogin(login.world)
    await login.world.kv.inside.put(login.key, (await login.world.kv.inside.get(other.key)) ?? '')
    login.browser.cookies.plant(login.callback, login.cookie.name, other.cookie.value)
    await expectRefusal(login, { reason: 'transaction_unreadable', code: 'state_mismatch' })
  })

  test.each([
    ['other keys', false],
    ['other keys under the same ids', true],
  ])('sealed by a deployment with %s: refused', async (_case, sameIds) => {
    const login = await readyLogin()
    const ids = JSON.parse(login.world.keys).keys.map(({ kid }: { kid: string }) => kid)
    const { keys } = JSON.parse(await newKeys())
    const others = sameIds ? keys.map((key: object, index: number) => ({ ...key, kid: ids[index] })) : keys
    login.world.deploy({ env: { GATEHOUSE_KEYS: JSON.stringify({ keys: others }) } })
    await expectRefusal(login, { reason: 'transaction_unreadable', code: 'state_mismatch' })
  })

  test('deleted: begun again, without a session', async () => {
    const login = await readyLogin()
    await login.world.kv.inside.delete(login.key)
    const { leavesTo } = await login.world.finishLogin(login.browser, login.callback.href)
    expect(new URL(leavesTo ?? '').pathname).toBe('/oauth/authorize')
    expect(login.browser.cookie(DOCS, '__Host-gh-session')).toBeUndefined()
  })

  test('who reads the storage finds neither the state nor anything that was sealed', async () => {
    const { world, callback, key, cookie } = await readyLogin()
    const sealed = (await world.kv.inside.get(key)) ?? ''
    const state = callback.searchParams.get('state') ?? ''
    for (const secret of [
      state,
      cookie.value.split('.')[2] ?? '',
      '/a?b=c',
      'docs.example.com',
      'codeVerifier',
    ])
      expect(
        key + sealed + atob(sealed.split('.')[2]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''),
      ).not.toContain(secret)
  })
})
