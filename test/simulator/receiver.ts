import { DEVELOPMENT_WEBHOOK_SECRET } from '../../simulator/client.ts'
import type { SimulatorOptions } from '../../simulator/environment.ts'

export const RECEIVER = 'http://localhost:8787/auth/webhooks'

/** An application that notes what it is sent, and answers as the test says. */
export interface Receiver {
  readonly received: readonly Received[]
  /** A status, or the error that `fetch` fails with. */
  answer: number | Error
  /** The same, one for each of the first requests. */
  firstAnswers: (number | Error)[]
  /** Of a simulator that delivers to it. */
  readonly options: SimulatorOptions
}

export interface Received {
  readonly url: string
  readonly headers: Headers
  readonly body: string
}

/** Without retries, unless there are delays for them. */
export function createReceiver(now?: () => number, retryDelaysSeconds: readonly number[] = []): Receiver {
  const received: Received[] = []
  const receiver: Receiver = {
    received,
    answer: 200,
    firstAnswers: [],
    options: {
      webhooks: { url: RECEIVER, secrets: [DEVELOPMENT_WEBHOOK_SECRET], retryDelaysSeconds },
      fetch: async (url, { headers, body }) => {
        received.push({ url, headers: new Headers(headers), body: String(body) })
        const answer = receiver.firstAnswers.shift() ?? receiver.answer
        if (answer instanceof Error) throw answer
        return new Response(null, { status: answer })
      },
      ...(now && { now }),
    },
  }
  return receiver
}
