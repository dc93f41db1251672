import type { Page } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { signInPage } from '../../../src/pages/sign-in-page.tsx'
import { loadWords } from '../../../src/pages/words/words.ts'
import { useBrowser } from '../../support/node/use-browser.ts'
import { DOCS, visitTo } from '../../support/pages/places.ts'

const shared = useBrowser()
const LOGO = `https://${DOCS}/favicon.svg`

let page: Page
beforeEach(async () => {
  page = await (await shared.browser.newContext({ viewport: { width: 390, height: 700 } })).newPage()
})
afterEach(() => page.context().close())

const svg = (width: number, height: number) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><circle r="4"/></svg>`

/** Opens the sign-in page of a site whose logo is this, and says what is seen in its place, and how often the logo was asked for. */
async function openWith(logo: { status?: number; contentType?: string; body?: string } | 'unreachable') {
  let asked = 0
  await page.route(`https://${DOCS}/`, async (route) => {
    const response = signInPage(visitTo('en', DOCS), await loadWords('en'), { hidden: {} })
    await route.fulfill({ headers: Object.fromEntries(response.headers), body: await response.text() })
  })
  await page.route(LOGO, (route) => {
    asked += 1
    return logo === 'unreachable' ? route.abort() : route.fulfill(logo)
  })
  await page.goto(`https://${DOCS}/`)
  const seen = await page.locator('.badge').evaluate((badge) => {
    const frame = badge.getBoundingClientRect()
    const shown = (element: Element | null) => {
      const box = element?.getBoundingClientRect() ?? new DOMRect()
      const width = Math.min(box.right, frame.right) - Math.max(box.left, frame.left)
      const height = Math.min(box.bottom, frame.bottom) - Math.max(box.top, frame.top)
      return Math.max(width, 0) * Math.max(height, 0)
    }
    return { logo: shown(badge.querySelector('img')), letter: shown(badge.querySelector('.mark')) }
  })
  return { ...seen, asked }
}

test.each([
  ['a square', svg(40, 40)],
  ['a wide one', svg(400, 40)],
  ['one that is wider than there is room', svg(4000, 40)],
  ['a narrow one', svg(10, 40)],
  ['a tiny one', svg(2, 2)],
])('a logo has the place to itself: %s', async (_case, body) => {
  const { logo, letter, asked } = await openWith({ contentType: 'image/svg+xml', body })
  expect(logo).toBeGreaterThan(0)
  expect([letter, asked]).toEqual([0, 1])
})

test.each([
  ['is missing', { status: 404, body: 'nothing is here' }],
  ['is no image', { contentType: 'image/png', body: '<!doctype html>' }],
  ['cannot be reached', 'unreachable'],
] as const)('where it %s stands the letter of the site, without a second request', async (_case, answer) => {
  const { logo, letter, asked } = await openWith(answer)
  expect([logo, asked]).toEqual([0, 1])
  // All of it.
  expect(letter).toBe(32 * 40)
})
