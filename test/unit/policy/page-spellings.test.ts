import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { assets, defineConfig, passthrough, type Rule } from '../../../src/config.ts'
import { compileSites, findSite } from '../../../src/policy/site-directory.ts'
import { ruleFor } from '../../support/rule-for.ts'
import { createWorld, DOCS, realEnv } from '../../support/world.ts'

afterEach(() => reset())

/** One file, whatever `html_handling` says. */
const SPELLINGS = ['/acme', '/acme/', '/acme.html', '/acme/index.html']
const HOME = ['/', '/index.html']

const indexOf = (rules: Rule[], path: string, upstream = assets()) => {
  const site = findSite(compileSites({ sites: { '*': { upstream, rules } } }), 'docs.example.com')
  return site === undefined ? undefined : ruleFor(site, path)?.index
}

describe('static hosting answers several spellings from one file, so one rule covers them', () => {
  test.each([...SPELLINGS, '/acme/index'].flatMap((rule) => SPELLINGS.map((path) => [rule, path])))(
    'rule %s, request %s',
    (rule, path) => {
      expect(indexOf([{ path: rule, access: 'public' }], path)).toBe(0)
    },
  )

  test.each([...HOME, '/index'].flatMap((rule) => HOME.map((path) => [rule, path])))(
    'rule %s, request %s',
    (rule, path) => {
      expect(indexOf([{ path: rule, access: 'public' }], path)).toBe(0)
    },
  )

  test.each(['/acme.htm', '/acme.html.bak', '/acmehtml', '/acme/indexes', '/acme/index.htm'])(
    'but not %s, which is another file',
    (path) => {
      expect(indexOf([{ path: '/acme', access: 'public' }], path)).toBeUndefined()
    },
  )

  test('before another kind of upstream each is an address of its own', () => {
    expect(indexOf([{ path: '/acme', access: 'public' }], '/acme.html', passthrough())).toBeUndefined()
  })
})

describe('a folder that is called like a page is not that page', () => {
  test.each([
    ['/index/*', '/'],
    ['/index/*', '/secret'],
    ['/index/*', '/admin/'],
    ['/index/', '/'],
    ['/', '/index/'],
    ['/', '/index/index.html'],
    ['/docs', '/docs/index/'],
    ['/docs', '/docs.html/'],
    ['/docs', '/docs.html/index.html'],
    ['/v1.html/*', '/v1/x'],
    ['/v1.html/*', '/v1'],
    ['/docs.html/', '/docs'],
  ])('what %s opens does not open %s', (rule, path) => {
    expect(indexOf([{ path: rule, access: 'public' }], path)).toBeUndefined()
  })

  test('where `html_handling` decides whether it is one, a stricter rule of either counts', () => {
    const strictPage: Rule[] = [
      { path: '/docs', require: { roles: ['admin'] } },
      { path: '/*', access: 'public' },
    ]
    expect(indexOf(strictPage, '/docs/index/')).toBe(0)
    expect(indexOf(strictPage, '/docs/index')).toBe(0)
    const strictFolder: Rule[] = [
      { path: '/docs', access: 'public' },
      { path: '/docs/index/*', require: { roles: ['admin'] } },
    ]
    expect(indexOf(strictFolder, '/docs/index/')).toBe(1)
    expect(indexOf(strictFolder, '/docs')).toBe(0)
  })
})

test.each(['/team/reports/index.html', '/team/reports/index', '/team/reports/', '/team/reports'])(
  'a rule written for a file protects the page where it is really served: %s',
  async (path) => {
    const rules: Rule[] = [
      { path: '/team/reports/index.html', require: { roles: ['admin'], organizations: ['*'] } },
      { path: '/*', access: 'public' },
    ]
    const config = defineConfig({ sites: { 'docs.example.com': { upstream: assets(), rules } } })
    const at = await createWorld({ config, env: { ASSETS: realEnv.ASSETS } })
    expect((await at.browser().visit(DOCS + path)).status).toBe(302)
    expect((await at.browser().visit(`${DOCS}/team/`)).status).toBe(200)
  },
)
