import { faultDetail } from '../audit/log.ts'
import { BoundedMap } from '../base/bounded-map.ts'
import { after, type EpochSeconds, elapsed, hours, seconds } from '../base/time.ts'
import type { Problem } from '../policy/config-schema.ts'
import { type CompiledSite, findNamedSite, type SiteDirectory } from '../policy/site-directory.ts'
import { ReadBudget } from './read-budget.ts'
import { isHostName, MAX_RECORD, parseSiteRecord, type Surroundings } from './site-record.ts'

/** What is known of the site for a host. */
export type FoundSite =
  | {
      readonly kind: 'site'
      readonly site: CompiledSite
      /** Why it could not be read again, where it is served as it was. */
      readonly unread?: NotRead | undefined
    }
  /** There is a record for the host, and nobody gets in by it. */
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] }
  | { readonly kind: 'unknown' }
  /** It cannot be told now whether there is a site, or which. */
  | { readonly kind: 'unavailable'; readonly why: NotRead }

/** Why KV was not asked, or gave no answer. */
export type NotRead =
  | { readonly reason: 'site_lookups_limited'; readonly host: string }
  | { readonly reason: 'site_lookup_failed'; readonly host: string; readonly detail: string }

/** How long this isolate believes what it has read. A name that is in KV may be wrong for so long, and one that is not. */
const FOUND_FOR = seconds(60)
const ABSENT_FOR = seconds(25)
/**
 * While one request reads a name again, others go on with what is remembered: none can wait for the promise of another. If nothing comes of
 * it, because whoever asked has left, the next one tries.
 */
const READ_AGAIN_AFTER = seconds(5)
/** How long a site is served that cannot be read again, from when it was. */
const BELIEVED_UNREAD_FOR = hours(1)
/**
 * For how long KV itself may answer from the place where it was asked before, absences too: the least that it takes. With
 * {@link ABSENT_FOR} and {@link READ_AGAIN_AFTER} it makes the minute in which a new site is there.
 */
const KV_CACHE_TTL = 30

const MAX_FOUND = 10_000
/** Characters of all records together. What is compiled of one takes 25 bytes for each, and an isolate has 128 MB. */
const MAX_FOUND_TEXT = 1.5 * 1024 * 1024
const MAX_ABSENT = 10_000

/** Reads for names that are not in KV, of which anybody can send as many as they like. */
const NEW_NAMES_AT_ONCE = 500
const NEW_NAMES_PER_SECOND = 10
/** Of those, for names that were never read. Whether a name that had no record has one by now can wait. */
const RESERVED = NEW_NAMES_AT_ONCE / 2

type SiteRecord =
  | { readonly kind: 'site'; readonly text: string; readonly site: CompiledSite }
  | { readonly kind: 'invalid'; readonly text: string; readonly problems: readonly Problem[] }
  | { readonly kind: 'absent' }

interface Remembered {
  readonly record: SiteRecord
  /** When the reading began. */
  readonly readAt: EpochSeconds
  /** From then on it is read again. */
  dueAt: EpochSeconds
}

/** What a name was, and why that could not be read again. */
interface Recalled {
  readonly record: SiteRecord
  readonly unread?: NotRead
}

/**
 * Sites in KV, as this isolate knows them: `site:<host>` before `site:*.<domain>`.
 *
 * KV's weaknesses do no harm: an old value or a remembered miss is old by the half minute that it is asked with, and nothing is
 * written here. What strangers send costs a bounded number of reads and a bounded amount of memory.
 */
export class SiteStore {
  readonly #kv: KVNamespace
  readonly #surroundings: Surroundings
  /** By host, and by `*.` with what follows the label. Apart, so that made-up names drive no site out. */
  readonly #found = new BoundedMap<Remembered>(MAX_FOUND, MAX_FOUND_TEXT)
  readonly #absent = new BoundedMap<Remembered>(MAX_ABSENT)
  readonly #budget = new ReadBudget(NEW_NAMES_AT_ONCE, NEW_NAMES_PER_SECOND)

  constructor(kv: KVNamespace, surroundings: Surroundings) {
    this.#kv = kv
    this.#surroundings = surroundings
  }

  /** @param host canonical: lower case, punycode, without port and trailing dot */
  find(host: string, now: EpochSeconds): FoundSite | Promise<FoundSite> {
    // A request can name `*.example.com`, under which the wildcard is remembered.
    const exact = host.startsWith('*') ? undefined : this.#fresh(host, now)
    if (exact === undefined) return isHostName(host) ? this.#read(host, now) : UNKNOWN
    if (exact.kind !== 'absent') return exact
    const wildcard = wildcardOf(host)
    if (wildcard === undefined) return UNKNOWN
    const parent = this.#fresh(wildcard, now)
    if (parent === undefined) return this.#read(host, now)
    return parent.kind === 'absent' ? UNKNOWN : parent
  }

  async #read(host: string, now: EpochSeconds): Promise<FoundSite> {
    const exact = await this.#recall(host, host, now)
    if ('reason' in exact) return { kind: 'unavailable', why: exact }
    if (exact.record.kind !== 'absent') return found(exact.record, exact.unread)
    const wildcard = wildcardOf(host)
    const parent = wildcard === undefined ? undefined : await this.#recall(wildcard, host, now)
    if (parent !== undefined && 'reason' in parent) return { kind: 'unavailable', why: parent }
    const unread = exact.unread ?? parent?.unread
    if (parent === undefined || parent.record.kind === 'absent')
      return unread === undefined ? UNKNOWN : { kind: 'unavailable', why: unread }
    return found(parent.record, unread)
  }

  /** What a name is: as it is remembered, or as KV has it, or as it was. */
  async #recall(name: string, host: string, now: EpochSeconds): Promise<Recalled | NotRead> {
    const record = this.#fresh(name, now)
    if (record !== undefined) return { record }
    const before = this.#remembered(name)
    const isKnown = before !== undefined && before.record.kind !== 'absent'
    if (!isKnown && !this.#budget.take(now, before === undefined ? 0 : RESERVED))
      return asItWas(before, { reason: 'site_lookups_limited', host }, now)
    if (before !== undefined) before.dueAt = after(now, READ_AGAIN_AFTER)
    let text: string | null
    try {
      text = await this.#kv.get(`site:${name}`, { type: 'text', cacheTtl: KV_CACHE_TTL })
    } catch (error) {
      // That there is nothing is no longer known.
      if (before !== undefined && !isKnown) before.dueAt = now
      return asItWas(before, { reason: 'site_lookup_failed', host, detail: faultDetail(error) }, now)
    }
    if (!isKnown && text !== null) this.#budget.giveBack()
    // What others read meanwhile need not be checked again.
    return { record: this.#keep(name, this.#parse(name, text, this.#remembered(name)?.record), now) }
  }

  #parse(name: string, text: string | null, before: SiteRecord | undefined): SiteRecord {
    if (text === null) return ABSENT
    if (before !== undefined && before.kind !== 'absent' && before.text === text) return before
    const parsed = parseSiteRecord(name, text, this.#surroundings)
    return parsed.ok
      ? { kind: 'site', text, site: parsed.value }
      : { kind: 'invalid', text: text.length > MAX_RECORD ? '' : text, problems: parsed.error }
  }

  /** The first reading of a second serves all, and none undoes what began after it. */
  #keep(name: string, record: SiteRecord, readAt: EpochSeconds): SiteRecord {
    const other = this.#remembered(name)
    if (other !== undefined && other.readAt >= readAt) return other.record
    const isAbsent = record.kind === 'absent'
    const remembered = { record, readAt, dueAt: after(readAt, isAbsent ? ABSENT_FOR : FOUND_FOR) }
    this.#found.delete(name)
    this.#absent.delete(name)
    if (isAbsent) this.#absent.set(name, remembered)
    else this.#found.set(name, remembered, record.text.length)
    return record
  }

  #fresh(name: string, now: EpochSeconds): SiteRecord | undefined {
    const remembered = this.#remembered(name)
    if (remembered === undefined || now >= remembered.dueAt || !isBelieved(remembered, now)) return undefined
    return remembered.record
  }

  #remembered(name: string): Remembered | undefined {
    return this.#found.get(name) ?? this.#absent.get(name)
  }
}

/**
 * The site for a host, from the file or KV: the file's host, the file's wildcard, KV's host, KV's wildcard, and the file's `*` where
 * there is none of these. A promise only where KV has to be asked.
 *
 * @param host canonical: lower case, punycode, without port and trailing dot
 */
export function findSiteFor(
  { sites, siteStore }: { readonly sites: SiteDirectory; readonly siteStore: SiteStore | undefined },
  host: string,
  now: EpochSeconds,
): FoundSite | Promise<FoundSite> {
  const named = findNamedSite(sites, host)
  if (named !== undefined) return { kind: 'site', site: named }
  const inKv = siteStore === undefined ? UNKNOWN : siteStore.find(host, now)
  return inKv instanceof Promise ? inKv.then((each) => orLastResort(each, sites)) : orLastResort(inKv, sites)
}

function orLastResort(inKv: FoundSite, { fallback }: SiteDirectory): FoundSite {
  return inKv.kind === 'unknown' && fallback !== undefined ? { kind: 'site', site: fallback } : inKv
}

/** What is remembered is believed for a while longer; otherwise nothing is known. */
function asItWas(before: Remembered | undefined, unread: NotRead, now: EpochSeconds): Recalled | NotRead {
  return before !== undefined && isBelieved(before, now) ? { record: before.record, unread } : unread
}

const isBelieved = ({ readAt }: Remembered, now: EpochSeconds): boolean =>
  elapsed(readAt, now) < BELIEVED_UNREAD_FOR

const UNKNOWN: FoundSite = { kind: 'unknown' }
const ABSENT: SiteRecord = { kind: 'absent' }

function found(record: Exclude<SiteRecord, { kind: 'absent' }>, unread: NotRead | undefined): FoundSite {
  return record.kind === 'invalid' || unread === undefined ? record : { ...record, unread }
}

/** One label is free. */
function wildcardOf(host: string): string | undefined {
  const dot = host.indexOf('.')
  return dot === -1 ? undefined : `*${host.slice(dot)}`
}
