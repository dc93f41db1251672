import { type EpochSeconds, elapsed, hours, minutes, timestamp } from '../base/time.ts'

/** What a time is written for. */
export interface TimeSettings {
  readonly language: string
  /** An IANA name. */
  readonly timeZone: string
  readonly now: EpochSeconds
}

/** @returns where Cloudflare takes the reader to be; without it UTC, which a time that is written out says */
export function timeZoneOf(request: object): string {
  const { cf } = request as { readonly cf?: { readonly timezone?: unknown } }
  const timeZone = cf?.timezone
  if (typeof timeZone !== 'string') return 'UTC'
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone
  } catch {
    // A RangeError: a zone that this runtime does not know.
    return 'UTC'
  }
}

/** How long ago, in words, as a language says it. In hours and not by the calendar, so that "yesterday" is never wrong. */
export function relativeTime(at: EpochSeconds, { language, now }: TimeSettings): string {
  const ago = elapsed(at, now)
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'always' })
  if (ago < minutes(1)) return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(0, 'second')
  if (ago < hours(1)) return format.format(-Math.floor(ago / minutes(1)), 'minute')
  if (ago < hours(48)) return format.format(-Math.floor(ago / hours(1)), 'hour')
  return format.format(-Math.floor(ago / hours(24)), 'day')
}

/** To the minute, with its time zone. */
export const writtenTime = (at: EpochSeconds, { language, timeZone }: TimeSettings): string =>
  new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(at * 1000)

/** How long ago, and on a closer look when. */
export const Time = ({ at, settings }: { at: EpochSeconds; settings: TimeSettings }) => (
  <time datetime={timestamp(at)} title={writtenTime(at, settings)}>
    {relativeTime(at, settings)}
  </time>
)
