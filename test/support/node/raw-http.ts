import { connect } from 'node:net'

export interface RawAnswer {
  readonly status: number
  readonly header: (name: string) => string | undefined
  readonly body: string
}

const TIMEOUT_MS = 20_000

/**
 * Sends bytes as they are, which no HTTP client does, and reads one answer.
 *
 * @param text one character for each byte
 */
export function sendRaw(port: number, text: string): Promise<RawAnswer> {
  return new Promise((done, fail) => {
    const socket = connect({ port, host: '127.0.0.1' })
    let received = ''
    const finish = () => {
      clearTimeout(timeout)
      socket.destroy()
      const answer = parse(received)
      if (answer === undefined)
        fail(new Error(`no HTTP answer, but ${JSON.stringify(received.slice(0, 200))}`))
      else done(answer)
    }
    const timeout = setTimeout(finish, TIMEOUT_MS)
    socket.setEncoding('latin1')
    socket.on('data', (chunk) => {
      received += chunk
      if (isComplete(received, text.startsWith('HEAD '))) finish()
    })
    socket.once('close', finish)
    // A server that refuses early may not read the rest: what it said before counts.
    socket.on('error', () => {})
    socket.write(text, 'latin1')
  })
}

/** A request with what HTTP needs, and nothing added to or taken from what is given. */
export const rawRequest = (
  method: string,
  target: string,
  headers: readonly (readonly [name: string, value: string])[],
  body = '',
): string => {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`)
  const length = body === '' ? '' : `Content-Length: ${body.length}\r\n`
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}${length}\r\n${body}`
}

function split(received: string) {
  const end = received.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [statusLine = '', ...lines] = received.slice(0, end).split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1])
  if (!(status >= 100)) return undefined
  const header = (name: string) =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
      ?.slice(name.length + 1)
      .trim()
  return { status, header, rest: received.slice(end + 4) }
}

function isComplete(received: string, isHead: boolean): boolean {
  const parts = split(received)
  if (parts === undefined) return false
  const { status, header, rest } = parts
  if (isHead || status === 204 || status === 304) return true
  if (header('Transfer-Encoding') === 'chunked') return rest.endsWith('0\r\n\r\n')
  const length = header('Content-Length')
  return length !== undefined && rest.length >= Number(length)
}

function parse(received: string): RawAnswer | undefined {
  const parts = split(received)
  if (parts === undefined) return undefined
  const { status, header, rest } = parts
  return { status, header, body: header('Transfer-Encoding') === 'chunked' ? unchunk(rest) : rest }
}

function unchunk(text: string): string {
  const size = Number.parseInt(text, 16)
  if (!(size > 0)) return ''
  const start = text.indexOf('\r\n') + 2
  return text.slice(start, start + size) + unchunk(text.slice(start + size + 2))
}
