/** The key behind `whsec_<base64>`, or undefined for what is no webhook secret. */
export function parseWebhookSecret(text: string): Uint8Array<ArrayBuffer> | undefined {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1]
  if (base64 === undefined) return undefined
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

/**
 * The value of `webhook-signature`: one signature per secret, so two while a secret is being rotated.
 *
 * @param timestamp epoch seconds
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export async function signWebhook(
  secrets: readonly string[],
  id: string,
  timestamp: number,
  body: string,
): Promise<string> {
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`)
  const signatures = secrets.map(async (secret) => {
    const bytes = parseWebhookSecret(secret)
    if (bytes === undefined) throw new Error('a webhook secret is whsec_ and base64')
    const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
    ])
    const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, signed))
    return `v1,${btoa(String.fromCharCode(...mac))}`
  })
  return (await Promise.all(signatures)).join(' ')
}
