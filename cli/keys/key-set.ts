import { after, type EpochSeconds, minutes, type Seconds, seconds } from '../../src/base/time.ts'
import { parseKeyRing } from '../../src/crypto/key-ring.ts'
import { newAssertionKey, newSessionKey } from '../../src/crypto/new-keys.ts'
import { ASSERTION_LIFETIME, JWKS_MAX_AGE } from '../../src/tokens/assertion.ts'
import { LOGIN_REQUEST_LIFETIME } from '../../src/tokens/login-request.ts'
import { Complaint } from '../complaint.ts'

/** A key of `GATEHOUSE_KEYS`, with what is remembered for its rotation; the Worker ignores that. */
export type Key = Readonly<Record<string, unknown>> & {
  readonly kty: 'oct' | 'EC'
  readonly kid: string
  /** When it was made, and so published. */
  readonly iat?: EpochSeconds
  /** Since when it signs. */
  readonly nbf?: EpochSeconds
}

/** A value of `GATEHOUSE_KEYS`: a JWK Set, RFC 7517 section 5. */
export interface KeySet {
  readonly keys: readonly Key[]
  /** Since when this set has had changes that no `--put` has brought to the Worker. */
  readonly not_put_since?: EpochSeconds
}

/** What is to be done next. A time is `undefined` where nobody has noted what it counts from. */
export type Step =
  /** New keys: the one for sessions signs at once, the one for assertions is only published. */
  | { readonly step: 1 }
  /** The new key for assertions signs: from then on everybody has seen it. */
  | { readonly step: 2; readonly kids: readonly string[]; readonly from: EpochSeconds | undefined }
  /** The old keys go: from then on nothing that they signed is valid. */
  | { readonly step: 3; readonly drops: readonly Drop[]; readonly from: EpochSeconds | undefined }

export interface Drop {
  readonly kid: string
  readonly from: EpochSeconds | undefined
}

/** How long it may take until a set is everywhere, and clocks may differ. */
const MARGIN = minutes(5)

/** The first of each kind signs. */
const KINDS = {
  oct: { algorithm: 'HS256', purpose: 'sessions' },
  EC: { algorithm: 'ES256', purpose: 'assertions' },
} as const

/**
 * @param label where the text is from, for sentences
 * @throws {Complaint} where no Worker would accept it; no sentence quotes it
 */
export async function parseKeySet(text: string, label: string): Promise<KeySet> {
  const ring = await parseKeyRing(text)
  if (!ring.ok) throw new Complaint(...ring.error.map((problem) => `${label}: ${problem}`))
  const { keys, not_put_since: since } = JSON.parse(text) as KeySet
  return {
    keys: keys.map(({ iat, nbf, ...key }) => ({
      ...key,
      ...(isTime(iat) && { iat }),
      ...(isTime(nbf) && { nbf }),
    })) as readonly Key[],
    ...(isTime(since) && { not_put_since: since }),
  }
}

const isTime = (value: unknown): value is EpochSeconds => Number.isSafeInteger(value)

/** @param absolute `session.absolute` of the configuration, where there is one */
export function nextStep(set: KeySet, absolute: Seconds | undefined): Step {
  const kinds = [ofKind(set, 'oct'), ofKind(set, 'EC')].filter(({ length }) => length > 0)
  if (kinds.every(({ length }) => length === 1)) return { step: 1 }
  const behind = kinds.map(newestOf).filter((key, at) => key !== kinds[at]?.[0])
  if (behind.length > 0) {
    const published = behind.find(({ kty }) => kty === 'EC')
    return {
      step: 2,
      kids: behind.map(({ kid }) => kid),
      // A key for sessions is known to nobody but the Worker.
      from: published === undefined ? (0 as EpochSeconds) : later(published.iat, JWKS_MAX_AGE),
    }
  }
  const drops = kinds.flatMap(([first, ...others]) =>
    others.map(({ kid, kty }) => ({ kid, from: later(first?.nbf, lifetimeOf(kty, absolute)) })),
  )
  return { step: 3, drops, from: drops.map(({ from }) => from).sort(byTime)[0] }
}

/** The longest life of what a key signs or seals, logins under way among it; somebody's last choice may be forgotten. */
function lifetimeOf(kty: Key['kty'], absolute: Seconds | undefined): Seconds | undefined {
  if (kty === 'EC') return ASSERTION_LIFETIME
  return absolute && seconds(Math.max(absolute, LOGIN_REQUEST_LIFETIME))
}

const later = (time: EpochSeconds | undefined, length: Seconds | undefined): EpochSeconds | undefined =>
  time === undefined || length === undefined ? undefined : after(after(time, length), MARGIN)

const byTime = (one: EpochSeconds | undefined, other: EpochSeconds | undefined) =>
  (one ?? Number.POSITIVE_INFINITY) < (other ?? Number.POSITIVE_INFINITY) ? -1 : 1

const ofKind = ({ keys }: KeySet, kind: Key['kty']) => keys.filter(({ kty }) => kty === kind)

/** Of keys about which nothing tells which is newer, the one that signs. */
const newestOf = (keys: readonly Key[]): Key =>
  keys.reduce((newest, key) => (isNewer(key, newest) ? key : newest))

function isNewer(key: Key, other: Key): boolean {
  const later = madeAt(key) - madeAt(other)
  if (later > 0) return true
  // Of one second: this one has never been in front.
  return later === 0 && key.iat !== undefined && key.nbf === undefined && other.nbf !== undefined
}

/** The day of a kid begins at midnight. */
function madeAt({ iat, kid }: Key): number {
  return iat ?? (Date.parse(dayOf(kid) ?? '') / 1000 || Number.NEGATIVE_INFINITY)
}

const dayOf = (kid: string) => /(?:^|\D)(\d{4}-\d\d-\d\d)(?!\d)/.exec(kid)?.[1]

/** Does a step, whether or not its time has come. Of step 3, only what is due `now`. */
export async function takeStep(set: KeySet, step: Step, now: EpochSeconds): Promise<KeySet> {
  const { keys, ...rest } = set
  if (step.step === 1) {
    const sessions = { ...newSessionKey(now), nbf: now }
    const assertions = await newAssertionKey(now)
    // Where there was none, nobody can have an older set.
    const alone = ofKind(set, 'EC').length === 0 && { nbf: now }
    return { ...rest, keys: [sessions, ...keys, { ...assertions, ...alone }] }
  }
  if (step.step === 2) {
    const inFront = keys.filter(({ kid }) => step.kids.includes(kid)).map((key) => ({ ...key, nbf: now }))
    return { ...rest, keys: [...inFront, ...keys.filter(({ kid }) => !step.kids.includes(kid))] }
  }
  const due = step.drops.filter(({ from }) => from !== undefined && from <= now).map(({ kid }) => kid)
  return { ...rest, keys: keys.filter(({ kid }) => !due.includes(kid)) }
}

/**
 * Notes the time from which a step has to wait, where nobody has: a set that was rotated by hand does not tell since when its first
 * keys sign. They have at most done so until now.
 */
export function noteTimes(set: KeySet, step: Step, now: EpochSeconds): KeySet {
  const signing = new Set([ofKind(set, 'oct')[0], ofKind(set, 'EC')[0]])
  const keys = set.keys.map((key) => {
    if (step.step === 2 && step.kids.includes(key.kid)) return { ...key, iat: key.iat ?? now }
    return step.step === 3 && signing.has(key) ? { ...key, nbf: key.nbf ?? now } : key
  })
  return { ...set, keys }
}

/** The same set, as of now: what counts from when it came to the Worker counts anew. */
export function putNow({ keys, not_put_since: since }: KeySet, now: EpochSeconds): KeySet {
  const moved = (time: EpochSeconds | undefined) =>
    time !== undefined && since !== undefined && time >= since ? now : time
  return {
    keys: keys.map((key) => {
      const [iat, nbf] = [moved(key.iat), moved(key.nbf)]
      return { ...key, ...(iat !== undefined && { iat }), ...(nbf !== undefined && { nbf }) }
    }),
  }
}

/** What may be told of a key. */
export interface ListedKey {
  readonly kid: string
  readonly algorithm: 'HS256' | 'ES256'
  readonly purpose: 'sessions' | 'assertions'
  /** RFC 3339; a day where only the kid tells it. */
  readonly made: string | undefined
  readonly signs: boolean
  /** RFC 3339: from then on the step can be taken. */
  readonly signs_from: string | undefined
  /** RFC 3339 */
  readonly may_be_dropped_from: string | undefined
}

export function listKeys(set: KeySet, next: Step): readonly ListedKey[] {
  const signing = new Set([ofKind(set, 'oct')[0], ofKind(set, 'EC')[0]])
  return set.keys.map((key) => {
    const drop = next.step === 3 ? next.drops.find(({ kid }) => kid === key.kid) : undefined
    return {
      kid: key.kid,
      ...KINDS[key.kty],
      made: key.iat === undefined ? dayOf(key.kid) : at(key.iat),
      signs: signing.has(key),
      signs_from: next.step === 2 && next.kids.includes(key.kid) ? at(next.from) : undefined,
      may_be_dropped_from: at(drop?.from),
    }
  })
}

const at = (time: EpochSeconds | undefined) =>
  time === undefined ? undefined : new Date(time * 1000).toISOString()
