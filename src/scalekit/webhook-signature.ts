import { err, ok, type Result } from '../base/result.ts'
import { type EpochSeconds, elapsed, seconds } from '../base/time.ts'

/** The bytes behind `whsec_`. */
export type WebhookSecret = Uint8Array<ArrayBuffer>

export interface WebhookInvalid {
  readonly reason: 'webhook_invalid'
  readonly check: 'headers' | 'timestamp' | 'signature' | 'body'
}

const TOLERANCE = seconds(300)
/**
 * Each costs a pass over the body, whoever sends it. Two are needed while one is rotated, four for two
 * endpoints.
 */
const MAX_SECRETS = 4
/** Scalekit sends one signature for each secret of an endpoint. */
const MAX_CANDIDATES = 10
/** HMAC-SHA-256 */
const MAC_BYTES = 32

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
  if (!secrets.every((secret) => secret !== undefined))
    return err('SCALEKIT_WEBHOOK_SECRET must be whsec_ and base64, as the Scalekit dashboard shows it')
  if (secrets.length > MAX_SECRETS)
    return err(`SCALEKIT_WEBHOOK_SECRET holds more than ${MAX_SECRETS} secrets: drop those that are replaced`)
  return ok(secrets)
}

/**
 * Verifies a webhook by the Standard Webhooks scheme: HMAC-SHA-256 over `id.timestamp.body`, any `v1`
 * signature by any of the secrets.
 *
 * Anybody can ask this, so the work is bounded: one pass over the body for each secret, whatever number of
 * signatures came.
 *
 * Stricter than Scalekit's SDK in four places where it is careless: the timestamp is a plain integer and
 * signed as it was received, an empty key is no key, a signature that is malformed does not hide a good one
 * behind it, and more than ten signatures are refused.
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

  const candidates = parseCandidates(signatures)
  if (candidates === undefined || candidates.length === 0) return refused('signature')

  const prefix = new TextEncoder().encode(`${id}.${timestamp}.`)
  const signed = new Uint8Array(prefix.length + body.length)
  signed.set(prefix)
  signed.set(body, prefix.length)
  for (const secret of secrets) {
    if (await isSignedWith(secret, candidates, signed)) return ok({ id })
  }
  return refused('signature')
}

/**
 * The `v1` signatures that could be one. Of too many, none: to look at the first ten would make it a matter
 * of their order whether a webhook is good.
 */
function parseCandidates(signatures: string): Uint8Array<ArrayBuffer>[] | undefined {
  const entries = signatures
    .split(' ')
    .map((entry) => entry.split(','))
    .filter(([version]) => version === 'v1')
  if (entries.length > MAX_CANDIDATES) return undefined
  return entries.flatMap(([, signature = '']) => {
    const bytes = decodeBase64(signature)
    return bytes?.length === MAC_BYTES ? [bytes] : []
  })
}

/**
 * A candidate is the MAC of the message if the MAC of the candidate is that of the MAC. So Web Crypto
 * compares, in constant time, and each comparison goes through 32 bytes and not through the message.
 */
async function isSignedWith(
  secret: WebhookSecret,
  candidates: readonly Uint8Array<ArrayBuffer>[],
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign', 'verify'])
  const mac = await crypto.subtle.sign('HMAC', key, signed)
  const macOfMac = await crypto.subtle.sign('HMAC', key, mac)
  for (const candidate of candidates) {
    if (await crypto.subtle.verify('HMAC', key, macOfMac, candidate)) return true
  }
  return false
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
