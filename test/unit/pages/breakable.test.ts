import { jsx } from 'hono/jsx'
import { expect, test } from 'vitest'
import { Breakable } from '../../../src/pages/breakable.tsx'

test.each([
  ['Sign in to docs.example.com', 'Sign in to docs.example.com'],
  ['Continue as jane.doe@acme.example?', 'Continue as jane.doe@acme.example?'],
  ['Use maximiliane@departments.example', 'Use maximiliane<wbr/>@departments.example'],
  ['a-host-with-a-long-name.example.com', 'a-host-with-a-long-name<wbr/>.example<wbr/>.com'],
  ['Details an Ihre IT-Abteilung', 'Details an Ihre <span class="whole">IT-Abteilung</span>'],
  ['<b> & <i>', '&lt;b&gt; &amp; &lt;i&gt;'],
])('%s', (text, html) => {
  expect(`${jsx('p', {}, jsx(Breakable, { text }))}`).toBe(`<p>${html}</p>`)
})
