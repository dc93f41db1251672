import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'

/**
 * Below every port that a system gives to whoever asks for any: Linux begins at 32768, others at 49152. Between the choice and the start
 * of the program that it is for, dozens of servers of other tests ask for any.
 */
const FIRST = 20_000
const COUNT = 12_000
/** So many belong to one process at a time. */
const BLOCK = 50

/** The ports that are left of this process's block. */
let block: Promise<number[]> | undefined

/** A port of 127.0.0.1 that nobody listens on, and that is given once: to this process, and to no other that runs beside it. */
export async function freePort(): Promise<number> {
  for (;;) {
    block ??= takeBlock()
    const mine = block
    const port = (await mine).shift()
    if (port === undefined) {
      // Others may have seen that too, and have begun with the next.
      if (block === mine) block = undefined
    } else if (await canListen(port)) return port
  }
}

/**
 * Whoever listens on the first port of a block has all of it, until its process ends: of two that ask for one block at the same moment
 * the system lets one have it.
 */
async function takeBlock(): Promise<number[]> {
  for (let first = FIRST; first < FIRST + COUNT; first += BLOCK) {
    const server = await listen(first)
    if (server === undefined) continue
    server.unref()
    return Array.from({ length: BLOCK - 1 }, (_, at) => first + 1 + at)
  }
  throw new Error(`every port from ${FIRST} to ${FIRST + COUNT - 1} is taken`)
}

async function canListen(port: number): Promise<boolean> {
  const server = await listen(port)
  if (server === undefined) return false
  server.close()
  await once(server, 'close')
  return true
}

/** @returns `undefined` where somebody else does */
async function listen(port: number): Promise<Server | undefined> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
    return server
  } catch {
    return undefined
  }
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
