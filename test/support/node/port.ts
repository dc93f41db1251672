import { once } from 'node:events'
import { connect, createServer } from 'node:net'

/**
 * Below every port that a system gives to whoever asks for any: Linux begins at 32768, others at 49152. Between the choice and the start
 * of the program that it is for, dozens of servers of other tests ask for any.
 */
const FIRST = 20_000
const COUNT = 12_000
/** More than one process ever takes. */
const APART = 997

/** Processes that run side by side begin far from each other. */
let next = (process.pid * APART) % COUNT

/** A port of 127.0.0.1 that nobody listens on, and that is given once. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < COUNT; tried++) {
    const port = FIRST + next
    next = (next + 1) % COUNT
    if (await canListen(port)) return port
  }
  throw new Error(`every port from ${FIRST} to ${FIRST + COUNT - 1} is taken`)
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}

export const takesConnections = (port: number): Promise<boolean> =>
  new Promise<boolean>((done) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('error', () => done(false))
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
  })
