import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchBrowser } from './chromium.ts'
import { type Servers, startServers } from './start-servers.ts'

/** The demo site behind Gatehouse, the simulator and a browser, for all tests of a file. */
export interface Demo {
  readonly servers: Servers
  readonly browser: Browser
  /** An address on the demo site. */
  readonly at: (path: string) => string
  /** Signs somebody in on `/team/`, in a new tab. */
  readonly signIn: (context: BrowserContext, email: string) => Promise<Page>
}

/** Starts everything before the tests of the calling file, and ends it after them. */
export function useDemo(): Demo {
  let servers: Servers
  let browser: Browser
  beforeAll(async () => {
    ;[servers, browser] = await Promise.all([startServers(), launchBrowser()])
  })
  afterAll(async () => {
    await browser.close()
    await servers.stop()
  })
  const at = (path: string) => new URL(path, servers.gatehouse).href
  return {
    get servers() {
      return servers
    },
    get browser() {
      return browser
    },
    at,
    async signIn(context, email) {
      const page = await context.newPage()
      await page.goto(at('/team/'))
      await page.getByLabel('Work e-mail').fill(email)
      await page.getByLabel('Work e-mail').press('Enter')
      await page.locator('form button[type=submit]').click()
      await page.waitForURL(at('/team/'))
      return page
    },
  }
}
