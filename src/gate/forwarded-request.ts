import { withoutOurCookies } from '../session/cookies.ts'

/**
 * What only Gatehouse may tell an upstream: who is there, by which address the request came, and that it passed the gate. The rest
 * are headers by which some servers read another address or method than the one that was judged (CVE-2026-40575).
 */
const RESERVED =
  /^(?:gatehouse-.*|x-forwarded-.*|forwarded|x-original-.*|x-rewrite-url|x-override-url|x-http-method(?:-override)?|x-method-override)$/

/** RFC 9110 section 7.6.1; `http2-settings` and `upgrade` would take the connection to another protocol, past the gate. */
const HOP_BY_HOP =
  /^(?:connection|keep-alive|proxy-(?:authenticate|authorization|connection)|te|trailer|transfer-encoding|upgrade|http2-settings|sec-websocket-(?:key|version|extensions|accept))$/

/**
 * The headers that an upstream gets: without any that only Gatehouse may send, in whatever spelling a server would read as one of
 * them (CVE-2025-64484), without those that end at this hop, and without our cookies.
 *
 * What `Connection` names ends here too, except Cloudflare's own headers; what Gatehouse sends is added later, so that nobody can
 * name it away (CVE-2025-48865, CVE-2024-45410).
 */
export function forwardedHeaders(received: Headers): Headers {
  const headers = new Headers()
  const named =
    received
      .get('Connection')
      ?.toLowerCase()
      .split(/[\t ,]+/) ?? []
  for (const [name, value] of received) {
    const spelling = name.replace(/[^a-z0-9]/g, '-')
    if (RESERVED.test(spelling) || HOP_BY_HOP.test(spelling)) continue
    if (named.includes(name) && !name.startsWith('cf-')) continue
    headers.append(name, value)
  }
  const cookie = headers.get('Cookie')
  if (cookie !== null) {
    const kept = withoutOurCookies(cookie)
    if (kept === undefined) headers.delete('Cookie')
    else headers.set('Cookie', kept)
  }
  return headers
}
