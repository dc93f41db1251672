import { Agent, type IncomingHttpHeaders, request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })

/** A GET that follows no redirect and lets the caller choose `Host`, which `fetch` does not. */
export function get(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return new Promise((done, fail) => {
    const outgoing = request(url, { agent, headers }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk) => chunks.push(chunk))
      incoming.once('error', fail)
      incoming.once('end', () =>
        done({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks),
        }),
      )
    })
    outgoing.once('error', fail)
    outgoing.end()
  })
}

/** What a browser would send back of an answer's cookies. */
export const cookiesOf = ({ headers }: Answer): string =>
  (headers['set-cookie'] ?? [])
    .filter((cookie) => !/;\s*max-age=0/i.test(cookie))
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
