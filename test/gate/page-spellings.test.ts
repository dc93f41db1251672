import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { assets, defineConfig, passthrough, type Rule } from '../../src/config.ts'
import { matchRule } from '../../src/gate/policy.ts'
import { compileSites, findSite } from '../../src/gate/site-directory.ts'
import { createWorld, DOCS, realEnv } from '../flows/world.ts'

afterEach(() => reset())

const SPELLINGS = ['/acme', '/acme/', '/acme.html', '/acme/index', '/acme/index.html']
const HOME = ['/', '/index', '/index.html']

const indexOf = (rules: Rule[], path: string, upstream = assets()) => {
  const site = findSite(compileSites({ sites: { '*': { upstream, rules } } }), 'docs.example.com')
  return site === undefined ? undefined : matchRule(site, path, 'GET')?.index
}

describe('static hosting answers several spellings from one file, so one rule covers them', () => {
  test.each(SPELLINGS.flatMap((rule) => SPELLINGS.map((path) => [rule, path])))(
    'rule %s, request %s',
    (rule, path) => {
      expect(indexOf([{ path: rule, access: 'public' }], path)).toBe(0)
    },
  )

  test.each(HOME.flatMap((rule) => HOME.map((path) => [rule, path])))('rule %s, request %s', (rule, path) => {
    expect(indexOf([{ path: rule, access: 'public' }], path)).toBe(0)
  })

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
