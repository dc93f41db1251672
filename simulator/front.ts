import { once } from 'node:events'
import type { Http2Server } from 'node:http2'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Front {
  /** `http://127.0.0.1:<port>/` */
  readonly url: URL
  readonly close: () => Promise<void>
}

export interface FrontOptions {
  /** 0: one that is free. */
  readonly port: number
  /** Where workerd listens, now. */
  readonly workerd: () => URL
  readonly openHttp2: () => Promise<Http2Server>
}

/** How a client that knows the server for HTTP/2 begins; RFC 9113 section 3.4. No method of HTTP/1.1 begins so. */
const PREFACE = 'PRI'

/**
 * The one port of the simulator, on 127.0.0.1. HTTP/2 without TLS, which only gRPC speaks here, has a server in this process; everything else goes to
 * workerd byte by byte, so that streams, WebSockets and broken connections are what they are without it.
 */
export async function openFront({ port, workerd, openHttp2 }: FrontOptions): Promise<Front> {
  const open = new Set<Socket>()
  // Its code takes a while to load, which only who asks for it waits for.
  let http2: Promise<Http2Server> | undefined

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
    sniff(socket, async (isHttp2) => {
      if (isHttp2) {
        socket.once('end', () => socket.end())
        http2 ??= openHttp2()
        ;(await http2).emit('connection', socket)
      } else splice(socket, workerd())
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  return {
    url,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}

/** Tells which by the first bytes, and puts them back. */
function sniff(socket: Socket, done: (isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0)
  // Whoever ends before it can be told wants no answer; workerd sees to all others.
  const leave = () => socket.destroy()
  const look = (bytes: Buffer) => {
    seen = Buffer.concat([seen, bytes])
    const start = seen.toString('latin1', 0, PREFACE.length)
    if (start !== PREFACE && PREFACE.startsWith(start)) return
    socket.off('data', look).off('end', leave)
    socket.pause()
    socket.unshift(seen)
    done(start === PREFACE)
  }
  socket.on('data', look).once('end', leave)
}

function splice(socket: Socket, { hostname, port }: URL): void {
  const upstream = connect({ host: hostname, port: Number(port), allowHalfOpen: true, noDelay: true })
  upstream.on('error', () => socket.destroy())
  upstream.on('close', () => socket.destroy())
  socket.on('close', () => upstream.destroy())
  socket.pipe(upstream).pipe(socket)
}
