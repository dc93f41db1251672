import { isDropped } from '../policy/dropped-headers.ts'
import { withoutOurCookies } from '../request/cookies.ts'

const NONE: ReadonlySet<string> = new Set()

/**
 * The headers that an upstream gets: without any that only Gatehouse may send or by which backends learn an address or a person, in
 * whatever spelling a server would read as one of them (CVE-2025-64484), without those that end at this hop, and without our cookies.
 *
 * What `Connection` names ends here too, except Cloudflare's own headers and those the site asks for; what Gatehouse sends is added later, so
 * that nobody can name it away (CVE-2025-48865, CVE-2024-45410).
 *
 * @param passed names in lower case that the site wants nevertheless, spelled exactly so
 */
export function forwardedHeaders(received: Headers, passed = NONE): Headers {
  const headers = new Headers()
  const named =
    received
      .get('Connection')
      ?.toLowerCase()
      .split(/[\t ,]+/) ?? []
  for (const [name, value] of received) {
    if (!passed.has(name)) {
      if (isDropped(name)) continue
      if (named.includes(name) && !name.startsWith('cf-')) continue
    }
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
