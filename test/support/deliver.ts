import { ACME } from './openid-provider.ts'
import { DOCS, type World } from './world.ts'

export const WEBHOOK_SECRET = `whsec_${btoa('a webhook secret for these tests')}`

interface EventOptions {
  readonly id?: string
  /** Epoch seconds, by Scalekit's clock; default now. */
  readonly occurredAt?: number
  readonly organization?: string | null
  readonly secret?: string
  /** Where Scalekit sends it. */
  readonly site?: string
}

/** Sends an event as Scalekit does: signed by the Standard Webhooks scheme. */
export async function deliver(
  at: World,
  type: string,
  data: unknown,
  options: EventOptions = {},
): Promise<Response> {
  const { id = `evt_${crypto.randomUUID()}`, organization = ACME, secret = WEBHOOK_SECRET } = options
  const { occurredAt = at.clock.seconds, site = DOCS } = options
  const body = JSON.stringify({
    spec_version: '1',
    id,
    type,
    object: 'Object',
    occurred_at: new Date(occurredAt * 1000).toISOString(),
    environment_id: 'env_1',
    organization_id: organization,
    data,
  })
  const timestamp = String(at.clock.seconds)
  const keyBytes = Uint8Array.from(atob(secret.slice(6)), (c) => c.charCodeAt(0))
  const key = await crypto.subtle.importKey('raw', keyBytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ])
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`msg_1.${timestamp}.${body}`))
  return at.fetch(
    new Request(`${site}/auth/webhooks`, {
      method: 'POST',
      body,
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${btoa(String.fromCharCode(...new Uint8Array(mac)))}`,
      },
    }),
  )
}
