import { describe, expect, test } from 'vitest'
import { dataPoint } from '../../../src/audit/data-point.ts'
import type { LogLine } from '../../../src/audit/event.ts'
import { hideAddress, hidePerson } from '../../../src/audit/hidden-person.ts'
import { faultDetail } from '../../../src/audit/log.ts'
import { mac } from '../../../src/crypto/mac.ts'
import { pseudonym } from '../../../src/crypto/pseudonym.ts'
import { keyRing, octKey } from '../../support/sample-keys.ts'

const ring = await keyRing(octKey('k1', 1), octKey('k2', 2))
const [one, two] = [...ring.symmetric.values()]
if (one === undefined || two === undefined) throw new Error('two keys')
const hash = (text: string) => pseudonym(text, one)

describe('a pseudonym', () => {
  test('is the same for the same text, and for no other text or key', async () => {
    const all = await Promise.all([hash('jane'), hash('Jane'), hash(''), pseudonym('jane', two)])
    expect(await hash('jane')).toBe(all[0])
    for (const each of all) expect(each).toMatch(/^[0-9a-f]{16}$/)
    expect(new Set(all).size).toBe(4)
  })

  test('is no tag of a token, whose key is another', async () => {
    const tag = await mac('jane', 'handoff token', ring)
    const bytes = Uint8Array.from(atob(tag.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
    expect(bytes.subarray(0, 8)).not.toEqual(Uint8Array.fromHex(await hash('jane')))
  })
})

describe('an address', () => {
  test('keeps its domain, in lower case, and is one in any case', async () => {
    const hidden = await hideAddress('Jane.Doe@Acme.example', hash)
    expect(hidden).toBe(`${await hash('jane.doe@acme.example')}@acme.example`)
    expect(await hideAddress('jane.doe@ACME.example', hash)).toBe(hidden)
    expect(await hideAddress('jane.doe@globex.example', hash)).not.toContain(hidden.slice(0, 16))
  })

  test('with more than one @ keeps what follows the last', async () => {
    expect(await hidePerson('"a@b"@acme.example', hash)).toMatch(/^[0-9a-f]{16}@acme\.example$/)
  })

  test('is not what a name is', async () => {
    expect(await hidePerson('Jane Doe', hash)).toBe(await hash('Jane Doe'))
  })
})

test('a data point keeps within what the Analytics Engine takes', () => {
  const long = 'a'.repeat(9000)
  const line: LogLine = {
    event: 'logout',
    everywhere: false,
    reference: 'r',
    time: '2026-11-26T09:14:03.000Z',
    host: long,
    method: 'GET',
    path: `/${long}`,
    user_agent: 'b'.repeat(256),
  }
  const { indexes = [], blobs = [], doubles = [] } = dataPoint(line)
  expect(indexes.map((each) => String(each).length)).toEqual([96])
  expect(blobs.length).toBeLessThanOrEqual(20)
  expect(blobs.join('').length).toBeLessThan(16 * 1024)
  expect(doubles).toEqual([0, -1])
})

test.each([
  ['https://a.example/b?c=d', 'https://a.example/b'],
  [
    'cannot fetch "http://a.example/?token=x", nor https://b.example#y (twice)',
    'cannot fetch "http://a.example/", nor https://b.example (twice)',
  ],
  ['what? nothing', 'what? nothing'],
])('the detail of a fault has no query: %s', (message, expected) => {
  expect(faultDetail(new TypeError(message))).toBe(`TypeError: ${expected}`)
})
