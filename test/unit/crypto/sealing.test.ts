import { base64url } from 'jose'
import { describe, expect, test } from 'vitest'
import { type SealingContext, seal, unseal } from '../../../src/crypto/sealing.ts'
import { keyRing, octKey } from '../../support/sample-keys.ts'

const ring = await keyRing(octKey('k2', 2), octKey('k1', 1))
const context: SealingContext = { purpose: 'login transaction', secret: 'the browser’s half', record: 'hash' }
const sealed = await seal('a secret', context, ring)

test.each([
  ['a text', 'a secret'],
  ['nothing', ''],
  ['letters beyond ASCII', 'straße 🔑 \u0000'],
  ['a long text', 'x'.repeat(100_000)],
])('%s comes back as it went in', async (_case, text) => {
  expect(await unseal(await seal(text, context, ring), context, ring)).toBe(text)
})

test('the same text never looks the same, and can be read nowhere (NIST SP 800-38D section 8.2)', async () => {
  const again = await seal('a secret', context, ring)
  const parts = [sealed, again].map((text) => text.split('.'))
  expect(parts[0]?.[0]).toBe(parts[1]?.[0])
  expect(parts[0]?.[1]).not.toBe(parts[1]?.[1])
  expect(parts[0]?.[2]).not.toBe(parts[1]?.[2])
  expect(sealed).toMatch(/^[\w-]+\.[\w-]{16}\.[\w-]+$/)
})

test.each<[string, Partial<SealingContext>]>([
  ['another secret', { secret: 'another half' }],
  ['no secret', { secret: '' }],
  ['a secret that is longer', { secret: `${context.secret} ` }],
  ['another record', { record: 'another hash' }],
  ['no record', { record: '' }],
  ['another purpose', { purpose: 'ID token' }],
  // CVE-2023-35941: fields that were joined without a length could be shifted
  ['a secret that took a part of the record', { secret: `${context.secret}h`, record: 'ash' }],
])('does not open for %s', async (_case, changes) => {
  expect(await unseal(sealed, { ...context, ...changes }, ring)).toBeUndefined()
})

test('does not open without a secret where one was used', async () => {
  expect(await unseal(sealed, { purpose: context.purpose, record: context.record }, ring)).toBeUndefined()
})

test('opens for none of its bits flipped (CVE-2021-29652)', async () => {
  const parts = sealed.split('.').map((part) => base64url.decode(part))
  const opened: string[] = []
  for (const [index, part] of parts.entries()) {
    for (let bit = 0; bit < part.length * 8; bit++) {
      const altered = parts.map((bytes) => Uint8Array.from(bytes))
      const target = altered[index] as Uint8Array
      target[bit >> 3] = (target[bit >> 3] as number) ^ (1 << (bit & 7))
      const text = altered.map((bytes) => base64url.encode(bytes)).join('.')
      if ((await unseal(text, context, ring)) !== undefined) opened.push(`part ${index}, bit ${bit}`)
    }
  }
  expect(opened).toEqual([])
})

describe('the key ring', () => {
  const rotated = async (...keys: object[]) => unseal(sealed, context, await keyRing(...keys))

  test('opens with an older key that is still in it', async () => {
    expect(await rotated(octKey('k3', 3), octKey('k1', 1), octKey('k2', 2))).toBe('a secret')
  })

  test('does not open what a dropped key sealed', async () => {
    expect(await rotated(octKey('k3', 3), octKey('k1', 1))).toBeUndefined()
  })

  test('does not open with another key under the same name', async () => {
    expect(await rotated(octKey('k2', 9))).toBeUndefined()
  })

  test('does not open when a text says it was sealed with another key', async () => {
    const [, iv, ciphertext] = sealed.split('.')
    expect(await unseal(`${base64url.encode('k1')}.${iv}.${ciphertext}`, context, ring)).toBeUndefined()
  })

  test('may name its keys in any letters', async () => {
    const odd = await keyRing(octKey('k.ey/ü=1', 1))
    expect(await unseal(await seal('x', context, odd), context, odd)).toBe('x')
  })
})

const [kid, iv, ciphertext = ''] = sealed.split('.')
test.each([
  ['nothing', ''],
  ['dots', '..'],
  ['two parts', `${kid}.${iv}`],
  ['four parts', `${sealed}.x`],
  ['no ciphertext', `${kid}.${iv}.`],
  ['a ciphertext shorter than its tag', `${kid}.${iv}.${ciphertext.slice(0, 20)}`],
  ['a ciphertext cut short', `${kid}.${iv}.${ciphertext.slice(0, -4)}`],
  ['a longer ciphertext', `${sealed}AAAA`],
  ['an IV of another length', `${kid}.${base64url.encode(new Uint8Array(16))}.${ciphertext}`],
  ['no IV', `${kid}..${ciphertext}`],
  ['letters of no alphabet', '!.!.!'],
  ['letters beyond ASCII', 'ü.ü.ü'],
  ['JSON', '{"a":1}'],
])('%s opens to nothing', async (_case, text) => {
  expect(await unseal(text, context, ring)).toBeUndefined()
})
