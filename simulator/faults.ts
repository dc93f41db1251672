import * as v from 'valibot'

/** What is wrong with this environment on purpose; nothing at the start. */
export interface Faults {
  /** Seconds before each answer to the application itself; 0: none. */
  readonly slow_seconds: number
  readonly server_error: boolean
  readonly wrong_issuer: boolean
  readonly wrong_audience: boolean
  readonly wrong_nonce: boolean
  readonly wrong_signature: boolean
  readonly expired: boolean
  /** By how many seconds the clock of this environment is ahead; less than 0: behind. */
  readonly clock_skew_seconds: number
  readonly other_organization: boolean
  /** How many groups everybody has besides their own. */
  readonly extra_groups: number
}

export const NO_FAULTS: Faults = {
  slow_seconds: 0,
  server_error: false,
  wrong_issuer: false,
  wrong_audience: false,
  wrong_nonce: false,
  wrong_signature: false,
  expired: false,
  clock_skew_seconds: 0,
  other_organization: false,
  extra_groups: 0,
}

const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most))

export const faultsSchema = v.strictObject({
  slow_seconds: v.exactOptional(whole(0, 60)),
  server_error: v.exactOptional(v.boolean()),
  wrong_issuer: v.exactOptional(v.boolean()),
  wrong_audience: v.exactOptional(v.boolean()),
  wrong_nonce: v.exactOptional(v.boolean()),
  wrong_signature: v.exactOptional(v.boolean()),
  expired: v.exactOptional(v.boolean()),
  clock_skew_seconds: v.exactOptional(whole(-31_536_000, 31_536_000)),
  other_organization: v.exactOptional(v.boolean()),
  extra_groups: v.exactOptional(whole(0, 10_000)),
})

/** A fault in words. One with a `unit` is as large as somebody says, and `usual` is what a page proposes. */
export interface FaultWords {
  readonly name: keyof Faults
  readonly title: string
  /** What is different here. */
  readonly what: string
  /** What Gatehouse should do then. */
  readonly expected: string
  readonly amount?: {
    readonly unit: string
    readonly usual: number
    readonly least: number
    readonly most: number
  }
}

export const FAULT_WORDS: readonly FaultWords[] = [
  {
    name: 'slow_seconds',
    title: 'Slow',
    what: 'Each answer to the application itself (tokens, keys, management) takes that much longer. The pages in the browser do not.',
    expected:
      'The login waits. After ten seconds without a token it ends with scalekit_unreachable and a way to try again; people who are signed in notice nothing.',
    amount: { unit: 'seconds', usual: 12, least: 1, most: 60 },
  },
  {
    name: 'server_error',
    title: 'Fails with 500',
    what: 'Each question of the application itself (tokens, keys, management) is answered with 500.',
    expected:
      'The login ends with scalekit_unreachable and a way to try again; people who are signed in notice nothing.',
  },
  {
    name: 'wrong_issuer',
    title: 'Wrong iss',
    what: 'ID tokens say that another environment issued them.',
    expected: 'The login ends with id_token_invalid, and the log names the check: iss.',
  },
  {
    name: 'wrong_audience',
    title: 'Wrong aud',
    what: 'ID tokens are for another client.',
    expected: 'The login ends with id_token_invalid, and the log names the check: aud.',
  },
  {
    name: 'wrong_nonce',
    title: 'Wrong nonce',
    what: 'ID tokens repeat the nonce of somebody else’s login.',
    expected: 'The login ends with id_token_invalid, and the log names the check: nonce.',
  },
  {
    name: 'wrong_signature',
    title: 'Wrong signature',
    what: 'ID tokens name a key of this environment that did not sign them.',
    expected: 'The login ends with id_token_invalid, and the log names the check: signature.',
  },
  {
    name: 'expired',
    title: 'Expired',
    what: 'ID tokens expired an hour ago.',
    expected: 'The login ends with id_token_invalid, and the log names the check: exp.',
  },
  {
    name: 'clock_skew_seconds',
    title: 'Clock skew',
    what: 'The clock here is that many seconds ahead (or behind, with a minus), in tokens and webhooks.',
    expected:
      'Up to a minute changes nothing. Further ahead, a login ends with id_token_invalid (iat); more than five minutes either way, webhooks are refused with 400.',
    amount: { unit: 'seconds', usual: 400, least: -31_536_000, most: 31_536_000 },
  },
  {
    name: 'other_organization',
    title: 'Other organization',
    what: 'Whoever signs in comes back as a member of another customer’s organization.',
    expected:
      'Where the site or the link asked for an organization or a connection, the login ends with organization_mismatch or connection_mismatch. Elsewhere the person has the rights of that other organization, and none of their own.',
  },
  {
    name: 'extra_groups',
    title: 'Huge groups',
    what: 'Everybody is in that many groups more, with names of 24 letters.',
    expected:
      'The login succeeds, since a session holds only the groups that the rules of its site name. Where rules name more than a cookie holds, it ends with session_too_large.',
    amount: { unit: 'groups', usual: 500, least: 1, most: 10_000 },
  },
]

export const activeFaults = (faults: Faults): FaultWords[] =>
  FAULT_WORDS.filter(({ name }) => Number(faults[name]) !== 0)

/** In two or three words, with its amount. */
export const faultInShort = (faults: Faults, { name, title, amount }: FaultWords): string =>
  amount === undefined ? title : `${title} (${faults[name]} ${amount.unit})`
