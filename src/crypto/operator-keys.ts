import * as v from 'valibot'
import { err, ok, type Result } from '../base/result.ts'
import { coordinate, type KeyRing, kid } from './key-ring.ts'

/** The variable: public halves only, so that nothing in the Worker can sign for an operator. */
export const OPERATOR_KEYS = 'GATEHOUSE_OPERATOR_KEYS'

/** Public keys of operators by `kid`: ES256, to verify with. */
export type OperatorKeys = ReadonlyMap<string, CryptoKey>

/** One for each person on call; more look like a mistake. */
const MAX_KEYS = 50

const publicKey = v.object({
  kty: v.picklist(['EC']),
  kid,
  alg: v.optional(v.picklist(['ES256'])),
  use: v.optional(v.picklist(['sig'])),
  crv: v.picklist(['P-256']),
  x: coordinate,
  y: coordinate,
})

const keySet = v.object({ keys: v.array(v.looseObject({})) })
const keySetAsText = v.pipe(v.string(), v.parseJson(), keySet)

const HOW = '`npx gatehouse keys new --operator --file <path>` makes one and says what belongs here'

/**
 * Parses `GATEHOUSE_OPERATOR_KEYS`, a JWK Set (RFC 7517 section 5) of public keys: text, or an object where the wrangler file has it as one.
 *
 * @param keyRing the Worker's own keys, of which none may be an operator's
 * @returns the keys, or all problems; a problem names a key by its position and never quotes it
 */
export async function parseOperatorKeys(
  value: unknown,
  keyRing: Pick<KeyRing, 'assertionPublicKeys'> | undefined,
): Promise<Result<OperatorKeys, readonly string[]>> {
  const set = typeof value === 'string' ? v.safeParse(keySetAsText, value) : v.safeParse(keySet, value)
  if (!set.success) return err([`${OPERATOR_KEYS} is not a JWK Set, {"keys":[…]}: ${HOW}`])
  const { keys } = set.output
  if (keys.length === 0)
    return err([`${OPERATOR_KEYS} holds no key: take the variable away, or put one in; ${HOW}`])
  if (keys.length > MAX_KEYS) return err([`${OPERATOR_KEYS} holds more than ${MAX_KEYS} keys`])

  const found = new Map<string, CryptoKey>()
  const problems: string[] = []
  for (const [index, key] of keys.entries()) {
    const place = `${OPERATOR_KEYS}, key ${index + 1},`
    if ('d' in key || 'k' in key) {
      problems.push(
        `${place} is a secret, and must not be in a Worker: put the public half in its place (without d), ` +
          'and make a new key if others may have seen it',
      )
      continue
    }
    const parsed = v.safeParse(publicKey, key)
    if (!parsed.success) {
      problems.push(
        `${place} is not a public EC P-256 key (ES256) with a kid of at most 64 characters; ${HOW}`,
      )
      continue
    }
    const { kid: name, crv, x, y } = parsed.output
    if (found.has(name)) problems.push(`${place} has the same kid as another key`)
    if (keyRing?.assertionPublicKeys.some((own) => own.x === x))
      problems.push(
        `${place} is a key of GATEHOUSE_KEYS, which the Worker can sign with: an operator has one apart`,
      )
    const imported = await importPublicKey({ kty: 'EC', crv, x, y })
    if (imported === undefined)
      problems.push(`${place} is no point of P-256: x and y do not belong together; ${HOW}`)
    else found.set(name, imported)
  }
  return problems.length > 0 ? err(problems) : ok(found)
}

async function importPublicKey(jwk: JsonWebKey): Promise<CryptoKey | undefined> {
  try {
    return await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'verify',
    ])
  } catch {
    return undefined
  }
}
