import { withoutOurCookies } from '../session/cookies.ts'

/** Headers that tell an upstream who is there: only Gatehouse may send them. */
const IDENTITY_HEADERS = new Set([
  'x-forwarded-user',
  'x-forwarded-email',
  'x-forwarded-preferred-username',
  'x-forwarded-groups',
])

/** RFC 9110 section 7.6.1, apart from `Upgrade`, which a WebSocket needs. */
const HOP_BY_HOP_HEADERS = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
])

/**
 * The headers that an upstream gets: without any that only Gatehouse may send, in whatever spelling a server would
 * read as one of them (CVE-2025-64484), without those that end at this hop, and without our cookies.
 */
export function forwardedHeaders(received: Headers): Headers {
  const headers = new Headers()
  for (const [name, value] of received) {
    const spelling = name.replace(/[^a-z0-9]/g, '-')
    if (IDENTITY_HEADERS.has(spelling) || spelling.startsWith('gatehouse-')) continue
    if (HOP_BY_HOP_HEADERS.has(spelling)) continue
    headers.append(name, value)
  }
  const cookie = received.get('Cookie')
  if (cookie !== null) {
    const kept = withoutOurCookies(cookie)
    if (kept === undefined) headers.delete('Cookie')
    else headers.set('Cookie', kept)
  }
  return headers
}
