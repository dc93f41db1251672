import type { Flow } from './operation-counts.ts'

/**
 * CPU of a flow in milliseconds. The three that docs/performance.md measures are rounded up from there, and a test holds
 * them to it; the measurement is of the whole `workerd` process, so production bills less. The others are guesses
 * on the same side.
 */
export const CPU_MILLISECONDS = {
  publicPage: 0.5,
  anonymousPage: 0.5,
  refusedRequest: 0.5,
  login: 5,
  coldIsolate: 1,
  verifiedPage: 0.65,
  sessionEndpoint: 0.65,
  renewal: 0.9,
  strictPage: 0.95,
  strictRenewal: 1.1,
  logout: 1,
  webhook: 1,
  webSocket: 1,
  webSocketLimit: 0.1,
  // An alarm runs in the object, which is billed by duration alone.
  cleanUp: 0,
} as const satisfies Readonly<Record<Flow, number>>

/** How long an object is billed for one call: a write to disk that is confirmed elsewhere before the answer leaves. */
export const REGISTRY_CALL_SECONDS = 0.01
/** Per row that is scanned on top. */
export const ROW_SCAN_SECONDS = 1e-6
/** 128 MB, whatever an object uses. */
export const REGISTRY_GIGABYTES_OF_MEMORY = 0.128

/** Share of logins that meet an isolate without Scalekit's keys. */
export const COLD_LOGINS = 0.1
/** The keys are kept in KV for a day. */
export const KEY_SET_FETCHES_PER_MONTH = 31

/** The defaults of `session.idle` and `session.absolute`. */
export const IDLE_HOURS = 8
export const ABSOLUTE_DAYS = 1

/** docs/storage.md, and the size of an object whose table is empty. */
export const SESSION_BYTES = 1500
export const EMPTY_OBJECT_BYTES = 12_000
export const LOGIN_RECORD_BYTES = 1000
export const LOGIN_RECORD_DAYS = 10 / (24 * 60)
export const EVENT_BYTES = 100
export const EVENT_DAYS = 3

export const DAYS_PER_MONTH = 30
export const SECONDS_PER_MONTH = DAYS_PER_MONTH * 24 * 60 * 60

/**
 * What one Durable Object should be planned with: Cloudflare's soft limit. On one machine it holds more, see docs/performance.md,
 * but there nothing is replicated.
 */
export const REGISTRY_CALLS_PER_SECOND = 1000
/** `LOGIN_RATE_LIMIT` in wrangler.toml: logins of one client network in a minute that nobody finishes. */
export const LOGINS_PER_NETWORK_AND_MINUTE = 60
/** As many times that may be under way in a network before the first is finished; see src/login/rate-limit.ts. */
export const COUNTERS_PER_NETWORK = 10
