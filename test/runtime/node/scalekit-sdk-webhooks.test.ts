import { createHmac } from 'node:crypto'
import { ScalekitClient } from '@scalekit-sdk/node'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { epochSeconds } from '../../../src/base/time.ts'
import { parseWebhookSecrets, verifyWebhook } from '../../../src/scalekit/webhook-signature.ts'

const sdk = new ScalekitClient('https://acme.scalekit.dev', 'skc_1', 'test_secret')

interface Delivery {
  readonly secret: string
  readonly id: string
  readonly timestamp: string
  readonly signature: string
  readonly body: string
}

function theirs({ secret, id, timestamp, signature, body }: Delivery): boolean {
  try {
    const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }
    return sdk.verifyWebhookPayload(secret, headers, body)
  } catch {
    return false
  }
}

async function ours({ secret, id, timestamp, signature, body }: Delivery): Promise<boolean> {
  const secrets = parseWebhookSecrets(secret)
  if (!secrets.ok) return false
  const headers = new Headers({
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  })
  const bytes = new TextEncoder().encode(body)
  return (await verifyWebhook(secrets.value, headers, bytes, epochSeconds(Date.now()))).ok
}

const mac = (key: Uint8Array, id: string, timestamp: string, body: string) =>
  createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes ...').toString('base64')}`
const KEY = Buffer.from(SECRET.slice(6), 'base64')
const now = () => Math.floor(Date.now() / 1000)

test('the verifier agrees with the one of the SDK on generated deliveries, good and bad', async () => {
  let accepted = 0
  // Base64 with + and / only: a secret with _ is one of the SDK's peculiarities, below.
  const key = fc.uint8Array({ minLength: 1, maxLength: 64 })
  const token = fc.stringMatching(/^[A-Za-z0-9_]{1,30}$/)
  // Far enough from the edge of the tolerance that a slow test does not change the answer.
  const offset = fc.oneof(fc.integer({ min: -280, max: 280 }), fc.constantFrom(-400, 400))
  const damage = fc.constantFrom(
    'none',
    'none',
    'none',
    'body',
    'id',
    'key',
    'signature',
    'version',
    'unpadded',
    'several',
  )
  await fc.assert(
    fc.asyncProperty(key, token, offset, fc.string(), damage, async (secretKey, id, seconds, body, kind) => {
      const timestamp = String(now() + seconds)
      const good = mac(secretKey, id, timestamp, body)
      const bad = mac(Buffer.from('other'), id, timestamp, body)
      const signatures: Record<string, string> = {
        signature: `v1,${bad}`,
        version: `v2,${good}`,
        unpadded: `v1,${good.replace(/=+$/, '')}`,
        several: `v0,x v1,${bad} v1,${good}`,
      }
      const delivery = {
        secret: `whsec_${Buffer.from(kind === 'key' ? [...secretKey, 1] : secretKey).toString('base64')}`,
        id: kind === 'id' ? `${id}x` : id,
        timestamp,
        signature: signatures[kind] ?? `v1,${good}`,
        body: kind === 'body' ? `${body} ` : body,
      }
      const verdict = await ours(delivery)
      if (verdict) accepted += 1
      expect(verdict).toBe(theirs(delivery))
    }),
    { numRuns: 400 },
  )
  expect(accepted).toBeGreaterThan(50)
})

const signed = (timestamp: string, signedTimestamp = timestamp): Delivery => ({
  secret: SECRET,
  id: 'msg_1',
  timestamp,
  signature: `v1,${mac(KEY, 'msg_1', signedTimestamp, '{}')}`,
  body: '{}',
})

test.each([
  ['a timestamp with text behind it', () => signed(`${now()}abc`, String(now()))],
  ['a timestamp with zeros before it', () => signed(`00${now()}`, String(now()))],
  ['a timestamp with a fraction', () => signed(`${now()}.9`, String(now()))],
  [
    'an empty key',
    () => ({
      ...signed(String(now())),
      secret: 'whsec_',
      signature: `v1,${mac(new Uint8Array(), 'msg_1', String(now()), '{}')}`,
    }),
  ],
  [
    'a secret with another prefix',
    () => ({ ...signed(String(now())), secret: SECRET.replace('whsec', 'foo') }),
  ],
])('the SDK accepts %s, and we refuse', async (_case, make) => {
  const delivery = make()
  expect([theirs(delivery), await ours(delivery)]).toEqual([true, false])
})

test.each([
  ['a malformed signature before a good one', (good: string) => `v1,abc ${good}`],
  ['an entry without a signature before a good one', (good: string) => `v1 ${good}`],
])('the SDK refuses %s, and we accept', async (_case, make) => {
  const delivery = signed(String(now()))
  const with2 = { ...delivery, signature: make(delivery.signature) }
  expect([theirs(with2), await ours(with2)]).toEqual([false, true])
})

test('the SDK cuts a secret at its second underscore, and we do not', async () => {
  const key = Buffer.from([0xfb, 0xff, 0xbf, 0xff, 0xef, 0xff])
  const secret = `whsec_${key.toString('base64url')}`
  expect(secret.slice(6)).toContain('_')
  const timestamp = String(now())
  const delivery = {
    secret,
    id: 'msg_1',
    timestamp,
    signature: `v1,${mac(key, 'msg_1', timestamp, '{}')}`,
    body: '{}',
  }
  expect([theirs(delivery), await ours(delivery)]).toEqual([false, true])
})
