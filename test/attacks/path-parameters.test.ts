import { expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
import { createWorld, DOCS } from '../support/world.ts'

const config = defineConfig({
  sites: {
    'docs.example.com': {
      upstream: assets(),
      rules: [
        { path: '/docs/internal/*', access: 'authenticated' },
        { path: '/docs/*', access: 'public' },
      ],
    },
  },
})

test.each([
  ['/docs/internal;x/secret'],
  ['/docs/internal%3bx/secret'],
  ['/docs/;/internal/secret'],
  ['/docs/;v=1/internal'],
  ['/docs/internal%23'],
  ['/docs/internal%3fpage'],
  ['/docs/internal;x%23/secret'],
])('%s, which some servers read as a page of a narrower rule, is refused (CVE-2026-41059)', async (path) => {
  const at = await createWorld({ config })
  const response = await at.browser().visit(DOCS + path)
  expect(response.status).toBe(400)
  expect(at.refusals).toEqual(['rules_disagree'])
  expect(at.pages.requests).toEqual([])
})

test.each([['/docs/page;v=1'], ['/docs/a;b/c;d'], ['/docs/C%23.html'], ['/docs/why%3f']])(
  '%s, which one rule covers however it is read, passes',
  async (path) => {
    const at = await createWorld({ config })
    expect((await at.browser().visit(DOCS + path)).status).toBe(200)
  },
)
