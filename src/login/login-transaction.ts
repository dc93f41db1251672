import * as v from 'valibot'
import type { KeyRing } from '../session/key-ring.ts'
import { seal, unseal } from '../session/sealing.ts'
import { type EpochSeconds, minutes } from '../time.ts'
import type { ReturnTo } from './return-to.ts'

/** One attempt to sign in, from the redirect to the answer. */
export interface LoginTransaction {
  readonly codeVerifier: string
  readonly nonce: string
  readonly returnTo: ReturnTo
  readonly redirectUri: string
  /** The site it began on; it can be finished nowhere else. */
  readonly host: string
  /** What was asked for, and so has to come back. */
  readonly organizationId?: string
  readonly connectionId?: string
  readonly createdAt: EpochSeconds
}

export const LOGIN_TRANSACTION_LIFETIME = minutes(10)

const record = v.object({
  codeVerifier: v.string(),
  nonce: v.string(),
  returnTo: v.string(),
  redirectUri: v.string(),
  host: v.string(),
  organizationId: v.optional(v.string()),
  connectionId: v.optional(v.string()),
  createdAt: v.number(),
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
  async begin(hash: string, binding: string, transaction: LoginTransaction): Promise<void> {
    const sealed = await seal(JSON.stringify(transaction), sealingContext(hash, binding), this.#keyRing)
    await this.#kv.put(storageKey(hash), sealed, { expirationTtl: LOGIN_TRANSACTION_LIFETIME })
  }

  /**
   * Gets the record and deletes it. What does not open stays: a stranger who knows the state must not be able to end
   * somebody else's login.
   *
   * @returns the transaction; `unknown` where there is none, `unreadable` where record or cookie was altered
   */
  async take(hash: string, binding: string): Promise<LoginTransaction | 'unknown' | 'unreadable'> {
    const sealed = await this.#getPatiently(storageKey(hash))
    if (sealed === null) return 'unknown'
    const opened = await unseal(sealed, sealingContext(hash, binding), this.#keyRing)
    if (opened === undefined) return 'unreadable'
    await this.#kv.delete(storageKey(hash)).catch(() => {})
    // What opens was written by this code under this key, so a shape that does not fit is a fault.
    return v.parse(record, JSON.parse(opened)) as LoginTransaction
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

const storageKey = (hash: string): string => `login:${hash}`

const sealingContext = (hash: string, binding: string) =>
  ({ purpose: 'login transaction', secret: binding, record: hash }) as const
