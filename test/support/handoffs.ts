import { expect } from 'vitest'
import type { Browser, NavigationOptions, Page } from './browser.ts'
import { ACME_SITE, type ManyHosts, manyHosts, OTHER_ACME_SITE } from './many-hosts.ts'
import type { World } from './world.ts'

/** Goes from host to host as a browser does, up to the first address with this path, which is not opened. */
export async function upTo(
  browser: Browser,
  address: string,
  path: '/auth/login' | '/auth/handoff',
  options?: NavigationOptions,
): Promise<string> {
  let { leavesTo, response } = await browser.open(address, options)
  for (let hop = 0; hop < 6 && leavesTo !== undefined; hop += 1) {
    if (new URL(leavesTo).pathname === path) return leavesTo
    ;({ leavesTo, response } = await browser.open(leavesTo, { from: 'cross-site' }))
  }
  throw new Error(`never came to ${path}: ${response.status} ${leavesTo} ${await response.text()}`)
}

/** An address with other parameters; `undefined` takes one away. */
export function withParameters(address: string, parameters: Record<string, string | undefined>): string {
  const url = new URL(address)
  for (const [name, value] of Object.entries(parameters))
    if (value === undefined) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  return url.href
}

export const parameter = (address: string, name: string): string =>
  new URL(address).searchParams.get(name) ?? ''

export interface HandoffUnderWay extends ManyHosts {
  /** Jane's, who is signed in at the login host. */
  readonly browser: Browser
  /** Where the browser is about to go: the handoff of a login that was begun at {@link ACME_SITE}. */
  readonly address: string
  readonly ticket: string
  readonly state: string
}

export async function handoffUnderWay(hosts?: ManyHosts): Promise<HandoffUnderWay> {
  const all = hosts ?? (await manyHosts())
  const browser = all.world.browser()
  await all.signIn(browser, `${OTHER_ACME_SITE}/a`)
  const address = await upTo(browser, `${ACME_SITE}/a?b=c`, '/auth/handoff')
  return {
    ...all,
    browser,
    address,
    ticket: parameter(address, 'ticket'),
    state: parameter(address, 'state'),
  }
}

/** A refusal in plain words, for one reason, kept by nobody and without a trace of what was sent. */
export async function expectRefused(
  world: World,
  response: Response,
  reason: string,
  secrets: readonly string[],
): Promise<void> {
  expect(world.refusals.at(-1)).toBe(reason)
  expect(response.status, reason).toBeGreaterThanOrEqual(400)
  expect(response.status, reason).toBeLessThan(500)
  expect(response.headers.get('Cache-Control')).toBe('no-store')
  const html = await response.text()
  expect(html).toContain('<h1')
  const kept = `${html}\n${[...response.headers].join('\n')}\n${JSON.stringify(world.log)}`
  for (const secret of secrets.filter(({ length }) => length >= 16)) expect(kept).not.toContain(secret)
}

/** The session cookie of a browser at a site. */
export const sessionCookie = (browser: Browser, site: string): string | undefined =>
  browser.cookie(site, site.startsWith('https:') ? '__Host-gh-session' : 'gh-session')

/** What scripts of a site learn of who is there. */
export async function whoIsAt(browser: Browser, site: string): Promise<string | undefined> {
  const response = await browser.request(`${site}/auth/session`)
  return response.ok ? ((await response.json()) as { user: { email: string } }).user.email : undefined
}

/** As `roam` of many-hosts.ts, in another world. */
export async function roamIn(
  world: World,
  browser: Browser,
  address: string,
  options?: NavigationOptions,
): Promise<Page> {
  let page = await browser.open(address, options)
  while (page.leavesTo !== undefined && !page.leavesTo.startsWith(world.provider.issuer))
    page = await browser.open(page.leavesTo, { from: 'cross-site' })
  return page
}
