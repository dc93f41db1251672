import { expect, test } from 'vitest'
import { parseKeyRing } from '../../../src/crypto/key-ring.ts'
import { newKeys } from '../../../src/crypto/new-keys.ts'

test('keys made by the command are what a deployment accepts, and differ each time', async () => {
  const [first, second] = [await newKeys(), await newKeys()]
  const parsed = await parseKeyRing(first)
  expect(parsed).toMatchObject({ ok: true })
  expect(parsed.ok && parsed.value.assertionPublicKeys).toHaveLength(1)
  expect(second).not.toBe(first)
})
