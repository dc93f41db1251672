import * as base64url from 'jose/base64url'

/**
 * SHA-256 as base64url: the S256 code challenge (RFC 7636 section 4.2), and names that do not tell what they
 * stand for.
 */
export async function sha256(text: string): Promise<string> {
  return base64url.encode(
    new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))),
  )
}
