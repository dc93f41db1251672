import type { Visit } from '../request/visit.ts'
import type { Session } from '../tokens/session.ts'

/** Tells an upstream by which address, and from where, a request reached the gate: what it cannot see for itself. */
export function addAddress(headers: Headers, { url, request }: Visit): void {
  headers.set('X-Forwarded-Host', new URL(url.origin).host)
  headers.set('X-Forwarded-Proto', url.protocol.slice(0, -1))
  const client = request.headers.get('CF-Connecting-IP')
  if (client !== null) headers.set('X-Forwarded-For', client)
}

/**
 * Tells an upstream who is there. The plain headers are for people who log them, and for servers that nothing but Gatehouse
 * can reach; the assertion proves it.
 */
export function addIdentity(headers: Headers, session: Session, assertion: string): void {
  const plain = {
    'X-Forwarded-User': session.subject,
    'X-Forwarded-Email': session.email,
    'X-Forwarded-Preferred-Username': session.name ?? session.email,
    'X-Forwarded-Groups': session.groups.map((group) => headerText(group, /[,%]/g)).join(','),
  }
  for (const [name, value] of Object.entries(plain)) {
    if (value !== undefined && value !== '')
      headers.set(name, name.endsWith('Groups') ? value : headerText(value))
  }
  headers.set('Gatehouse-Assertion', assertion)
}

/**
 * A header holds ASCII (RFC 9110 section 5.5), names do not: the rest goes percent-encoded, as UTF-8. Control characters, which an
 * identity provider could assert, cannot begin another header.
 */
const headerText = (text: string, also = /%/g): string =>
  text
    .toWellFormed()
    .replace(also, encodeURIComponent)
    .replace(/[^\x20-\x7e]+/g, encodeURIComponent)
