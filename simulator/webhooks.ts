import { randomId } from './identifiers.ts'
import { buildEvent, type EventDraft, formatOccurredAt, type WebhookEvent } from './webhook-event.ts'
import { signWebhook } from './webhook-signature.ts'

/** The longest of the schedules that Scalekit's pages name, which is also Svix's: eight attempts in 28 hours. */
const RETRY_DELAYS_SECONDS: readonly number[] = [5, 300, 1800, 7200, 18_000, 36_000, 36_000]
const TIMEOUT_MS = 10_000
/** Older events are forgotten. */
const KEPT_EVENTS = 200

export interface WebhookOptions {
  /** Where events are delivered. Default: nowhere, they are only listed. */
  readonly url?: string | undefined
  /** `whsec_<base64>`; every delivery is signed with each of them. */
  readonly secrets?: readonly string[]
  /** How long to wait after each failure (in seconds); after the last one the event has failed. */
  readonly retryDelaysSeconds?: readonly number[]
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Keeps a request's work going after its answer. */
export type Background = (task: Promise<void>) => void

export interface Attempt {
  readonly at: string
  /** Absent where there was no answer. */
  readonly status?: number
  readonly problem?: string
}

/** One event and what became of it. Its `webhook_id` and body stay the same over all attempts. */
export interface Delivery {
  readonly event: WebhookEvent
  readonly webhook_id: string
  /** `held`: nobody tried yet, for want of an address or because deliveries are held. */
  state: 'delivered' | 'waiting' | 'failed' | 'held'
  readonly attempts: Attempt[]
  next_attempt_at: string | null
}

export interface Timing {
  /** Default: now. In the past it makes an event that arrives late. */
  readonly occurredAt?: string | undefined
  /** Before the first attempt. */
  readonly delaySeconds?: number | undefined
}

/** Sends events to the one registered address, and remembers how that went for as long as this instance lives. */
export class Webhooks {
  url: string | undefined
  secrets: readonly string[]
  /** While set nothing is sent by itself, so that events can be delivered by hand in any order. */
  hold = false
  #deliveries: readonly Delivery[] = []
  #sequence = 0
  readonly #retryDelays: readonly number[]
  readonly #fetch: Fetch
  readonly #now: () => number

  constructor(options: WebhookOptions, fetch: Fetch, now: () => number) {
    this.url = options.url
    this.secrets = options.secrets ?? []
    this.#retryDelays = options.retryDelaysSeconds ?? RETRY_DELAYS_SECONDS
    this.#fetch = fetch
    this.#now = now
  }

  /** The oldest first. */
  get deliveries(): readonly Delivery[] {
    return this.#deliveries
  }

  find(eventId: string): Delivery | undefined {
    return this.#deliveries.find(({ event }) => event.id === eventId)
  }

  /** Waits for the first attempt, so that its result can be shown; retries follow in the background. */
  async send(draft: EventDraft, { occurredAt, delaySeconds = 0 }: Timing, inBackground: Background) {
    this.#sequence += 1
    const event = buildEvent(draft, occurredAt ?? formatOccurredAt(this.#now(), this.#sequence))
    const delivery: Delivery = {
      event,
      webhook_id: randomId('msg_'),
      state: 'held',
      attempts: [],
      next_attempt_at: null,
    }
    this.#deliveries = [...this.#deliveries, delivery].slice(-KEPT_EVENTS)
    if (this.url === undefined || this.hold) return delivery

    const delays = delaySeconds > 0 ? [delaySeconds, ...this.#retryDelays] : this.#retryDelays
    if (delaySeconds === 0) await this.#attempt(delivery)
    if (delivery.state !== 'delivered') inBackground(this.#retry(delivery, delays))
    return delivery
  }

  /** One attempt by hand. For an event that arrived before it makes a duplicate; what is waiting goes on waiting. */
  async deliverAgain(delivery: Delivery): Promise<void> {
    await this.#attempt(delivery)
    if (delivery.state === 'held') delivery.state = 'failed'
  }

  /**
   * A timer belongs to the request that started it, so nobody else ends it: it looks for itself whether there is still
   * something to do.
   */
  async #retry(delivery: Delivery, delays: readonly number[]): Promise<void> {
    for (const delay of delays) {
      delivery.state = 'waiting'
      delivery.next_attempt_at = this.#time(delay)
      await new Promise((wake) => setTimeout(wake, delay * 1000))
      if (hasArrived(delivery)) return
      delivery.next_attempt_at = null
      if (this.url === undefined || this.hold) {
        delivery.state = 'held'
        return
      }
      await this.#attempt(delivery)
      if (hasArrived(delivery)) return
    }
    delivery.state = 'failed'
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { url } = this
    const at = this.#time(0)
    if (url === undefined) {
      delivery.attempts.push({ at, problem: 'no address is registered' })
      return
    }
    const attempt = { at, ...(await this.#post(url, delivery)) }
    delivery.attempts.push(attempt)
    if (!isSuccess(attempt)) return
    delivery.state = 'delivered'
    delivery.next_attempt_at = null
  }

  async #post(url: string, { event, webhook_id }: Delivery): Promise<Omit<Attempt, 'at'>> {
    const body = JSON.stringify(event)
    const timestamp = this.#now()
    const signature = await signWebhook(this.secrets, webhook_id, timestamp, body)
    return post(this.#fetch, url, body, {
      'Content-Type': 'application/json',
      'webhook-id': webhook_id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    })
  }

  #time(delay: number): string {
    return new Date((this.#now() + delay) * 1000).toISOString()
  }
}

/** Any 2xx. */
export const isSuccess = ({ status = 0 }: Attempt): boolean => status >= 200 && status <= 299

/** Posts and waits for the status only. A redirect is not followed, since it is no success. */
export async function post(
  send: Fetch,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Omit<Attempt, 'at'>> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const response = await send(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    await response.body?.cancel()
    return { status: response.status }
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError'
    return { problem: isTimeout ? `no answer within ${TIMEOUT_MS / 1000} seconds` : 'could not connect' }
  }
}

// As a function, because the state changes while others wait.
const hasArrived = ({ state }: Delivery): boolean => state === 'delivered'
