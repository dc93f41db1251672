import { base64url, exportJWK, generateKeyPair } from 'jose'

/** Makes a fresh value for `GATEHOUSE_KEYS`: one key that signs sessions, one that signs assertions. */
export async function newKeys(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const { kty, crv, x, y, d } = await exportJWK(privateKey)
  const made = new Date().toISOString().slice(0, 10)
  const suffix = () => base64url.encode(crypto.getRandomValues(new Uint8Array(3)))
  return JSON.stringify({
    keys: [
      {
        kty: 'oct',
        kid: `sessions-${made}-${suffix()}`,
        alg: 'HS256',
        k: base64url.encode(crypto.getRandomValues(new Uint8Array(32))),
      },
      { kty, crv, x, y, d, kid: `assertions-${made}-${suffix()}`, alg: 'ES256' },
    ],
  })
}
