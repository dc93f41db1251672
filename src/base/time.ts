declare const unit: unique symbol

/** Seconds since 1970-01-01T00:00:00Z: the NumericDate of RFC 7519 section 2. */
export type EpochSeconds = number & { readonly [unit]: 'EpochSeconds' }

/** A length of time in seconds, never milliseconds. */
export type Seconds = number & { readonly [unit]: 'Seconds' }

export const seconds = (n: number): Seconds => n as Seconds
export const minutes = (n: number): Seconds => seconds(n * 60)
export const hours = (n: number): Seconds => minutes(n * 60)

/** @param milliseconds what `Date.now()` gives */
export const epochSeconds = (milliseconds: number): EpochSeconds =>
  Math.floor(milliseconds / 1000) as EpochSeconds

export const after = (time: EpochSeconds, length: Seconds): EpochSeconds => (time + length) as EpochSeconds

export const elapsed = (from: EpochSeconds, to: EpochSeconds): Seconds => (to - from) as Seconds

/** RFC 3339, UTC: for people and scripts. */
export const timestamp = (time: EpochSeconds): string => new Date(time * 1000).toISOString()
