import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { ask, MAX_BODY_BYTES } from '../../cli/network/ask.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** @returns its address */
async function listen(server: Server): Promise<string> {
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
}

/** What answers every request with these bytes. */
const saying = (answer: string) =>
  createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.write(answer))
  })

const askIn = (url: string, seconds: number) => ask(url, { signal: AbortSignal.timeout(seconds * 1_000) })

test('a server that changes to another protocol has given an answer, and does not end the command without a word', async () => {
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
  const answer = await Promise.race([
    askIn(await listen(saying(switching)), 2),
    new Promise((done) => setTimeout(done, 4_000, 'never')),
  ])
  expect(answer).toEqual({ ok: true, value: expect.objectContaining({ status: 101, body: '' }) })
})

test('an answer without an end does not fill the memory', async () => {
  let sent = 0
  const piece = Buffer.alloc(64 * 1024, 'a')
  const endless = createHttpServer((_request, response) => {
    const go = () => {
      while (!response.destroyed && response.write(piece)) sent += piece.length
    }
    response.on('drain', go)
    go()
  })
  expect(await askIn(await listen(endless), 8)).toEqual({
    ok: false,
    error: { kind: 'broken_off', detail: 'its answer is longer than 8 MB' },
  })
  expect(sent).toBeLessThan(3 * MAX_BODY_BYTES)
})

test('where a redirect leads, nobody is asked, and no secret goes', async () => {
  const heard: (string | undefined)[] = []
  const other = await listen(
    createHttpServer(({ headers }, response) => {
      heard.push(headers.authorization)
      response.end()
    }),
  )
  const redirecting = await listen(
    saying(`HTTP/1.1 307 x\r\nLocation: ${other}\r\nContent-Length: 0\r\n\r\n`),
  )
  const answer = await ask(redirecting, {
    method: 'POST',
    headers: { Authorization: 'Bearer secret' },
    body: 'secret',
    signal: AbortSignal.timeout(2_000),
  })
  expect(answer).toMatchObject({ ok: true, value: { status: 307 } })
  expect(heard).toEqual([])
})
