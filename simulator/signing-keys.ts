import {
  compactVerify,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose'
import { randomId } from './identifiers.ts'

interface SigningKey {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly published: JWK
}

/**
 * The RS256 keys of an environment, made at first use and never kept: after a restart every `kid` is new.
 *
 * No promise is shared between requests, since workerd may cancel the one that would resolve it: two first requests
 * both make a key, and the earlier one stays.
 */
export class SigningKeys {
  #keys: readonly SigningKey[] = []

  /** The key set of `GET /keys`, the signing key first. */
  async published(): Promise<{ keys: JWK[] }> {
    await this.#current()
    return { keys: this.#keys.map((key) => key.published) }
  }

  /** Signs with a new key from now on. The old ones stay published, unless they are retired. */
  async rotate(options: { readonly retireOld: boolean }): Promise<void> {
    const key = await makeKey()
    this.#keys = options.retireOld ? [key] : [key, ...this.#keys]
  }

  async sign(claims: JWTPayload, typ = 'JWT'): Promise<string> {
    const { kid, privateKey } = await this.#current()
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ }).sign(privateKey)
  }

  /** The claims of a token that a published key signed, expired or not; undefined for everything else. */
  async verifySignature(token: string): Promise<JWTPayload | undefined> {
    try {
      const keySet = createLocalJWKSet(await this.published())
      const { payload } = await compactVerify(token, keySet, { algorithms: ['RS256'] })
      const claims: unknown = JSON.parse(new TextDecoder().decode(payload))
      return typeof claims === 'object' && claims !== null ? (claims as JWTPayload) : undefined
    } catch {
      return undefined
    }
  }

  async #current(): Promise<SigningKey> {
    if (this.#keys.length === 0) {
      const key = await makeKey()
      if (this.#keys.length === 0) this.#keys = [key]
    }
    const [current] = this.#keys
    if (current === undefined) throw new Error('an environment always has a signing key')
    return current
  }
}

async function makeKey(): Promise<SigningKey> {
  const kid = randomId('snk_')
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const { n, e } = await exportJWK(publicKey)
  if (n === undefined || e === undefined) throw new Error('an RSA key has a modulus and an exponent')
  return { kid, privateKey, published: { use: 'sig', kty: 'RSA', kid, alg: 'RS256', n, e } }
}
