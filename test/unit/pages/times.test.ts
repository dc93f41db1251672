import { describe, expect, test } from 'vitest'
import { type EpochSeconds, epochSeconds } from '../../../src/base/time.ts'
import { relativeTime, timeZoneOf, writtenTime } from '../../../src/pages/times.tsx'

const now = epochSeconds(Date.UTC(2026, 10, 26, 23, 30))
const ago = (seconds: number) => (now - seconds) as EpochSeconds
const [MINUTE, HOUR, DAY] = [60, 3600, 86_400]
const settings = (language: string, timeZone = 'UTC') => ({ language, timeZone, now })

describe('how long ago something was', () => {
  test.each([
    [-5, 'now'],
    [0, 'now'],
    [MINUTE - 1, 'now'],
    [MINUTE, '1 minute ago'],
    [HOUR - 1, '59 minutes ago'],
    [HOUR, '1 hour ago'],
    // In another day of the calendar, and not "yesterday".
    [25 * HOUR, '25 hours ago'],
    [2 * DAY - 1, '47 hours ago'],
    [2 * DAY, '2 days ago'],
    [40 * DAY, '40 days ago'],
  ])('%s seconds: %s', (seconds, words) => {
    expect(relativeTime(ago(seconds), settings('en'))).toBe(words)
  })

  test.each([
    ['de', 'vor 3 Stunden'],
    ['fr', 'il y a 3 heures'],
    ['es', 'hace 3 horas'],
    ['ja', '3 時間前'],
    ['pt', 'há 3 horas'],
  ])('in %s', (language, words) => {
    expect(relativeTime(ago(3 * HOUR), settings(language))).toBe(words)
  })
})

test.each([
  ['en', 'UTC', 'November 26, 2026 at 11:30 PM UTC'],
  ['en', 'Asia/Tokyo', 'November 27, 2026 at 8:30 AM GMT+9'],
  ['de', 'Europe/Berlin', '27. November 2026 um 00:30 MEZ'],
])('written out in %s for %s, with the zone', (language, timeZone, written) => {
  expect(writtenTime(now, settings(language, timeZone)).replaceAll(/\s/gu, ' ')).toBe(written)
})

test.each<[object, string]>([
  [{ cf: { timezone: 'Europe/Berlin' } }, 'Europe/Berlin'],
  [{ cf: {} }, 'UTC'],
  [{}, 'UTC'],
  [{ cf: { timezone: 'Mars/Olympus' } }, 'UTC'],
  [{ cf: { timezone: 7 } }, 'UTC'],
])('the zone of a request %j is %s', (request, timeZone) => {
  expect(timeZoneOf(request)).toBe(timeZone)
})
