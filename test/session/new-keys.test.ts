import { expect, test } from 'vitest'
import { parseKeyRing } from '../../src/session/key-ring.ts'
import { newKeys } from '../../src/session/new-keys.ts'

test('keys made by the command are what a deployment accepts, and differ each time', async () => {
  const [first, second] = [await newKeys(), await newKeys()]
  const parsed = await parseKeyRing(first)
  expect(parsed).toMatchObject({ ok: true })
  expect(parsed.ok && parsed.value.assertionPublicKeys).toHaveLength(1)
  expect(second).not.toBe(first)
})
