import { expect, test } from 'vitest'
import { assets, defineConfig, origin } from '../../src/config.ts'
import { createWorld } from '../support/world.ts'

/**
 * What is left of a path when its prefix is taken off has readings of its own: rules have judged `/api//x/admin`, and a server that is
 * asked for `//x/admin` takes `x` for a host and answers with `/admin`, as `new URL(request.url, base)` in Node does.
 */

const SITE = 'https://shop.example.com'
const API = 'https://api.internal.example'

test.each([
  '/api//x/admin/secret',
  '/api/%2Fx/admin/secret',
  '/api/%5Cx/admin/secret',
  '/api/;//x/admin/secret',
  '/api/%252Fx/admin/secret',
])('%s does not become another path behind a prefix', async (path) => {
  const asked: string[] = []
  const world = await createWorld()
  const upstream = origin(API, { stripPrefix: '/api' })
  world.deploy({
    config: defineConfig({
      sites: {
        'shop.example.com': {
          upstream: assets(),
          rules: [
            { path: '/api/admin/*', access: 'authenticated', upstream },
            { path: '/api/*', access: 'public', upstream },
          ],
        },
      },
    }),
    fetch: async (input) => {
      asked.push(new Request(input as Request).url)
      return new Response('secret')
    },
  })
  const response = await world.fetch(new Request(SITE + path))
  expect(asked).toEqual([])
  expect(response.status).toBe(400)
})
