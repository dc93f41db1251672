import { expect, test } from 'vitest'
import { createWorld, DOCS, LOCAL } from '../support/world.ts'

test.each([
  ['a Cookie header', '/', { Cookie: `a=${'x'.repeat(16_385)}` }, 'cookie header'],
  [
    'many cookies',
    '/',
    { Cookie: Array.from({ length: 2000 }, (_, at) => `cookie-${at}=1`).join('; ') },
    'cookie header',
  ],
  ['any header', '/', { 'X-Any': 'x'.repeat(16_385) }, 'x-any header'],
  [
    'all headers together',
    '/',
    Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`X-Any-${at}`, 'x'.repeat(90)])),
    'headers',
  ],
  ['an address', `/?${'x'.repeat(16_384)}`, {}, 'address'],
])('%s that is too long is a 431 in plain words (RFC 6585 section 5)', async (_case, path, headers, part) => {
  for (const site of [DOCS, LOCAL]) {
    for (const route of [path, `/auth/session${path.slice(1)}`, `/private${path.slice(1)}`]) {
      const world = await createWorld()
      const response = await world.fetch(new Request(site + route, { headers }))
      expect(response.status).toBe(431)
      expect(await response.json()).toMatchObject({
        code: 'bad_request',
        detail: expect.stringContaining(part),
      })
      expect(world.pages.requests).toEqual([])
    }
  }
})

test('what fits passes', async () => {
  const world = await createWorld()
  const headers = { Cookie: `a=${'x'.repeat(16_000)}` }
  expect((await world.fetch(new Request(`${DOCS}/`, { headers }))).status).toBe(200)
})
