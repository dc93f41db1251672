import { describe, expect, test } from 'vitest'
import type { EpochSeconds } from '../../../src/base/time.ts'
import {
  parseWebhookSecrets,
  verifyWebhook,
  type WebhookSecret,
} from '../../../src/scalekit/webhook-signature.ts'

// The vector of Scalekit's scheme, computed with an independent implementation.
const SECRET = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX'
const ID = 'msg_2b9example'
const TIMESTAMP = 1767225600
const BODY = '{"spec_version":"1","id":"evt_1","type":"organization.sso_disabled"}'
const SIGNATURE = 'v1,tR8t0crxLj2CxcBf1KLn88OTk3ynowVT5je+E7Jldks='

const secretsOf = (text: string): readonly WebhookSecret[] => {
  const parsed = parseWebhookSecrets(text)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.value
}

interface Delivery {
  readonly secret?: string
  readonly id?: string | null
  readonly timestamp?: string | null
  readonly signature?: string | null
  readonly body?: string | Uint8Array
  readonly now?: number
}

function verify(delivery: Delivery) {
  const headers = new Headers()
  const set = (name: string, value: string | null | undefined, fallback: string) => {
    if (value !== null) headers.set(name, value ?? fallback)
  }
  set('webhook-id', delivery.id, ID)
  set('webhook-timestamp', delivery.timestamp, String(TIMESTAMP))
  set('webhook-signature', delivery.signature, SIGNATURE)
  const body = delivery.body ?? BODY
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  return verifyWebhook(
    secretsOf(delivery.secret ?? SECRET),
    headers,
    bytes,
    (delivery.now ?? TIMESTAMP) as EpochSeconds,
  )
}

const refused = (check: string) => ({ ok: false, error: { reason: 'webhook_invalid', check } })
const WRONG = `v1,${btoa('x'.repeat(32))}`

test('the test vector passes', async () => {
  expect(await verify({})).toEqual({ ok: true, value: { id: ID } })
})

describe('several signatures and secrets', () => {
  test.each([
    ['a wrong signature before a good one', `${WRONG} ${SIGNATURE}`],
    ['a signature of another version before a good one', `v1a,abc ${SIGNATURE}`],
    ['a signature without padding', SIGNATURE.replace('=', '')],
    ['a signature in the URL alphabet', SIGNATURE.replace('+', '-')],
    ['a third part behind the signature', `${SIGNATURE},extra`],
  ])('accepts %s, as the SDK does', async (_case, signature) => {
    expect(await verify({ signature })).toMatchObject({ ok: true })
  })

  test.each([
    ['a wrong signature of another length before a good one', `v1,abc ${SIGNATURE}`],
    ['an entry without a signature before a good one', `v1 ${SIGNATURE}`],
    ['an entry that is no base64 before a good one', `v1,!!! ${SIGNATURE}`],
  ])('accepts %s, where the SDK gives up', async (_case, signature) => {
    expect(await verify({ signature })).toMatchObject({ ok: true })
  })

  test('looks at ten signatures, and refuses more whatever their order', async () => {
    const wrong = (count: number) => Array<string>(count).fill(WRONG).join(' ')
    expect(await verify({ signature: `${wrong(9)} ${SIGNATURE}` })).toMatchObject({ ok: true })
    expect(await verify({ signature: `${wrong(10)} ${SIGNATURE}` })).toEqual(refused('signature'))
    expect(await verify({ signature: `${SIGNATURE} ${wrong(10)}` })).toEqual(refused('signature'))
    const others = Array<string>(20).fill('v1a,abc').join(' ')
    expect(await verify({ signature: `${others} ${SIGNATURE}` })).toMatchObject({ ok: true })
  })

  test('accepts a signature by either secret while one is rotated', async () => {
    const other = `whsec_${btoa('another secret of some length')}`
    expect(await verify({ secret: `${other} ${SECRET}` })).toMatchObject({ ok: true })
    expect(await verify({ secret: `${SECRET},${other}` })).toMatchObject({ ok: true })
    expect(await verify({ secret: other })).toEqual(refused('signature'))
  })
})

describe('refuses', () => {
  test.each([
    ['no id', { id: null }, 'headers'],
    ['no timestamp', { timestamp: null }, 'headers'],
    ['no signature', { signature: null }, 'headers'],
    ['an altered body', { body: `${BODY} ` }, 'signature'],
    [
      'reordered JSON',
      { body: '{"id":"evt_1","spec_version":"1","type":"organization.sso_disabled"}' },
      'signature',
    ],
    ['another id', { id: 'msg_other' }, 'signature'],
    ['another timestamp', { timestamp: String(TIMESTAMP + 1) }, 'signature'],
    ['a wrong signature', { signature: WRONG }, 'signature'],
    ['an unknown version', { signature: SIGNATURE.replace('v1', 'v2') }, 'signature'],
    ['a timestamp with text behind it, which the SDK takes', { timestamp: `${TIMESTAMP}abc` }, 'timestamp'],
    ['a timestamp with zeros before it, which the SDK takes', { timestamp: `00${TIMESTAMP}` }, 'timestamp'],
    ['a timestamp with a fraction, which the SDK takes', { timestamp: `${TIMESTAMP}.9` }, 'timestamp'],
    ['a negative timestamp', { timestamp: `-${TIMESTAMP}` }, 'timestamp'],
    ['one second too old', { now: TIMESTAMP + 301 }, 'timestamp'],
    ['one second too new', { now: TIMESTAMP - 301 }, 'timestamp'],
  ] as const)('%s', async (_case, delivery, check) => {
    expect(await verify(delivery)).toEqual(refused(check))
  })

  test.each([
    ['shorter', -1],
    ['longer', 1],
  ])('a signature that is a byte %s', async (_case, more) => {
    const bytes = atob(SIGNATURE.slice(3))
    const signature = `v1,${btoa(more < 0 ? bytes.slice(0, more) : `${bytes}x`)}`
    expect(await verify({ signature })).toEqual(refused('signature'))
  })

  test('each flipped bit of the signature', async () => {
    const bytes = Uint8Array.from(atob(SIGNATURE.slice(3)), (c) => c.charCodeAt(0))
    for (let bit = 0; bit < bytes.length * 8; bit += 7) {
      const flipped = bytes.slice()
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const signature = `v1,${btoa(String.fromCharCode(...flipped))}`
      expect(await verify({ signature }), `bit ${bit}`).toEqual(refused('signature'))
    }
  })
})

test.each([300, -300])('accepts a clock that is %i seconds off', async (offset) => {
  expect(await verify({ now: TIMESTAMP + offset })).toMatchObject({ ok: true })
})

test('the bytes are verified as they came, valid UTF-8 or not', async () => {
  const body = new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])
  const key = await crypto.subtle.importKey(
    'raw',
    secretsOf(SECRET)[0] as WebhookSecret,
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const signed = new Uint8Array([...new TextEncoder().encode(`${ID}.${TIMESTAMP}.`), ...body])
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, signed))
  expect(await verify({ body, signature: `v1,${btoa(String.fromCharCode(...mac))}` })).toMatchObject({
    ok: true,
  })
})

describe('SCALEKIT_WEBHOOK_SECRET', () => {
  test('may be absent: then there are no webhooks', () => {
    expect(parseWebhookSecrets(undefined)).toEqual({ ok: true, value: [] })
    expect(parseWebhookSecrets('')).toEqual({ ok: true, value: [] })
  })

  test.each([
    ['empty behind its prefix, which the SDK takes for a key', 'whsec_'],
    ['without its prefix', 'AAECAwQF'],
    ['with another prefix, which the SDK takes', 'foo_AAECAwQF'],
    ['not base64', 'whsec_!!!!'],
    ['one good and one bad', `${SECRET} whsec_`],
    ['not text', 7],
    ['more than four', Array(5).fill(SECRET).join(' ')],
  ])('is a problem where it is %s, and is not quoted', (_case, text) => {
    const parsed = parseWebhookSecrets(text)
    expect(parsed).toMatchObject({ ok: false, error: expect.stringContaining('SCALEKIT_WEBHOOK_SECRET') })
    expect(JSON.stringify(parsed)).not.toContain('AAECAwQF')
  })
})
