import * as fc from 'fast-check'
import { base64url } from 'jose'
import { describe, expect, test } from 'vitest'
import { weakness } from '../../../src/crypto/weak-secret.ts'

const weaknessOf = (secret: Uint8Array) => weakness(secret, base64url.encode(secret))
const filled = (value: (at: number) => number, length = 32) =>
  Uint8Array.from({ length }, (_, at) => value(at))
const text = (value: string) => new TextEncoder().encode(value)

describe('what is no secret', () => {
  test.each<[string, Uint8Array, string]>([
    ['zeros', filled(() => 0), 'it repeats itself'],
    ['one byte, 64 times', filled(() => 0xa7, 64), 'it repeats itself'],
    ['two bytes in turn', filled((at) => (at % 2 === 0 ? 0x00 : 0xff)), 'it repeats itself'],
    ['16 bytes twice', filled((at) => ((at % 16) * 37 + 11) ** 2), 'it repeats itself'],
    ['12 bytes twice, and two thirds', filled((at) => ((at % 12) * 37 + 11) ** 2), 'it repeats itself'],
    ['00 01 02 …', filled((at) => at), 'it is a sequence'],
    ['ff fe fd …', filled((at) => 0xff - at), 'it is a sequence'],
    ['00 03 06 …, over the end of a byte', filled((at) => at * 3, 64), 'it is a sequence'],
    ['a sequence with a gap', filled((at) => (at < 16 ? at : at + 64)), 'it is a sequence'],
    ['up and down', filled((at) => (at < 32 ? at : 64 - at), 64), 'it is a sequence'],
    ['a number and zeros', filled((at) => (at < 8 ? at * 31 + 7 : 0)), 'it has few different bytes'],
    [
      'a 32-bit counter',
      new Uint8Array(Uint32Array.from({ length: 8 }, (_, at) => at + 1).buffer),
      'it has few different bytes',
    ],
    ['a pass phrase', text('correct horse battery staple, and so on'), 'it is readable text'],
    [
      'words over two lines',
      text('correct horse\nbattery staple\tand more words\r\n'),
      'it is readable text',
    ],
    ['a key in hexadecimal', text('9f86d081884c7d659a2feaa0c55ad015'), 'it is readable text'],
  ])('%s', (_case, secret, why) => {
    expect(weaknessOf(secret)).toBe(why)
  })

  test.each([
    'my-secret-signing-key-for-the-sessions-of-gatehouse',
    'CHANGE_ME_CHANGE_ME_BEFORE_YOU_DEPLOY_THIS',
  ])('words that nobody has encoded: %s', (encoded) => {
    expect(weakness(base64url.decode(encoded), encoded)).toBe('it is readable text')
  })
})

test('random bytes of any length a key may have are a secret', () => {
  const random = fc.uint8Array({ minLength: 32, maxLength: 64 })
  void fc.assert(
    fc.property(fc.noBias(random), (secret) => weaknessOf(secret) === undefined),
    { numRuns: 20_000 },
  )
})

test('a sequence or text with some random bytes in it is left alone: nothing is proven against it', () => {
  const mixed = filled((at) => (at < 16 ? at : (at * 73 + 19) ** 2))
  expect(weaknessOf(mixed)).toBeUndefined()
})
