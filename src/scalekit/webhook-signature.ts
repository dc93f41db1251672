import { err, ok, type Result } from '../result.ts'
import { type EpochSeconds, elapsed, seconds } from '../time.ts'

/** The bytes behind `whsec_`. */
export type WebhookSecret = Uint8Array<ArrayBuffer>

export interface WebhookInvalid {
  readonly reason: 'webhook_invalid'
  readonly check: 'headers' | 'timestamp' | 'signature' | 'body'
}

const TOLERANCE = seconds(300)

/**
 * Reads `SCALEKIT_WEBHOOK_SECRET`: one secret, or several while one is rotated.
 *
 * @returns no secret where the variable is not set; a problem, which never quotes a secret
 */
export function parseWebhookSecrets(text: unknown): Result<readonly WebhookSecret[], string> {
  if (text === undefined || text === '') return ok([])
  const secrets =
    typeof text === 'string'
      ? text
          .trim()
          .split(/[\s,]+/)
          .map(parseSecret)
      : [undefined]
  return secrets.every((secret) => secret !== undefined)
    ? ok(secrets)
    : err('SCALEKIT_WEBHOOK_SECRET must be whsec_ and base64, as the Scalekit dashboard shows it')
}

/**
 * Verifies a webhook by the Standard Webhooks scheme: HMAC-SHA-256 over `id.timestamp.body`, any `v1` signature by any
 * of the secrets. Web Crypto compares in constant time.
 *
 * Stricter than Scalekit's SDK in three places where it is careless: the timestamp is a plain integer and signed as it was
 * received, an empty key is no key, and a signature that is malformed does not hide a good one behind it.
 *
 * @param body the bytes as they came: decoding them first would alter what was signed
 */
export async function verifyWebhook(
  secrets: readonly WebhookSecret[],
  headers: Headers,
  body: Uint8Array,
  now: EpochSeconds,
): Promise<Result<{ readonly id: string }, WebhookInvalid>> {
  const refused = (check: WebhookInvalid['check']) =>
    err<WebhookInvalid>({ reason: 'webhook_invalid', check })
  const id = headers.get('webhook-id')
  const timestamp = headers.get('webhook-timestamp')
  const signatures = headers.get('webhook-signature')
  if (!id || !timestamp || !signatures) return refused('headers')
  if (!/^[1-9]\d{0,11}$/.test(timestamp)) return refused('timestamp')
  if (Math.abs(elapsed(Number(timestamp) as EpochSeconds, now)) > TOLERANCE) return refused('timestamp')

  const prefix = new TextEncoder().encode(`${id}.${timestamp}.`)
  const signed = new Uint8Array(prefix.length + body.length)
  signed.set(prefix)
  signed.set(body, prefix.length)
  const candidates = signatures
    .split(' ')
    .map((entry) => entry.split(','))
    .flatMap(([version, signature]) => (version === 'v1' && signature ? [decodeBase64(signature)] : []))
  for (const secret of secrets) {
    const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'verify',
    ])
    for (const candidate of candidates) {
      if (candidate !== undefined && (await crypto.subtle.verify('HMAC', key, candidate, signed)))
        return ok({ id })
    }
  }
  return refused('signature')
}

function parseSecret(text: string): WebhookSecret | undefined {
  if (!text.startsWith('whsec_')) return undefined
  const bytes = decodeBase64(text.slice('whsec_'.length))
  return bytes === undefined || bytes.length === 0 ? undefined : bytes
}

/** Takes base64 in either alphabet, with or without padding, as the SDK does. */
function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
  } catch {
    return undefined
  }
}
