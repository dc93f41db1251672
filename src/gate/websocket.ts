/** What is told to one side where the other is gone without a word: that something broke, which a clean end would hide. */
const BROKEN = 1011
const UNSENDABLE = [1004, 1006, 1015]

/** Registered with IANA for WebSockets as "Unauthorized". */
const UNAUTHORIZED = 3000

/**
 * Joins a visitor's WebSocket with an upstream's, in both directions, until one side closes or `over` resolves.
 *
 * @param handshake the upstream's 101
 * @param over      resolves when nobody may talk here any more
 * @param done      is called when the connection is closed, by whichever side
 * @returns the 101 for the visitor
 */
export function bridge(
  handshake: Response,
  upstream: WebSocket,
  over: Promise<void>,
  done: () => void,
): Response {
  const { 0: visitor, 1: held } = new WebSocketPair()
  for (const socket of [held, upstream]) {
    socket.binaryType = 'arraybuffer'
    socket.accept()
  }
  forward(held, upstream, done)
  forward(upstream, held, done)
  void over.then(() => {
    for (const socket of [held, upstream]) close(socket, UNAUTHORIZED, 'The session ended')
  })
  return new Response(null, { status: 101, webSocket: visitor, headers: handshake.headers })
}

function forward(from: WebSocket, to: WebSocket, done: () => void): void {
  from.addEventListener('message', ({ data }) => {
    if (to.readyState === WebSocket.OPEN) to.send(data as string | ArrayBuffer)
  })
  from.addEventListener('close', ({ code, reason }) => {
    done()
    close(to, code, reason)
  })
  from.addEventListener('error', () => {
    done()
    close(to, BROKEN, '')
  })
}

function close(socket: WebSocket, code: number, reason: string): void {
  try {
    // RFC 6455 section 7.4.1: 1005 says that there was no code, and others that the connection broke, which nobody can send.
    if (code === 1005) socket.close()
    else if (UNSENDABLE.includes(code)) socket.close(BROKEN, '')
    else socket.close(code, reason)
  } catch {
    // It is closed already, which is all that was wanted.
  }
}
