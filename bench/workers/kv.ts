interface Entry {
  readonly value: ArrayBuffer
  readonly expiresAt: number
}

const entries = new Map<string, Entry>()

/** Workers KV as the runtime asks it, `GET`, `PUT` and `DELETE` of a key, in memory: workerd has no KV of its own. */
export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url)
    const key = decodeURIComponent(pathname.slice(1))
    switch (request.method) {
      case 'GET': {
        const entry = entries.get(key)
        return entry === undefined || entry.expiresAt < Date.now()
          ? new Response('Not Found', { status: 404 })
          : new Response(entry.value)
      }
      case 'PUT': {
        const seconds = Number(searchParams.get('expiration_ttl') ?? Number.POSITIVE_INFINITY)
        entries.set(key, { value: await request.arrayBuffer(), expiresAt: Date.now() + seconds * 1000 })
        return new Response()
      }
      case 'DELETE':
        entries.delete(key)
        return new Response()
      default:
        return new Response('Method Not Allowed', { status: 405 })
    }
  },
} satisfies ExportedHandler
