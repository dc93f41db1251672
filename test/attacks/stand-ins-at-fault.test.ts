import { expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
import { createWorld, type World } from '../support/world.ts'

/**
 * With `not_found_handling = "single-page-application"` whatever is missing is answered by the page at the root of all files. The files are asked
 * once which answer that is. They may fail at that moment, and must not be taken at their word for as long as the isolate lives.
 */

const ROOT = 'the page at the root of all files'
const CONFIG = defineConfig({
  sites: {
    'acme.example.com': { upstream: assets({ folder: '/acme' }), rules: [{ path: '/*', access: 'public' }] },
    'app.example.com': {
      upstream: assets({ spa: true }),
      rules: [{ path: '/' }, { path: '/*', access: 'public' }],
    },
  },
})

const rootPage = (): Response => new Response(ROOT, { headers: { ETag: '"root"' } })

/** Files of which none is there but that page. @param atFirst what the files answer to the first question of ours */
async function open(atFirst: () => Response): Promise<World> {
  const world = await createWorld({ config: CONFIG })
  let asked = 0
  world.pages.answer = ({ method }) => {
    if (method !== 'HEAD') return rootPage()
    asked += 1
    return asked === 1 ? atFirst() : rootPage()
  }
  return world
}

test.each([
  ['an error', () => new Response('try again', { status: 500 })],
  ['that they are busy', () => new Response('slow down', { status: 429 })],
  ['that they do not know', () => new Response(null, { status: 503 })],
])(
  'files that answer %s, once, do not open what is outside of a folder, then or later',
  async (_what, atFirst) => {
    const world = await open(atFirst)
    for (let time = 0; time < 3; time += 1) {
      const response = await world.fetch(new Request('https://acme.example.com/nowhere'))
      expect(await response.text()).not.toContain(ROOT)
      expect(response.status).toBe(time === 0 ? 502 : 404)
    }
  },
)

test('nor a guarded home page by a public path', async () => {
  const world = await open(() => new Response(null, { status: 503 }))
  for (let time = 0; time < 3; time += 1) {
    const response = await world.fetch(new Request('https://app.example.com/nowhere'))
    expect(await response.text()).not.toContain(ROOT)
    expect(response.status).toBe(time === 0 ? 502 : 401)
  }
})

test('nor the page beside a folder that has no home page', async () => {
  const world = await createWorld({ config: CONFIG })
  let asked = 0
  // `html_handling` takes `/acme/index.html` for a name of `/acme.html`, unless there is a file of the first name.
  world.pages.answer = ({ method, url }) => {
    const { pathname } = new URL(url)
    if (pathname === '/acme/index.html')
      return new Response(null, { status: 307, headers: { Location: '/acme' } })
    if (pathname === '/acme') return new Response('the page beside', { headers: { ETag: '"beside"' } })
    if (method === 'HEAD' && pathname === '/acme/index/') {
      asked += 1
      return new Response(null, { status: asked === 1 ? 503 : 404 })
    }
    return new Response(null, { status: 404 })
  }
  for (let time = 0; time < 2; time += 1) {
    const response = await world.fetch(new Request('https://acme.example.com/'))
    expect(await response.text()).not.toContain('the page beside')
    expect(response.status).toBe(time === 0 ? 502 : 404)
  }
})
