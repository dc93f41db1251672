import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { launchBrowser } from './chromium.ts'
import { type GatedOrigin, startGatedOrigin } from './gated-origin.ts'

/** A server behind Gatehouse, the simulator and a browser, for all tests of a file; each test has a browser profile of its own. */
export interface GatedBrowser {
  readonly world: GatedOrigin
  readonly browser: Browser
  readonly context: BrowserContext
  readonly page: Page
  /** An address on `localhost`, or on another host of this Gatehouse. */
  readonly at: (path: string, host?: string) => string
  /** Signs somebody in where a page asks for it. */
  readonly enter: (tab: Page, email: string) => Promise<void>
  readonly signIn: (tab: Page, path: string, email: string) => Promise<void>
  /** What the browser does by itself when the session token's time is over. */
  readonly expireSession: () => Promise<void>
}

export function useGatedBrowser(): GatedBrowser {
  let world: GatedOrigin
  let browser: Browser
  let context: BrowserContext
  let page: Page
  beforeAll(async () => {
    ;[world, browser] = await Promise.all([startGatedOrigin(), launchBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await world?.stop()
  })
  beforeEach(async () => {
    world.origin.routes.clear()
    world.origin.seen.length = 0
    context = await browser.newContext()
    page = await context.newPage()
  })
  afterEach(() => context.close())

  const at = (path: string, host = 'localhost') => `http://${host}:${world.port}${path}`
  const enter = async (tab: Page, email: string) => {
    await tab.getByLabel('Work e-mail').fill(email)
    await tab.getByLabel('Work e-mail').press('Enter')
    await tab.waitForURL(`${world.simulator.href}idp/**`)
    await tab.locator('form button[type=submit]').click()
  }
  return {
    get world() {
      return world
    },
    get browser() {
      return browser
    },
    get context() {
      return context
    },
    get page() {
      return page
    },
    at,
    enter,
    async signIn(tab, path, email) {
      await tab.goto(at(path))
      await enter(tab, email)
      await tab.waitForURL(at(path))
    },
    expireSession: () => context.clearCookies({ name: 'gh-session' }),
  }
}
