import type { OperatorSigner } from '../../src/tokens/operator-request.ts'
import { Complaint } from '../complaint.ts'

/** An operator's private key, as its file keeps it: one JWK (RFC 7517 section 4). */
export interface OperatorJwk {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
  readonly d: string
  readonly kid: string
  readonly alg: 'ES256'
  /** When it was made; nothing looks at it but people. */
  readonly iat?: number
}

/** @returns `undefined` for whatever is not an operator's key */
export function parseOperatorKey(text: string | undefined): OperatorJwk | undefined {
  try {
    const { kty, crv, x, y, d, kid, iat } = JSON.parse(text ?? '') as Readonly<Record<string, unknown>>
    if (
      kty !== 'EC' ||
      crv !== 'P-256' ||
      ![x, y, d, kid].every((each) => typeof each === 'string' && each !== '')
    )
      return undefined
    const members = { x, y, d, kid } as { readonly [member in 'x' | 'y' | 'd' | 'kid']: string }
    return { kty, crv, ...members, alg: 'ES256', ...(Number.isSafeInteger(iat) && { iat: iat as number }) }
  } catch {
    return undefined
  }
}

/** What the Worker needs to know, and anybody may: a value of `GATEHOUSE_OPERATOR_KEYS`. */
export const publicHalf = ({ kty, crv, x, y, kid, alg }: OperatorJwk): string =>
  JSON.stringify({ keys: [{ kty, crv, x, y, kid, alg }] })

/** @throws {Complaint} where it cannot sign */
export async function importOperatorKey(
  { kty, crv, x, y, d, kid }: OperatorJwk,
  label: string,
): Promise<OperatorSigner> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  try {
    const jwk = { kty, crv, x, y, d }
    return { kid, privateKey: await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign']) }
  } catch {
    throw new Complaint(`${label} holds no key that can sign: x, y and d do not belong together.`)
  }
}
