import type { MiddlewareHandler } from 'hono'
import type { JWTPayload } from 'jose'
import type { Environment } from './environment.ts'

const HOUR = 3600

/** For what the application asks by itself: slow, failing or as usual, as the switches say. */
export function answerWithFaults(environment: Environment): MiddlewareHandler {
  return async (c, next) => {
    const { slow_seconds, server_error } = environment.faults
    if (slow_seconds > 0) await new Promise((wake) => setTimeout(wake, slow_seconds * 1000))
    if (!server_error) return next()
    return c.json({ error: 'server_error', error_description: 'A fault that was switched on here.' }, 500)
  }
}

/** The claims of an ID token with everything wrong that the switches say. */
export function faultyClaims({ faults, organizations, now }: Environment, claims: JWTPayload): JWTPayload {
  const groups = claims['groups']
  return {
    ...claims,
    ...(faults.extra_groups > 0 && {
      groups: [...(Array.isArray(groups) ? groups : []), ...groupNames(faults.extra_groups)],
    }),
    ...(faults.wrong_issuer && { iss: 'https://somebody-else.scalekit.example' }),
    ...(faults.wrong_audience && { aud: ['skc_99999999999999999'], azp: 'skc_99999999999999999' }),
    ...(faults.wrong_nonce && { nonce: 'nonce-of-somebody-else' }),
    ...(faults.expired && { iat: now() - 2 * HOUR, exp: now() - HOUR }),
    ...(faults.other_organization && asMemberOfAnother(organizations, claims)),
  }
}

const groupNames = (count: number) =>
  Array.from({ length: count }, (_, index) => `made-up-group-${String(index + 1).padStart(10, '0')}`)

/** Of the first other organization that has a connection, with all that goes with it: only what was asked for can tell. */
function asMemberOfAnother(
  organizations: Environment['organizations'],
  { oid, sub = '' }: JWTPayload,
): JWTPayload {
  const other = organizations.find(({ id, connections }) => id !== oid && connections.length > 0)
  const connection = other?.connections[0]
  if (other === undefined || connection === undefined) return {}
  return {
    oid: other.id,
    amr: [connection.id],
    ...(sub.includes(';') && { sub: sub.replace(/^[^;]*/, connection.id) }),
  }
}

/** The same token with a signature that no key made. */
export function withWrongSignature(token: string): string {
  const start = token.lastIndexOf('.') + 1
  const first = token[start] === 'A' ? 'B' : 'A'
  return token.slice(0, start) + first + token.slice(start + 1)
}
