import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import { DOCS, type World } from './world.ts'

/** An operator's key: the private half to sign with, and what the Worker has. */
export interface OperatorPair {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicJwk: Record<string, unknown>
}

export async function newOperatorPair(kid: string): Promise<OperatorPair> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256' } }
}

/** `GATEHOUSE_OPERATOR_KEYS` */
export const operatorKeys = (...pairs: readonly OperatorPair[]): string =>
  JSON.stringify({ keys: pairs.map(({ publicJwk }) => publicJwk) })

/** What a request says; `undefined` takes a claim away. */
export type Claims = Readonly<Record<string, unknown>>

/** The claims of a request that holds, with changes. */
export const claimsFor = (at: World, changes: Claims = {}): JWTPayload => ({
  aud: `${DOCS}/auth/operator`,
  iat: at.clock.seconds,
  exp: at.clock.seconds + 60,
  jti: crypto.randomUUID(),
  cmd: 'list',
  ...(changes['cmd'] === 'end' ? {} : { limit: 100 }),
  ...changes,
})

export const sign = (
  pair: Pick<OperatorPair, 'kid' | 'privateKey'>,
  claims: JWTPayload,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ typ: 'gh-operator+jwt', alg: 'ES256', kid: pair.kid, ...header })
    .sign(pair.privateKey)

export const post = (at: World, token: BodyInit, init: RequestInit = {}, host = DOCS): Promise<Response> =>
  at.fetch(
    new Request(`${host}/auth/operator`, {
      method: 'POST',
      body: token,
      headers: { 'Content-Type': 'application/jwt' },
      ...init,
    }),
  )

/** A request that holds. @returns what it is answered */
export async function ask(at: World, pair: OperatorPair, changes: Claims, host = DOCS): Promise<Response> {
  const claims = claimsFor(at, { aud: `${host}/auth/operator`, ...changes })
  return post(at, await sign(pair, claims), {}, host)
}

export interface Listed {
  readonly sessions: readonly {
    readonly id: string
    readonly host: string
    readonly subject: string
    readonly email: string | null
    readonly parent: string | null
    readonly opened_at: string
  }[]
  readonly total?: number
  readonly next: string | null
}

export async function list(at: World, pair: OperatorPair, changes: Claims): Promise<Listed> {
  const response = await ask(at, pair, { cmd: 'list', ...changes })
  if (!response.ok) throw new Error(await response.text())
  return response.json()
}

export async function end(at: World, pair: OperatorPair, changes: Claims): Promise<number> {
  const response = await ask(at, pair, { cmd: 'end', ...changes })
  if (!response.ok) throw new Error(await response.text())
  return ((await response.json()) as { ended: number }).ended
}
