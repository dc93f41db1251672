import { base64url, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { CLIENT_ID, ISSUER, type IssuedCode, JANE } from '../people.ts'

const KID = 'snk_1'
/** Made when it is needed: it takes a while, and a start is measured too. */
let keyPair: ReturnType<typeof generateKeyPair> | undefined
const DISCOVERY = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/oauth/authorize`,
  token_endpoint: `${ISSUER}/oauth/token`,
  jwks_uri: `${ISSUER}/keys`,
  scopes_supported: ['openid', 'profile', 'email'],
}

/**
 * The back channel of a Scalekit environment in modular mode: discovery, `/keys` and `/oauth/token`. The code says by itself
 * what it was issued for, so that nothing has to be kept, and nobody has to visit a page to get one. PKCE is checked.
 */
export default {
  async fetch(request) {
    const { pathname } = new URL(request.url)
    if (pathname === '/.well-known/openid-configuration') return Response.json(DISCOVERY)
    keyPair ??= generateKeyPair('RS256')
    const { privateKey, publicKey } = await keyPair
    if (pathname === '/keys') {
      return Response.json({
        keys: [{ ...(await exportJWK(publicKey)), kid: KID, alg: 'RS256', use: 'sig' }],
      })
    }
    if (pathname !== '/oauth/token') return new Response('Not Found', { status: 404 })

    const form = new URLSearchParams(await request.text())
    const code = form.get('code') ?? ''
    const issued = JSON.parse(new TextDecoder().decode(base64url.decode(code))) as IssuedCode
    const challenge = base64url.encode(await sha256(form.get('code_verifier') ?? ''))
    if (challenge !== issued.challenge || form.get('redirect_uri') !== issued.redirectUri) {
      return Response.json({ error: 'invalid_grant' }, { status: 400 })
    }
    const claims: JWTPayload = {
      iss: ISSUER,
      aud: [CLIENT_ID],
      azp: CLIENT_ID,
      client_id: CLIENT_ID,
      sub: `${JANE.connection};${issued.user}`,
      oid: JANE.organization,
      sid: `ses_${crypto.randomUUID()}`,
      amr: [JANE.connection],
      nonce: issued.nonce,
      c_hash: base64url.encode((await sha256(code)).subarray(0, 16)),
      email: JANE.email,
      name: JANE.name,
      idp_roles: JANE.roles,
    }
    const idToken = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: KID, typ: 'JWT' })
      .setIssuedAt()
      .setExpirationTime('3d')
      .sign(privateKey)
    return Response.json({ access_token: 'opaque', id_token: idToken, expires_in: 899 })
  },
} satisfies ExportedHandler

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}
