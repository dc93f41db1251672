import { type IncomingMessage, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import type { Duplex } from 'node:stream'
import { err, ok, type Result } from '../../src/base/result.ts'
import { type NetworkFailure, networkFailureOf } from './network-failure.ts'

/** An answer, read to the end. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

interface Asked {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

/** Far more than anything that is asked here answers. */
export const MAX_BODY_BYTES = 8_000_000

/** Asks by HTTP, and follows no redirect: where one leads is an answer too. Never throws. */
export async function ask(url: string | URL, asked: Asked): Promise<Result<HttpAnswer, NetworkFailure>> {
  try {
    const response = await responseTo(new URL(url), asked)
    const headers = new Headers()
    for (const [name, values] of Object.entries(response.headersDistinct))
      for (const value of values ?? []) headers.append(name, value)
    return ok({ status: response.statusCode ?? 0, headers, body: await bodyOf(response) })
  } catch (error) {
    // An answer that is given up halfway only says that it broke off.
    return err(networkFailureOf(asked.signal.aborted ? asked.signal.reason : error))
  }
}

/** Not by `fetch`: it leaves names below localhost, which sites of `gatehouse dev` have, to a resolver that may not know them. */
function responseTo(url: URL, { method = 'GET', headers, body, signal }: Asked): Promise<IncomingMessage> {
  const { protocol, hostname, host } = url
  return new Promise((done, fail) => {
    const request = (protocol === 'https:' ? overHttps : overHttp)(
      url,
      {
        method,
        // A firewall in front of a site may refuse whoever does not say what it is.
        headers: { Host: host, Accept: '*/*', 'User-Agent': 'gatehouse', ...headers },
        ...(hostname.endsWith('.localhost') && { hostname: '127.0.0.1' }),
        signal,
      },
      done,
    )
    request.once('error', fail)
    // That it changes to another protocol is an answer too. Without this, Node closes the connection and says nothing.
    request.once('upgrade', (response: IncomingMessage, socket: Duplex) => {
      socket.destroy()
      done(response)
    })
    request.end(body)
  })
}

/** @throws {Error} where there is no end to it */
async function bodyOf(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > MAX_BODY_BYTES) throw new Error(`its answer is longer than ${MAX_BODY_BYTES / 1_000_000} MB`)
    pieces.push(piece)
  }
  return new TextDecoder().decode(Buffer.concat(pieces))
}

/** The JSON of an answer; an empty object for anything else. */
export function jsonIn({ body }: HttpAnswer): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(body))
  } catch {
    return {}
  }
}
