import { describe, expect, test } from 'vitest'
import { useSignedIn } from '../../support/node/gated-origin.ts'
import { rawRequest, sendRaw } from '../../support/node/raw-http.ts'

const gated = useSignedIn()

type Headers = readonly (readonly [name: string, value: string])[]

const KIB = 1024
/** The runtime itself refuses the longest, with 414 or 431. */
const REFUSED = [414, 431]

async function statusOf(target: string, headers: Headers): Promise<number> {
  const { port } = gated.world
  const host = ['Host', `localhost:${port}`] as const
  return (await sendRaw(port, rawRequest('GET', target, [host, ...headers]))).status
}

async function expectRefused(target: string, headers: Headers): Promise<void> {
  const status = await statusOf(target, headers)
  expect(REFUSED).toContain(status)
  expect(gated.world.origin.seen).toEqual([])
}

describe.each([
  ['signed out, on a public path', '/public/x', false],
  ['signed in', '/page', true],
])('%s, what is too long is refused and reaches nobody', (_visit, path, isSignedIn) => {
  const own = (): Headers => (isSignedIn ? [['Cookie', gated.cookie]] : [])

  test.each([20, 60, 100, 300])('a header of %d KB', async (size) => {
    await expectRefused(path, [...own(), ['X-Long', 'x'.repeat(size * KIB)]])
    await expectRefused(path, [...own(), ['x'.repeat(size * KIB), 'x']])
  })

  test.each([20, 60, 100, 300])('cookies of %d KB', async (size) => {
    await expectRefused(path, [
      ['Cookie', `${isSignedIn ? `${gated.cookie}; ` : ''}a=${'x'.repeat(size * KIB)}`],
    ])
  })

  test.each([20, 60, 300])('an address of %d KB', async (size) => {
    await expectRefused(`${path}?${'x'.repeat(size * KIB)}`, own())
    await expectRefused(`${path}/${'x'.repeat(size * KIB)}`, own())
    await expectRefused(`${path}/${'%61'.repeat((size * KIB) / 3)}`, own())
  })

  test.each([
    ['many small headers', 3000, 10],
    ['many headers', 100, 1000],
  ])('%s', async (_case, count, size) => {
    const many = Array.from({ length: count }, (_, n) => [`X-${n}`, 'x'.repeat(size)] as const)
    await expectRefused(path, [...own(), ...many])
  })

  test('one header a thousand times', async () => {
    await expectRefused(path, [...own(), ...Array(1000).fill(['X-Same', 'x'.repeat(40)])])
  })

  test('and what browsers send passes', async () => {
    expect(await statusOf(path, [...own(), ['X-Long', 'x'.repeat(8 * KIB)]])).toBe(200)
    expect(gated.world.origin.seen.length).toBe(1)
  })
})
