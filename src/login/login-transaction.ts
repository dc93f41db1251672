import * as v from 'valibot'
import type { Refusal } from '../base/refusal.ts'
import { type EpochSeconds, elapsed, minutes } from '../base/time.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { seal, unseal } from '../crypto/sealing.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { ReturnTo } from '../request/return-to.ts'
import type { FinishedLogin } from '../session/open-session.ts'

/** One attempt to sign in, from the redirect to the answer. */
export interface LoginTransaction extends HandoffTransaction {
  readonly codeVerifier: string
  readonly nonce: string
  readonly redirectUri: string
  /** At the login host: what a site asked for, to be answered when it is finished. */
  readonly request?: string
  /** The e-mail domain by which a person chose their organization on our page. */
  readonly chosenDomain?: string | undefined
  /** The address that they typed there, to be put right where nobody knows it. */
  readonly typedAddress?: string | undefined
}

/** The same at a site that leaves the exchange with Scalekit to the login host. */
export interface HandoffTransaction {
  readonly returnTo: ReturnTo
  /** The site it began on; it can be finished nowhere else. */
  readonly host: string
  /** What was asked for, and so has to come back. */
  readonly organizationId?: string
  readonly connectionId?: string
  /** Another site, or whoever passed on an identity provider's hint, sent the browser into it. */
  readonly begunElsewhere?: boolean
  readonly createdAt: EpochSeconds
}

/** A login that passed every check, and waits for its browser's owner to say whether it is wanted. */
export interface HeldLogin extends FinishedLogin, Destination {
  readonly host: string
}

/** Where a login leads, and what it leaves behind, once it is finished. */
export interface Destination {
  readonly returnTo: ReturnTo
  /** As in {@link LoginTransaction}. */
  readonly request?: string | undefined
  readonly chosenDomain?: string | undefined
}

export const LOGIN_TRANSACTION_LIFETIME = minutes(10)

/** A login can be finished for ten minutes, and only where it began. @param host where it came back */
export function checkTransaction(
  { createdAt, host: begunAt }: Pick<HandoffTransaction, 'createdAt' | 'host'>,
  host: string,
  now: EpochSeconds,
): Refusal | undefined {
  const age = elapsed(createdAt, now)
  if (age > LOGIN_TRANSACTION_LIFETIME) return { reason: 'transaction_expired', ageSeconds: age }
  return begunAt === host ? undefined : { reason: 'transaction_of_other_host', host: begunAt }
}

const handoffRecord = v.object({
  returnTo: v.string(),
  host: v.string(),
  organizationId: v.optional(v.string()),
  connectionId: v.optional(v.string()),
  begunElsewhere: v.optional(v.boolean()),
  createdAt: v.number(),
})

const record = v.object({
  ...handoffRecord.entries,
  codeVerifier: v.string(),
  nonce: v.string(),
  redirectUri: v.string(),
  request: v.optional(v.string()),
  chosenDomain: v.optional(v.string()),
  typedAddress: v.optional(v.string()),
})

const heldRecord = v.object({
  identity: v.looseObject({ subject: v.string() }),
  by: v.union([
    v.object({ idToken: v.string() }),
    v.object({ id: v.string(), parent: v.string(), registry: v.string(), until: v.number() }),
  ]),
  begunAt: v.number(),
  returnTo: v.string(),
  host: v.string(),
  request: v.optional(v.string()),
  chosenDomain: v.optional(v.string()),
  finishedAt: v.number(),
})

/**
 * Login transactions in KV, sealed under the browser's binding secret and a key of the ring: who has only `state`,
 * or only the storage, or only the cookie, has nothing.
 *
 * What KV does not promise, and why that is safe: a take is a get and a delete, so two callbacks at the same moment may
 * both get the record; both come from the one browser that holds the cookie, and the code is good for one use at
 * Scalekit. A record may not be readable yet where the callback arrives: the caller starts again, once. A failed
 * delete (one write a second per key) leaves a record that lives ten minutes and opens only with the deleted cookie.
 */
export class LoginTransactions {
  readonly #kv: KVNamespace
  readonly #keyRing: KeyRing
  readonly #wait: (milliseconds: number) => Promise<void>

  constructor(kv: KVNamespace, keyRing: KeyRing, wait: (milliseconds: number) => Promise<void>) {
    this.#kv = kv
    this.#keyRing = keyRing
    this.#wait = wait
  }

  /** @param binding the whole text of the browser's binding cookie */
  begin(hash: string, binding: string, transaction: LoginTransaction): Promise<void> {
    return this.#put('login', hash, binding, transaction)
  }

  /**
   * Gets the record and deletes it. What does not open stays: a stranger who knows the state must not be able to end
   * somebody else's login.
   *
   * @returns the transaction; `unknown` where there is none, `unreadable` where record or cookie was altered
   */
  async take(hash: string, binding: string): Promise<LoginTransaction | 'unknown' | 'unreadable'> {
    const opened = await this.#take('login', hash, binding)
    // What opens was written by this code under this key, so a shape that does not fit is a fault.
    return typeof opened === 'string' ? opened : (v.parse(record, opened.json) as LoginTransaction)
  }

  /** Begins a login that the login host will answer. */
  beginHandoff(hash: string, binding: string, transaction: HandoffTransaction): Promise<void> {
    return this.#put('handoff', hash, binding, transaction)
  }

  /** As {@link take}. */
  async takeHandoff(hash: string, binding: string): Promise<HandoffTransaction | 'unknown' | 'unreadable'> {
    const opened = await this.#take('handoff', hash, binding)
    return typeof opened === 'string' ? opened : (v.parse(handoffRecord, opened.json) as HandoffTransaction)
  }

  /** Keeps a finished login for the browser that it was finished in, under the same secret. */
  hold(hash: string, binding: string, login: HeldLogin): Promise<void> {
    return this.#put('confirm', hash, binding, login)
  }

  /** Gets a login that was held, once. */
  async release(hash: string, binding: string): Promise<HeldLogin | 'unknown' | 'unreadable'> {
    const opened = await this.#take('confirm', hash, binding)
    return typeof opened === 'string' ? opened : (v.parse(heldRecord, opened.json) as unknown as HeldLogin)
  }

  async #put(kind: Kind, hash: string, binding: string, value: object): Promise<void> {
    const sealed = await seal(JSON.stringify(value), sealingContext(kind, hash, binding), this.#keyRing)
    await this.#kv.put(`${KINDS[kind].prefix}:${hash}`, sealed, { expirationTtl: LOGIN_TRANSACTION_LIFETIME })
  }

  async #take(
    kind: Kind,
    hash: string,
    binding: string,
  ): Promise<{ readonly json: unknown } | 'unknown' | 'unreadable'> {
    const key = `${KINDS[kind].prefix}:${hash}`
    const sealed = await this.#getPatiently(key)
    if (sealed === null) return 'unknown'
    const opened = await unseal(sealed, sealingContext(kind, hash, binding), this.#keyRing)
    if (opened === undefined) return 'unreadable'
    await this.#kv.delete(key).catch(() => {})
    return { json: JSON.parse(opened) }
  }

  async #getPatiently(key: string): Promise<string | null> {
    for (const pause of [150, 400]) {
      const found = await this.#kv.get(key)
      if (found !== null) return found
      await this.#wait(pause)
    }
    return this.#kv.get(key)
  }
}

/** The logins of a deployment. */
export const loginsOf = ({ env, keyRing, effects }: Deployment): LoginTransactions =>
  new LoginTransactions(env.GATEHOUSE_KV, keyRing, effects.wait)

/** What a record is for: one of one kind does not open as another. */
type Kind = keyof typeof KINDS

const KINDS = {
  login: { prefix: 'login', purpose: 'login transaction' },
  handoff: { prefix: 'login', purpose: 'handoff transaction' },
  confirm: { prefix: 'confirm', purpose: 'held login' },
} as const

const sealingContext = (kind: Kind, hash: string, binding: string) =>
  ({ purpose: KINDS[kind].purpose, secret: binding, record: hash }) as const
