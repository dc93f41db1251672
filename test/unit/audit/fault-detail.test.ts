import * as v from 'valibot'
import { expect, test } from 'vitest'
import { faultDetail, faultStack } from '../../../src/audit/log.ts'

const thrownBy = (act: () => unknown): unknown => {
  try {
    act()
  } catch (error) {
    return error
  }
  throw new Error('Nothing was thrown')
}

const SECRET = 'Sn0wfl4ke'

test.each<[string, () => unknown]>([
  [
    'an address',
    () => {
      throw new Error(`fetch of https://a.example/cb?code=${SECRET} failed`)
    },
  ],
  [
    'the fragment of one',
    () => {
      throw new Error(`fetch of https://a.example/cb#${SECRET} failed`)
    },
  ],
  [
    'a path',
    () => {
      throw new Error(`Invalid URL: '/auth/callback?code=${SECRET}'`)
    },
  ],
  ['what is no JSON', () => JSON.parse(`x${SECRET}`)],
  ['what is no JSON, and long', () => JSON.parse(`${SECRET}"${' '.repeat(200)}`)],
  ['what has another form', () => v.parse(v.object({ a: v.number() }), { a: SECRET })],
  ['what has another form, with quotes', () => v.parse(v.number(), `"${SECRET}"`)],
])('what is thrown about %s does not quote it in the log', (_what, act) => {
  const error = thrownBy(act)
  expect(`${error}`).toContain(SECRET)
  expect(faultDetail(error)).not.toContain(SECRET)
  expect(faultStack(error)?.split('\n    at ')[0]).not.toContain(SECRET)
})

test('it says what was thrown, and where', () => {
  const error = thrownBy(() => v.parse(v.object({ a: v.number() }), { a: 'x' }))
  expect(faultDetail(error)).toBe('ValiError: Invalid type: Expected number but received …')
  expect(faultStack(error)).toMatch(/fault-detail\.test\.ts:\d+:\d+/)
})
