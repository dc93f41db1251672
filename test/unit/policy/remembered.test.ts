import { expect, test } from 'vitest'
import { assets, type Rule } from '../../../src/config.ts'
import { parseCanonicalUrl } from '../../../src/policy/canonical-url.ts'
import { route } from '../../../src/policy/policy.ts'
import { compileSites } from '../../../src/policy/site-directory.ts'

const sitesWith = (...rules: Rule[]) =>
  compileSites({ sites: { 'docs.example.com': { upstream: assets(), rules } } })

function indexAt(sites: ReturnType<typeof sitesWith>, url: string, method = 'GET'): number | undefined {
  const routed = route(sites, parseCanonicalUrl(url), method)
  return routed.kind === 'page' ? routed.rule?.index : undefined
}

test('where an address leads on one deployment says nothing of another', () => {
  const narrow = sitesWith({ path: '/a', access: 'public' }, { path: '/*', access: 'authenticated' })
  const broad = sitesWith({ path: '/*', access: 'authenticated' })
  for (const _again of [1, 2]) {
    expect(indexAt(narrow, 'https://docs.example.com/a')).toBe(0)
    expect(indexAt(narrow, 'https://docs.example.com/b')).toBe(1)
    expect(indexAt(broad, 'https://docs.example.com/a')).toBe(0)
    expect(indexAt(broad, 'https://docs.example.com/b')).toBe(0)
  }
})

test('what a GET of an address leads to says nothing of another method', () => {
  const sites = sitesWith(
    { path: '/a', methods: ['GET'], access: 'public' },
    { path: '/a', methods: ['POST'], access: 'authenticated' },
  )
  for (const _again of [1, 2]) {
    expect(indexAt(sites, 'https://docs.example.com/a')).toBe(0)
    expect(indexAt(sites, 'https://docs.example.com/a', 'POST')).toBe(1)
    expect(indexAt(sites, 'https://docs.example.com/a', 'PUT')).toBeUndefined()
  }
})

test('an address is remembered by its whole text', () => {
  const texts = ['https://a.example/x', 'http://a.example/x', 'https://a.example/x?y', 'https://b.example/x']
  for (const _again of [1, 2]) {
    for (const text of texts) {
      const url = parseCanonicalUrl(text)
      expect(url.ok && url.value.href).toBe(text)
    }
  }
})

test('more addresses than are remembered are still read right', () => {
  for (let at = 0; at < 2500; at += 1) {
    const url = parseCanonicalUrl(`https://docs.example.com/page-${at % 1200}`)
    expect(url.ok && url.value.path).toBe(`/page-${at % 1200}`)
  }
})
