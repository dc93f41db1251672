import { type DecodedToken, decodeToken } from './decoded-token.ts'
import type { Fetch } from './webhooks.ts'

/** Older ones are forgotten. */
export const KEPT_REQUESTS = 100
/** What is kept of an answer that explains a "no". */
const MAX_ANSWER = 300

/** A request that this environment got, or one that it sent, without anything that opens a door. */
export interface LoggedRequest {
  /** Counts up from 1. */
  readonly id: number
  /** ISO 8601, by the clock of the machine. */
  readonly at: string
  readonly direction: 'received' | 'sent'
  /** In words, such as "Token". */
  readonly what: string
  readonly method: string
  /** Of what was received the path, of what was sent the address; without its query. */
  readonly address: string
  /** Null where there was no answer. */
  readonly status: number | null
  readonly milliseconds: number
  /** Names and values, shortened where they are secret. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
  /** Where the browser was sent, without the query. */
  readonly leadsTo?: string | undefined
  readonly refusal?: Refusal | undefined
  readonly tokens: readonly DecodedToken[]
  /** What was wrong here on purpose meanwhile. */
  readonly faults: readonly string[]
}

/** A "no", whoever said it. */
export interface Refusal {
  readonly code: string
  readonly description?: string | undefined
}

/** The latest requests, for as long as this instance lives. */
export class RequestLog {
  #requests: readonly LoggedRequest[] = []
  #count = 0

  get newestFirst(): readonly LoggedRequest[] {
    return this.#requests
  }

  find(id: number): LoggedRequest | undefined {
    return this.#requests.find((request) => request.id === id)
  }

  add(request: Omit<LoggedRequest, 'id' | 'at' | 'milliseconds'>, started: number): void {
    this.#count += 1
    const milliseconds = Date.now() - started
    const logged = { id: this.#count, at: new Date(started).toISOString(), milliseconds, ...request }
    this.#requests = [logged, ...this.#requests].slice(0, KEPT_REQUESTS)
  }

  clear(): void {
    this.#requests = []
  }

  /** What carries webhooks and logout tokens, noting each with its answer. */
  noting(send: Fetch): Fetch {
    return async (url, init) => {
      const started = Date.now()
      const note = (status: number | null, refusal: Refusal | undefined) =>
        this.add({ ...describeSent(url, init), status, refusal }, started)
      try {
        const response = await send(url, init)
        note(response.status, await refusalOf(response))
        return response
      } catch (error) {
        const isTimeout = error instanceof Error && error.name === 'TimeoutError'
        note(null, { code: isTimeout ? 'no answer in time' : 'could not connect' })
        throw error
      }
    }
  }
}

function describeSent(url: string, { body, headers, method = 'GET' }: RequestInit) {
  const { origin, pathname } = new URL(url)
  const sent = { direction: 'sent', method, address: origin + pathname, faults: [] } as const
  const text = String(body)
  const logoutToken = new URLSearchParams(text).get('logout_token')
  if (logoutToken !== null)
    return { ...sent, what: 'Logout token', parameters: [], tokens: decodeToken('logout_token', logoutToken) }
  const { type, id, organization_id } = JSON.parse(text)
  const parameters = [
    ['type', type],
    ['id', id],
    ['organization_id', organization_id],
    ['webhook-id', new Headers(headers).get('webhook-id')],
  ].filter((parameter): parameter is [string, string] => typeof parameter[1] === 'string')
  return { ...sent, what: 'Webhook', parameters, tokens: [] }
}

/** What the application says of a delivery that it does not take. */
async function refusalOf(response: Response): Promise<Refusal | undefined> {
  if (response.ok) return undefined
  const code = `answered ${response.status}`
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) return { code }
  return { code, description: (await response.clone().text()).slice(0, MAX_ANSWER) }
}
