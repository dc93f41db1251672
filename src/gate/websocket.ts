/** What is told to one side where the other is gone without a word: that something broke, which a clean end would hide. */
const BROKEN = 1011
const UNSENDABLE = [1004, 1006, 1015]

/** Registered with IANA for WebSockets as "Unauthorized". */
const UNAUTHORIZED = 3000

/** Milliseconds that a side has to confirm that the session ended. What it did not read until then is thrown away. */
const TO_CONFIRM = 5000

/** What a line between two WebSockets is held to. */
export interface Hold {
  /** Resolves when nobody may talk here any more. */
  readonly over: Promise<void>
  /** Is called when both sides are closed. */
  readonly done: () => void
  readonly wait: (milliseconds: number) => Promise<void>
  /** Ends both connections without a word, and drops what waits to be sent. */
  readonly cut: () => void
}

/**
 * Joins a visitor's WebSocket with an upstream's, in both directions, until one side closes or the hold is over.
 *
 * @param handshake the upstream's 101
 * @returns the 101 for the visitor
 */
export function bridge(handshake: Response, upstream: WebSocket, { over, done, wait, cut }: Hold): Response {
  const { 0: visitor, 1: held } = new WebSocketPair()
  const open = new Set([held, upstream])
  const closed = (socket: WebSocket) => {
    open.delete(socket)
    if (open.size === 0) done()
  }
  for (const socket of [held, upstream]) {
    socket.binaryType = 'arraybuffer'
    socket.accept()
  }
  forward(held, upstream, closed)
  forward(upstream, held, closed)
  void over.then(async () => {
    if (open.size === 0) return
    for (const socket of open) close(socket, UNAUTHORIZED, 'The session ended')
    await wait(TO_CONFIRM)
    // The close waits behind everything that was not read yet, and the runtime has no other way to end a WebSocket.
    if (open.size > 0) cut()
  })
  return new Response(null, { status: 101, webSocket: visitor, headers: handshake.headers })
}

function forward(from: WebSocket, to: WebSocket, closed: (socket: WebSocket) => void): void {
  from.addEventListener('message', ({ data }) => {
    if (to.readyState === WebSocket.OPEN) to.send(data as string | ArrayBuffer)
  })
  from.addEventListener('close', ({ code, reason }) => {
    closed(from)
    close(to, code, reason)
  })
  from.addEventListener('error', () => {
    closed(from)
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
