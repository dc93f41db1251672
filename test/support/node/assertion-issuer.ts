import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose'
import { freePort } from './port.ts'

export interface SigningKey {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
  readonly publicPem: string
}

export async function newSigningKey(kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }
  return { kid, privateKey, publicJwk, publicPem: await exportSPKI(publicKey) }
}

/** Everything that Gatehouse says of a person, as docs/ promise it. */
export const ANN: JWTPayload = {
  sub: 'conn_20000000000000001;ann',
  email: 'ann@example.com',
  name: 'Ann Example',
  org: 'org_20000000000000001',
  conn: 'conn_20000000000000001',
  roles: ['reader'],
  groups: ['staff', 'berlin'],
  sid: 'ses_1',
}

export const AUDIENCE = 'docs.example.com'
const LIFETIME_SECONDS = 60

/** Stands in for Gatehouse: signs assertions and publishes keys, or does not, as a test wants. */
export class AssertionIssuer {
  readonly issuer: string
  readonly #port: number
  readonly #server = createServer((request, response) => this.#answer(request, response))
  /** What is published. */
  keys: readonly SigningKey[] = []
  /** How often the keys were asked for. */
  fetches = 0
  /** Answers in the place of the published keys. */
  fault: RequestListener | undefined

  private constructor(port: number) {
    this.#port = port
    this.issuer = `http://127.0.0.1:${port}/auth`
  }

  /** On a free port, on which it does not listen yet. */
  static async create(...keys: SigningKey[]): Promise<AssertionIssuer> {
    const issuer = new AssertionIssuer(await freePort())
    issuer.keys = keys
    return issuer
  }

  async listen(): Promise<this> {
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** The claims of an assertion made now; `undefined` leaves one out. */
  claims(changes: JWTPayload = {}): JWTPayload {
    const iat = now()
    const exp = iat + LIFETIME_SECONDS
    return { iss: this.issuer, aud: AUDIENCE, iat, exp, ...ANN, ...changes }
  }

  sign(changes: JWTPayload = {}, key = this.keys[0], header: object = {}): Promise<string> {
    if (key === undefined) throw new Error('no key')
    return new SignJWT(this.claims(changes))
      .setProtectedHeader({ typ: 'JWT', alg: 'ES256', kid: key.kid, ...header })
      .sign(key.privateKey)
  }

  #answer: RequestListener = (request, response) => {
    if (request.url !== '/auth/jwks.json') {
      response.writeHead(404).end()
      return
    }
    this.fetches += 1
    if (this.fault !== undefined) return this.fault(request, response)
    response.writeHead(200, {
      'Content-Type': 'application/jwk-set+json',
      'Cache-Control': 'public, max-age=300',
    })
    response.end(JSON.stringify({ keys: this.keys.map(({ publicJwk }) => publicJwk) }))
  }
}

/** Epoch seconds. */
export const now = (): number => Math.floor(Date.now() / 1000)
