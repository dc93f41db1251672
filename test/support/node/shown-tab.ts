import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Elsewhere, OtherPage } from '../pages/elsewhere.ts'
import type { ShownPage } from '../pages/shown-page.ts'

const SITE = join(import.meta.dirname, '../../../site')
const ORIGIN = 'https://docs.example.com'

/** Reads a file of the demo. */
export const readSiteFile = async (path: string) => new Uint8Array(await readFile(join(SITE, path)))

/** A tab that shows pages of the list, with the headers that they come with, and whatever else they ask for. */
export interface ShownTab {
  readonly tab: Page
  /** Opens a page of Gatehouse's own. @param language what the browser prefers */
  readonly open: (page: ShownPage, language: string) => Promise<void>
  /** Opens a page of the demo or the simulator. */
  readonly openOther: (page: OtherPage) => Promise<void>
  /** What pages asked for besides themselves, since somebody looked last. */
  readonly takeRequests: () => string[]
}

/** @param elsewhere where the pages are that are not Gatehouse's own */
export async function openShownTab(
  browser: Browser,
  elsewhere: Elsewhere,
  options: BrowserContextOptions = {},
): Promise<ShownTab> {
  const context = await browser.newContext({ timezoneId: 'UTC', locale: 'en', ...options })
  let requests: string[] = []
  let current: ((language: string) => Promise<Response>) | undefined
  let language = 'en'

  async function answer(request: Request): Promise<Response> {
    const other = await elsewhere.answer(request)
    if (other !== undefined) return other
    const { origin, pathname } = new URL(request.url)
    if (origin === ORIGIN && pathname === '/' && current !== undefined) return current(language)
    if (origin === ORIGIN && pathname === '/favicon.svg')
      return new Response(await readSiteFile(pathname), { headers: { 'Content-Type': 'image/svg+xml' } })
    return new Response('nothing is here', { status: 404 })
  }

  await context.route('**/*', async (route) => {
    const request = route.request()
    if (!request.isNavigationRequest()) requests.push(request.url())
    const response = await answer(new Request(request.url(), { headers: await request.allHeaders() }))
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    })
  })
  const tab = await context.newPage()
  return {
    tab,
    async open(page, preferred) {
      current = page.render
      language = preferred
      await tab.goto(`${ORIGIN}/`)
    },
    async openOther({ address, ready }) {
      await tab.goto(address)
      if (ready !== undefined) await tab.waitForSelector(ready)
    },
    takeRequests() {
      const taken = requests
      requests = []
      return taken
    },
  }
}
