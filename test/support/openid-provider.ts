import { base64url, CompactSign, exportJWK, generateKeyPair, type JWK, type JWTPayload } from 'jose'
import type { Clock } from './clock.ts'

export interface SigningKey {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly published: JWK
}

/** What a test changes about an ID token; `undefined` takes a claim or header parameter away. */
export interface IdTokenChanges {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: SigningKey
  /** The claims of the access token beside it. */
  readonly accessToken?: Readonly<Record<string, unknown>>
  /** The last word on the text of the token. */
  readonly forge?: (idToken: string) => string | Promise<string>
}

/** Somebody who signs in, in the terms of Scalekit. */
export interface Person {
  readonly organization?: string | undefined
  readonly connection: string
  readonly user: string
  readonly email: string
}

export const ACME = 'org_20001'
export const GLOBEX = 'org_20002'

export const JANE: Person = {
  organization: ACME,
  connection: 'conn_30001',
  user: 'jane|1',
  email: 'jane@acme.example',
}
export const HANK: Person = {
  organization: GLOBEX,
  connection: 'conn_30002',
  user: 'hank',
  email: 'hank@globex.example',
}

interface IssuedCode {
  readonly redirectUri: string
  readonly codeChallenge: string
  readonly nonce: string | undefined
  readonly person: Person
  readonly changes: IdTokenChanges
}

const CLIENT_ID = 'skc_10001'
const CLIENT_SECRET = 'test_do_not_log_this_client_secret'

/** Made once per test file: RSA keys take their time. */
const firstKey = newSigningKey('snk_1')

export async function newSigningKey(kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  return { kid, privateKey, published: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } }
}

/**
 * An OpenID Provider for tests, in the shape of a Scalekit environment in modular mode: it answers `/keys` and
 * `/oauth/token`, holds to PKCE, single use and the redirect URI, and lies in exactly the way a test tells it to.
 */
export class OpenIdProvider {
  /** An address of its own, so that what is stored for one provider is nothing to the next. */
  readonly issuer = `https://env-${crypto.randomUUID().slice(0, 8)}.scalekit.test`
  readonly clientId = CLIENT_ID
  readonly clientSecret = CLIENT_SECRET
  /** Paths of the requests that came in, oldest first. */
  readonly requests: string[] = []
  /** What is at `/keys`; the last one signs. */
  keys: SigningKey[] = []
  /** Answer something else at an endpoint. */
  tokenEndpoint: ((request: Request) => Response | Promise<Response>) | undefined
  keysEndpoint: ((request: Request) => Response | Promise<Response>) | undefined
  readonly #clock: Clock
  readonly #codes = new Map<string, IssuedCode>()

  private constructor(clock: Clock) {
    this.#clock = clock
  }

  static async create(clock: Clock): Promise<OpenIdProvider> {
    const provider = new OpenIdProvider(clock)
    provider.keys = [await firstKey]
    return provider
  }

  /** The key that signs now. */
  get signer(): SigningKey {
    const key = this.keys.at(-1)
    if (key === undefined) throw new Error('the provider has no key')
    return key
  }

  count(path: '/keys' | '/oauth/token'): number {
    return this.requests.filter((requested) => requested === path).length
  }

  /** Stands in for the network: whatever is not this provider is unreachable. */
  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input as Request, init as RequestInit)
    const { origin, pathname } = new URL(request.url)
    this.requests.push(origin === this.issuer ? pathname : request.url)
    if (origin !== this.issuer) throw new TypeError(`no such host: ${origin}`)
    if (pathname === '/keys')
      return this.keysEndpoint?.(request) ?? Response.json({ keys: this.keys.map((key) => key.published) })
    if (pathname === '/oauth/token') return this.tokenEndpoint?.(request) ?? this.#token(request)
    return new Response('Not Found', { status: 404 })
  }

  /** A person signs in on the page that an authorization request leads to. @returns the callback URL */
  authorize(location: string, person: Person = JANE, changes: IdTokenChanges = {}): string {
    const { searchParams, origin, pathname } = new URL(location)
    const asked = Object.fromEntries(searchParams)
    if (origin + pathname !== `${this.issuer}/oauth/authorize`) throw new Error(`not ours: ${location}`)
    if (asked['response_type'] !== 'code' || asked['client_id'] !== CLIENT_ID)
      throw new Error('not an authorization request of this client')
    if (asked['code_challenge_method'] !== 'S256') throw new Error('no PKCE')

    const code = `code_${crypto.randomUUID()}`
    const redirectUri = asked['redirect_uri'] ?? ''
    this.#codes.set(code, {
      redirectUri,
      codeChallenge: asked['code_challenge'] ?? '',
      nonce: asked['nonce'],
      person,
      changes,
    })
    return `${redirectUri}?${new URLSearchParams({ code, state: asked['state'] ?? '' })}`
  }

  /** The sign-in fails on the page that an authorization request leads to. @returns the callback URL */
  refuse(location: string, error: string, description = 'what the identity provider said'): string {
    const { searchParams } = new URL(location)
    const query = { error, error_description: description, state: searchParams.get('state') ?? '' }
    return `${searchParams.get('redirect_uri')}?${new URLSearchParams(query)}`
  }

  /** The hint that Scalekit sends when a person starts at their identity provider's portal. */
  idpInitiatedLogin(claims: Readonly<Record<string, unknown>> = {}, key?: SigningKey): Promise<string> {
    const now = this.#clock.seconds
    return this.sign(
      {
        organization_id: JANE.organization,
        connection_id: JANE.connection,
        login_hint: JANE.email,
        iss: 'https://b2b-app.example',
        iat: now,
        nbf: now,
        exp: now + 300,
        ...claims,
      },
      { key },
    )
  }

  /** Signs claims; those that are `undefined` are left out. */
  async sign(
    claims: Readonly<Record<string, unknown>>,
    { header = {}, key }: { header?: Readonly<Record<string, unknown>>; key?: SigningKey | undefined } = {},
  ): Promise<string> {
    const signer = key ?? this.signer
    const payload = new TextEncoder().encode(JSON.stringify(claims))
    const protectedHeader = JSON.parse(
      JSON.stringify({ alg: 'RS256', kid: signer.kid, typ: 'JWT', ...header }),
    )
    return new CompactSign(payload).setProtectedHeader(protectedHeader).sign(signer.privateKey)
  }

  async #token(request: Request): Promise<Response> {
    const sent = await request.formData()
    const form = { get: (name: string) => sent.get(name)?.toString() }
    const failed = (error: string, status: number) => Response.json({ error }, { status })
    if (form.get('client_id') !== CLIENT_ID || form.get('client_secret') !== CLIENT_SECRET)
      return failed('invalid_client', 401)
    if (form.get('grant_type') !== 'authorization_code') return failed('unsupported_grant_type', 400)

    const code = form.get('code') ?? ''
    const issued = this.#codes.get(code)
    this.#codes.delete(code)
    const challenge = await sha256(form.get('code_verifier') ?? '')
    if (
      issued?.redirectUri !== form.get('redirect_uri') ||
      issued?.codeChallenge !== base64url.encode(challenge)
    )
      return failed('invalid_grant', 400)

    const accessToken = await this.sign(this.#accessTokenClaims(issued))
    const { changes } = issued
    const claims = { ...(await this.#idTokenClaims(issued, code, accessToken)), ...changes.claims }
    const idToken = await this.sign(claims, {
      ...(changes.header && { header: changes.header }),
      key: changes.key,
    })
    return Response.json({
      access_token: accessToken,
      id_token: changes.forge === undefined ? idToken : await changes.forge(idToken),
      expires_in: 899,
    })
  }

  #accessTokenClaims({ person, changes }: IssuedCode): JWTPayload {
    const now = this.#clock.seconds
    return {
      iss: this.issuer,
      aud: [CLIENT_ID],
      sub: `${person.connection};${person.user}`,
      client_id: CLIENT_ID,
      jti: `tkn_${crypto.randomUUID()}`,
      iat: now,
      nbf: now,
      exp: now + 900,
      ...changes.accessToken,
    }
  }

  async #idTokenClaims(
    { person, nonce }: IssuedCode,
    code: string,
    accessToken: string,
  ): Promise<JWTPayload> {
    const now = this.#clock.seconds
    return {
      iss: this.issuer,
      aud: [CLIENT_ID],
      azp: CLIENT_ID,
      client_id: CLIENT_ID,
      sub: `${person.connection};${person.user}`,
      oid: person.organization,
      sid: `ses_${crypto.randomUUID()}`,
      amr: [person.connection],
      iat: now,
      exp: now + 259_200,
      at_hash: await leftHalf(accessToken),
      c_hash: await leftHalf(code),
      nonce,
      email: person.email,
      preferred_username: person.email,
      given_name: 'Jane',
      family_name: 'Doe',
    }
  }
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

const leftHalf = async (text: string): Promise<string> =>
  base64url.encode((await sha256(text)).subarray(0, 16))
