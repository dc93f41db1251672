import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** As Cloudflare's API says what is wrong. */
export interface ApiError {
  readonly status: number
  readonly code: number
}

/** As much of Cloudflare's API as Wrangler needs for one namespace, on 127.0.0.1. */
export interface CloudflareKv {
  readonly values: Map<string, string>
  /** Method and path below the namespace, without its query. */
  readonly requests: readonly string[]
  /** For Wrangler: this API, and an account of it. */
  readonly env: Readonly<Record<string, string>>
  readonly server: Server
}

/** Fewer than Cloudflare gives, so that a cursor has to be followed. */
export const KEYS_A_PAGE = 5
/** https://developers.cloudflare.com/api/resources/kv/subresources/namespaces/methods/bulk_get/ */
const MOST_VALUES = 100

export const NAMESPACE_ID = 'a'.repeat(32)

/** @param answer an error */
export async function startCloudflareKv(answer?: ApiError): Promise<CloudflareKv> {
  const values = new Map<string, string>()
  const requests: string[] = []
  const account = '1'.repeat(32)
  const base = `/accounts/${account}/storage/kv/namespaces/${NAMESPACE_ID}`

  const results: Record<string, (url: URL, body: string) => object | null> = {
    'GET /keys': ({ searchParams }) => {
      const prefix = searchParams.get('prefix') ?? ''
      const from = Number(searchParams.get('cursor') ?? 0)
      const names = [...values.keys()].filter((key) => key.startsWith(prefix)).sort()
      const page = names.slice(from, from + KEYS_A_PAGE)
      const cursor = from + KEYS_A_PAGE < names.length ? String(from + KEYS_A_PAGE) : ''
      return { result: page.map((name) => ({ name })), result_info: { count: page.length, cursor } }
    },
    'POST /bulk/get': (_url, body) => {
      const { keys } = JSON.parse(body) as { readonly keys: readonly string[] }
      if (keys.length > MOST_VALUES) return null
      return { result: { values: Object.fromEntries(keys.map((key) => [key, values.get(key) ?? null])) } }
    },
  }
  const valueResults: Record<string, (key: string, body: string) => void> = {
    PUT: (key, body) => void values.set(key, body),
    DELETE: (key) => void values.delete(key),
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://api')
    const path = url.pathname.slice(base.length)
    const body = await text(request)
    requests.push(`${request.method} ${path}`)
    response.setHeader('Content-Type', 'application/json')
    const [, key] = /^\/values\/(.+)$/.exec(path) ?? []
    let result = url.pathname.startsWith(base) ? results[`${request.method} ${path}`]?.(url, body) : undefined
    if (key !== undefined) {
      valueResults[request.method ?? '']?.(decodeURIComponent(key), body)
      result = { result: {} }
    }
    const error = answer ?? (result ? undefined : { status: 400, code: 10_400 })
    if (error !== undefined) {
      response.statusCode = error.status
      const errors = [{ code: error.code, message: 'something is wrong' }]
      response.end(JSON.stringify({ success: false, errors, messages: [], result: null }))
      return
    }
    response.end(JSON.stringify({ success: true, errors: [], messages: [], ...result }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const env = {
    CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}`,
    CLOUDFLARE_API_TOKEN: 'a-token-of-the-test',
    CLOUDFLARE_ACCOUNT_ID: account,
  }
  return { values, requests, env, server }
}

export function stopCloudflareKv({ server }: CloudflareKv): void {
  server.close()
  server.closeAllConnections()
}
