import { describe, expect, test } from 'vitest'
import { type KeyRing, parseKeyRing } from '../../../src/crypto/key-ring.ts'
import {
  type Binding,
  bindingSuffix,
  formatBinding,
  isGenuine,
  MAX_BINDINGS,
  parseBinding,
  sealedBinding,
  surplusBindings,
} from '../../../src/login/binding-cookie.ts'
import { clearCookie, MAX_LOGIN_DELETIONS } from '../../../src/request/cookies.ts'
import { octKey } from '../../support/sample-keys.ts'
import { atSeconds, now } from '../../support/sample-session.ts'

async function ringOf(...keys: object[]): Promise<KeyRing> {
  const parsed = await parseKeyRing(JSON.stringify({ keys }))
  if (!parsed.ok) throw new Error(parsed.error.join())
  return parsed.value
}

const ring = await ringOf(octKey('k1', 1))

const binding: Binding = {
  createdAt: now,
  restarts: 0,
  secret: 'sPnb8gXqD0cV5mZ1uYk3wQ7tJr9eLhFa2oBxN4iTsGc',
  query: 'return_to=%2Fstra%C3%9Fe&organization_id=org_1',
}

test.each<[string, Partial<Binding>]>([
  ['a login', {}],
  ['a login that was started again', { restarts: 1 }],
  ['a login without a query', { query: '' }],
  ['the longest query that is kept', { query: 'q'.repeat(600) }],
])('%s survives the way through a cookie', (_case, changes) => {
  expect(parseBinding(formatBinding({ ...binding, ...changes }))).toEqual({ ...binding, ...changes })
})

test('a query over 600 characters is left out: five of these cookies have to fit into a request', () => {
  const parsed = parseBinding(formatBinding({ ...binding, query: 'q'.repeat(601) }))
  expect(parsed).toEqual({ ...binding, query: '' })
  expect(formatBinding({ ...binding, query: 'q'.repeat(600) }).length).toBeLessThan(900)
})

test('a cookie needs no encoding, so that the text that sealed a record is the text that comes back', () => {
  const text = formatBinding({ ...binding, query: 'a=ü ;,"\\%' })
  expect(encodeURIComponent(text)).toBe(text)
})

test.each([
  ['nothing', ''],
  ['one part', 'abc'],
  ['three parts', `abc.0.${binding.secret}`],
  ['five parts', `${formatBinding(binding)}.x`],
  ['a short secret', formatBinding({ ...binding, secret: binding.secret.slice(1) })],
  ['a long secret', formatBinding({ ...binding, secret: `${binding.secret}x` })],
  ['two digits of restarts', formatBinding({ ...binding, restarts: 10 })],
  ['a negative count', formatBinding({ ...binding, restarts: -1 })],
  ['a time in upper case', formatBinding(binding).toUpperCase()],
  ['a query in another alphabet', `${formatBinding(binding)}+`],
  ['a query of one character, which is no base64url', `abc.0.${binding.secret}.A`],
  ['a space', ` ${formatBinding(binding)}`],
  ['a line break', `${formatBinding(binding)}\n`],
])('%s is no binding', (_case, text) => {
  expect(parseBinding(text)).toBeUndefined()
})

describe('a cookie is known as ours before its record is looked for', () => {
  const HASH = 'h'.repeat(43)
  const genuine = async (change: (text: string) => string, { hash = HASH, at = now, keys = ring } = {}) =>
    isGenuine(change(await sealedBinding(binding, HASH, ring)), hash, keys, at)
  const same = (text: string) => text

  test('with its state, within ten minutes', async () => {
    expect(await genuine(same)).toBe(true)
    expect(await genuine(same, { at: atSeconds(600) })).toBe(true)
    expect(parseBinding(await sealedBinding(binding, HASH, ring))).toEqual(binding)
  })

  test('by a key that is being rotated out', async () => {
    const both = await ringOf(octKey('k2', 2), octKey('k1', 1))
    expect(await genuine(same, { keys: both })).toBe(true)
  })

  test.each<[string, Promise<boolean>]>([
    ['for another state', genuine(same, { hash: 'i'.repeat(43) })],
    ['after ten minutes', genuine(same, { at: atSeconds(601) })],
    ['with another time', genuine((text) => `0${text}`)],
    ['without its code', genuine((text) => text.slice(0, text.lastIndexOf('.')))],
    ['with a code of another length', genuine((text) => text.slice(0, -1))],
    ['with another code', genuine((text) => `${text.slice(0, -43)}${'A'.repeat(43)}`)],
    ['under other keys', ringOf(octKey('k1', 3)).then((keys) => genuine(same, { keys }))],
    ['where it is nothing', genuine(() => '')],
  ])('and not %s', async (_case, outcome) => {
    expect(await outcome).toBe(false)
  })
})

describe('the cookies to delete so that one more login fits', () => {
  const suffixes = Array.from({ length: 8 }, (_, n) => bindingSuffix(`${n}aaaaaaaaaaa`))
  const header = (ages: readonly number[]) =>
    ages
      .map(
        (age, n) =>
          `__Host-gh-login-${suffixes[n]}=${formatBinding({ ...binding, createdAt: atSeconds(-age) })}`,
      )
      .join('; ')

  test.each<[string, number[], number[]]>([
    ['none of none', [], []],
    ['none of four', [4, 3, 2, 1], []],
    ['the oldest of five', [2, 5, 1, 3, 4], [1]],
    ['the four oldest of eight', [1, 8, 2, 7, 3, 6, 4, 5], [1, 3, 5, 7]],
  ])('are %s', (_case, ages, expected) => {
    const surplus = surplusBindings(header(ages), true)
    expect(surplus).toEqual(expected.map((n) => suffixes[n]))
    expect(ages.length - surplus.length).toBeLessThan(MAX_BINDINGS)
  })

  test('include first whatever is not one of ours', () => {
    expect(surplusBindings(`__Host-gh-login-intruder=x; ${header([1, 2, 3, 4])}`, true)).toEqual(['intruder'])
  })

  test('are ten at most, of which those that are not ours come first', () => {
    const tossed = Array.from({ length: 600 }, (_, n) => `__Host-gh-login-tossed${n}=x`)
    const surplus = surplusBindings([header([5, 4, 3, 2, 1]), ...tossed].join('; '), true)
    expect(surplus).toEqual(Array.from({ length: MAX_LOGIN_DELETIONS }, (_, n) => `tossed${n}`))
    const rest = surplusBindings([header([5, 4, 3, 2, 1]), ...tossed.slice(0, 9)].join('; '), true)
    expect(rest).toEqual([...tossed.slice(0, 9).map((_, n) => `tossed${n}`), suffixes[0]])
  })

  test('are those of the same scheme only', () => {
    expect(surplusBindings(header([1, 2, 3, 4, 5]), false)).toEqual([])
    expect(surplusBindings(null, true)).toEqual([])
  })

  test('can all be deleted, whatever a site’s own script has named its cookies', () => {
    const odd = ['(x)', '[', 'a/b', '@', '{}', 'a,b', ''].map((name) => `__Host-gh-login-${name}=x`)
    const surplus = surplusBindings([...odd, header([1, 2, 3, 4])].join('; '), true)
    expect(() => surplus.map((suffix) => clearCookie('login', true, suffix))).not.toThrow()
  })
})
