import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { signInUnseen } from './sign-in.ts'
import { type Servers, startServers } from './start-servers.ts'
import { useBrowser } from './use-browser.ts'

/** The demo site behind Gatehouse, the simulator and a browser, for all tests of a file. */
export interface Demo {
  readonly servers: Servers
  readonly browser: Browser
  /** An address on the demo site. */
  readonly at: (path: string) => string
  /** Shows `/team/` in a new tab to somebody who is signed in. */
  readonly signIn: (context: BrowserContext, email: string) => Promise<Page>
}

/** Starts everything before the tests of the calling file, and ends it after them. */
export function useDemo(): Demo {
  let servers: Servers
  beforeAll(async () => {
    servers = await startServers()
  })
  afterAll(() => servers?.stop())
  const shared = useBrowser()
  const at = (path: string) => new URL(path, servers.gatehouse).href
  return {
    get servers() {
      return servers
    },
    get browser() {
      return shared.browser
    },
    at,
    async signIn(context, email) {
      await signInUnseen(context, at('/team/'), email)
      const page = await context.newPage()
      await page.goto(at('/team/'))
      return page
    },
  }
}
