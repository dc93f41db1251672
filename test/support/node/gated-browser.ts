import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterEach, beforeEach } from 'vitest'
import { type GatedOrigin, useGatedOrigin } from './gated-origin.ts'
import { signInUnseen } from './sign-in.ts'
import { useBrowser } from './use-browser.ts'

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
  /** Shows a page to somebody who is signed in. */
  readonly signIn: (tab: Page, path: string, email: string) => Promise<void>
  /** What the browser does by itself when the session token's time is over. */
  readonly expireSession: () => Promise<void>
}

export function useGatedBrowser(): GatedBrowser {
  const gated = useGatedOrigin()
  const shared = useBrowser()
  let context: BrowserContext
  let page: Page
  beforeEach(async () => {
    const { routes, seen } = gated.world.origin
    routes.clear()
    seen.length = 0
    context = await shared.browser.newContext()
    page = await context.newPage()
  })
  afterEach(() => context.close())

  const at = (path: string, host = 'localhost') => `http://${host}:${gated.world.port}${path}`
  const enter = async (tab: Page, email: string) => {
    await tab.getByLabel('Work e-mail').fill(email)
    await tab.getByLabel('Work e-mail').press('Enter')
    await tab.waitForURL(`${gated.world.simulator.href}idp/**`)
    await tab.locator('form button[type=submit]').click()
  }
  return {
    get world() {
      return gated.world
    },
    get browser() {
      return shared.browser
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
      await signInUnseen(tab.context(), at(path), email)
      await tab.goto(at(path))
    },
    expireSession: () => context.clearCookies({ name: 'gh-session' }),
  }
}
