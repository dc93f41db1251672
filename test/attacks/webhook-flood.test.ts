import { expect, test, vi } from 'vitest'
import { createWorld, DOCS, type World } from '../support/world.ts'

const SECRET = `whsec_${btoa('a webhook secret for these tests')}`
const OTHER = `whsec_${btoa('the secret that replaces it soon')}`
const BODY = new Uint8Array(250_000).fill(0x20)
const WRONG = `v1,${btoa('x'.repeat(32))}`
/** As many of these as of nothing else fit into a header. */
const SHORT = 'v1,AA'

const post = (world: World, signatures: readonly string[]) =>
  world.fetch(
    new Request(`${DOCS}/auth/webhooks`, {
      method: 'POST',
      body: BODY,
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(world.clock.seconds),
        'webhook-signature': signatures.join(' '),
      },
    }),
  )

/** How often Web Crypto went through a whole body, and how often it was asked at all. */
async function cryptoCalls(run: () => Promise<unknown>): Promise<{ overTheBody: number; all: number }> {
  const spies = [vi.spyOn(crypto.subtle, 'sign'), vi.spyOn(crypto.subtle, 'verify')]
  await run()
  const data = spies.flatMap((spy) => spy.mock.calls.map((call) => call.at(-1) as Uint8Array))
  for (const spy of spies) spy.mockRestore()
  return { overTheBody: data.filter((bytes) => bytes.byteLength > 1000).length, all: data.length }
}

test.each<[string, string, readonly string[], number]>([
  ['2,600 signatures', SECRET, Array(2600).fill(SHORT), 0],
  ['eleven signatures', SECRET, Array(11).fill(WRONG), 0],
  ['ten signatures', SECRET, Array(10).fill(WRONG), 1],
  ['ten signatures of no length', SECRET, Array(10).fill(SHORT), 0],
  ['one signature', SECRET, [WRONG], 1],
  ['ten signatures while a secret is rotated', `${SECRET} ${OTHER}`, Array(10).fill(WRONG), 2],
])(
  'a webhook with %s costs at most one pass over its body for each secret',
  async (_case, secret, signatures, passes) => {
    const world = await createWorld({ env: { SCALEKIT_WEBHOOK_SECRET: secret } })
    await world.browser().visit(`${DOCS}/auth/health`)
    const calls = await cryptoCalls(async () => {
      expect((await post(world, signatures)).status).toBe(400)
    })
    expect(calls.overTheBody).toBe(passes)
    expect(calls.all).toBeLessThanOrEqual(24)
    expect(world.log.at(-1)?.refusal).toEqual({ reason: 'webhook_invalid', check: 'signature' })
  },
)
