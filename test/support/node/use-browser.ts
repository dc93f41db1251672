import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchBrowser } from './chromium.ts'

/** One for all files of a process, since the next file would only start another; it ends with the process. */
let running: Promise<Browser> | undefined

/** A browser for all tests of a file or group. What they leave open is closed after them. */
export function useBrowser(): { readonly browser: Browser } {
  let browser: Browser | undefined
  beforeAll(async () => {
    const earlier = await running
    if (earlier?.isConnected() !== true) running = launchBrowser()
    browser = await running
  })
  afterAll(async () => {
    await Promise.all(browser?.contexts().map((context) => context.close()) ?? [])
  })
  return {
    get browser() {
      if (browser === undefined) throw new Error('The browser runs only while tests do.')
      return browser
    },
  }
}
