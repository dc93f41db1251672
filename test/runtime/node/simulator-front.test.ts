import { once } from 'node:events'
import { createServer } from 'node:http2'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Front, openFront } from '../../../simulator/front.ts'

let front: Front
beforeAll(async () => {
  front = await openFront({
    port: 0,
    workerd: () => new URL('http://127.0.0.1:9'),
    openHttp2: async () => createServer(),
  })
})
afterAll(() => front.close())

test.each([
  ['nothing', ''],
  ['half a word', 'PR'],
  ['how HTTP/2 begins', 'PRI'],
  ['the whole beginning of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
])('a connection that says %s and ends is closed', async (_what, said) => {
  const socket = connect(Number(front.url.port), '127.0.0.1')
  socket.resume().end(said)
  await once(socket, 'close', { signal: AbortSignal.timeout(20_000) })
  expect(socket.readableEnded).toBe(true)
})
