import * as base64url from 'jose/base64url'

/** 256 random bits: `state`, `nonce`, code verifier (RFC 7636 section 4.1), session id, binding secret. */
export const randomSecret = (): string => base64url.encode(crypto.getRandomValues(new Uint8Array(32)))
