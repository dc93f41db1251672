import { DEVELOPMENT_CLIENT } from '../../simulator/client.ts'
import type { createSimulator } from '../../simulator/simulator.ts'

type Simulator = ReturnType<typeof createSimulator>

export const ISSUER = 'http://127.0.0.1:8788'
export const CALLBACK = 'http://localhost:8787/auth/callback'

/** The pair of RFC 7636 appendix B. */
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

/** Parameters to send; undefined leaves out one of the usual ones. */
export type Fields = Readonly<Record<string, string | undefined>>

export function authorizeUrl(fields: Fields = {}): string {
  return `${ISSUER}/oauth/authorize?${encode({
    response_type: 'code',
    client_id: DEVELOPMENT_CLIENT.id,
    redirect_uri: CALLBACK,
    scope: 'openid profile email',
    state: 'state-1',
    nonce: 'nonce-1',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    login_hint: 'jane@acme.example',
    ...fields,
  })}`
}

/** Sends an authorization request, and tells where the browser is sent. */
export async function authorize(simulator: Simulator, fields: Fields = {}): Promise<URL> {
  return location(await simulator.request(authorizeUrl(fields)))
}

/** Posts the identity provider's form for the login request that `idp` is the page of. */
export function submit(simulator: Simulator, idp: URL, fields: Fields = {}): Promise<Response> {
  const request = idp.searchParams.get('request') ?? undefined
  const body = encode({ request, scenario: 'login', email: 'jane@acme.example', ...fields })
  return Promise.resolve(simulator.request(`${ISSUER}${idp.pathname}`, { method: 'POST', body }))
}

/** A whole login, up to the callback with its code. */
export async function signIn(simulator: Simulator, query: Fields = {}, form: Fields = {}): Promise<URL> {
  return location(await submit(simulator, await authorize(simulator, query), form))
}

export function requestToken(
  simulator: Simulator,
  fields: Fields,
  headers: Record<string, string> = {},
): Promise<Response> {
  const body = encode({
    client_id: DEVELOPMENT_CLIENT.id,
    client_secret: DEVELOPMENT_CLIENT.secret,
    ...fields,
  })
  return Promise.resolve(simulator.request(`${ISSUER}/oauth/token`, { method: 'POST', body, headers }))
}

export function exchange(simulator: Simulator, callback: URL, fields: Fields = {}): Promise<Response> {
  return requestToken(simulator, {
    grant_type: 'authorization_code',
    code: callback.searchParams.get('code') ?? '',
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
    ...fields,
  })
}

export interface TokenResponse {
  readonly access_token: string
  readonly id_token: string
  readonly refresh_token?: string
  readonly expires_in: number
}

export const tokens = async (response: Response): Promise<TokenResponse> => {
  if (response.status !== 200) throw new Error(await response.text())
  return response.json()
}

/** A call of the control API. */
export function control(
  simulator: Simulator,
  method: string,
  path: string,
  body: unknown,
): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' }
  return Promise.resolve(
    simulator.request(`${ISSUER}/simulator${path}`, { method, headers, body: JSON.stringify(body) }),
  )
}

export function location(response: Response): URL {
  const target = response.headers.get('Location')
  if (target === null) throw new Error(`${response.status} without Location`)
  return new URL(target, ISSUER)
}

function encode(fields: Fields): URLSearchParams {
  return new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** Sends a form of the operator's pages. @param path below `/operator/` */
export function postForm(
  simulator: Simulator,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  const body = new URLSearchParams(fields)
  return Promise.resolve(simulator.request(`${ISSUER}/operator/${path}`, { method: 'POST', body, headers }))
}
