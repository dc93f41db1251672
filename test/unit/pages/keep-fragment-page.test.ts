import { expect, test } from 'vitest'
import { keepFragmentPage } from '../../../src/pages/keep-fragment-page.tsx'
import { words as english } from '../../../src/pages/words/en.ts'
import type { CanonicalUrl } from '../../../src/policy/canonical-url.ts'

const words = english()

const HOSTILE = `x'"></title></style></noscript><script>alert(1)</script><img src=x onerror=alert(1)>&amp;`

const url = { host: HOSTILE } as CanonicalUrl

test('whatever is shown is text, not markup, and no part of it is in the script', async () => {
  const html = await keepFragmentPage({ url }, words, `https://docs.example.com/${HOSTILE}`).text()
  expect(html).toMatch(/^<!doctype html><html lang="en" dir="ltr">/)
  const elements: string[] = []
  const attributes = new Set<string>()
  let script = ''
  const rewriter = new HTMLRewriter()
    .on('*', {
      element(element) {
        elements.push(element.tagName)
        for (const [name = ''] of element.attributes) attributes.add(name)
      },
    })
    .on('script', {
      text({ text }) {
        script += text
      },
    })
  await rewriter.transform(new Response(html, { headers: { 'Content-Type': 'text/html' } })).text()
  expect(elements.filter((name) => name === 'script')).toHaveLength(1)
  expect(elements).not.toContain('img')
  expect([...attributes].filter((name) => name.startsWith('on') || name === 'src')).toEqual([])
  expect(script).not.toContain('alert')
  const other = await keepFragmentPage({ url }, words, 'https://docs.example.com/').text()
  expect(other).toContain(script)
})
