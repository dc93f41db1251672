import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { echoWebSocket } from './web-socket-echo.ts'

/** A request as it arrived. */
export interface Seen {
  readonly method: string
  /** The request target, byte for byte. */
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly bodyLength: number
  readonly bodySha256: string
}

export interface EchoOrigin {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  /** Everything that arrived, also what is answered by `routes`, with its body once that is complete. */
  readonly seen: Seen[]
  /** What answers in the place of the echo, by path. */
  readonly routes: Map<string, RequestListener>
  /** What takes a WebSocket in the place of the echo, by path. */
  readonly upgrades: Map<string, (request: IncomingMessage, socket: Duplex, head: Buffer) => void>
  /** How many WebSockets are open. */
  readonly openSockets: () => number
  readonly stop: () => Promise<void>
}

/** A server that answers with what it was asked, as JSON, and a WebSocket with what it was sent. */
export async function startEchoOrigin(): Promise<EchoOrigin> {
  const seen: Seen[] = []
  const routes: EchoOrigin['routes'] = new Map()
  const upgrades: EchoOrigin['upgrades'] = new Map()
  let openSockets = 0

  // Takes more than any server would, so that nothing is refused here in the place of the gate.
  const server = createServer({ maxHeaderSize: 2 ** 20 }, async (request, response) => {
    const { method = '', url = '', rawHeaders } = request
    const headers = pairs(rawHeaders)
    const route = routes.get(new URL(url, 'http://origin').pathname)
    const hash = createHash('sha256')
    let bodyLength = 0
    if (route !== undefined) route(request, response)
    try {
      for await (const chunk of request) {
        bodyLength += chunk.length
        hash.update(chunk)
      }
    } catch {
      // Whoever sent it has gone, which a test may have wanted.
    }
    const request_ = { method, url, headers, bodyLength, bodySha256: hash.digest('hex') }
    seen.push(request_)
    if (route !== undefined) return
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(request_))
  })
  server.requestTimeout = 0
  server.on('upgrade', (request, socket, head) => {
    openSockets += 1
    socket.once('close', () => {
      openSockets -= 1
    })
    const headers = pairs(request.rawHeaders)
    seen.push({ method: 'GET', url: request.url ?? '', headers, bodyLength: 0, bodySha256: '' })
    const upgrade = upgrades.get(new URL(request.url ?? '', 'http://origin').pathname)
    if (upgrade === undefined) echoWebSocket(request, socket)
    else upgrade(request, socket, head)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    routes,
    upgrades,
    openSockets: () => openSockets,
    stop: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function pairs(rawHeaders: readonly string[]): (readonly [string, string])[] {
  const result: (readonly [string, string])[] = []
  for (let at = 0; at < rawHeaders.length; at += 2)
    result.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? ''])
  return result
}
