import type { Clock } from './clock.ts'
import { CookieJar } from './cookie-jar.ts'

export type Worker = (request: Request) => Promise<Response>

/** Where a navigation comes from, as `Sec-Fetch-Site` tells it: `none` is the address bar or a bookmark. */
export type Initiator = 'none' | 'same-origin' | 'same-site' | 'cross-site'

export interface NavigationOptions {
  readonly from?: Initiator
  readonly method?: 'GET' | 'HEAD' | 'POST'
  readonly headers?: Record<string, string>
  readonly body?: BodyInit
}

/** What a browser shows: the last answer of a chain of redirects on the site, and the address it came from. */
export interface Page {
  readonly url: string
  readonly response: Response
  /** Where the answer leads off the site, for instance to Scalekit. */
  readonly leavesTo: string | undefined
}

const MAX_REDIRECTS = 10

/** As much of a browser as a login needs: cookies, Fetch Metadata, and redirects within one origin. */
export class Browser {
  readonly cookies: CookieJar
  readonly #worker: Worker
  readonly #clock: Clock

  constructor(worker: Worker, clock: Clock, cookies = new CookieJar(clock)) {
    this.#worker = worker
    this.#clock = clock
    this.cookies = cookies
  }

  /** Another browser with the same cookies, which go their own way from here on. */
  clone(): Browser {
    return new Browser(this.#worker, this.#clock, this.cookies.copy())
  }

  /** Opens a page in a tab and follows redirects, until one leads off the site. */
  async open(address: string, options: NavigationOptions = {}): Promise<Page> {
    let url = new URL(address)
    let { method = 'GET', body } = options
    for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
      const response = await this.#navigate(url, { ...options, method }, body)
      const location = response.headers.get('Location')
      if (location === null || response.status < 300 || response.status > 399)
        return { url: url.href, response, leavesTo: undefined }
      const target = new URL(location, url)
      if (target.origin !== url.origin) return { url: url.href, response, leavesTo: target.href }
      if (response.status === 303) {
        method = 'GET'
        body = undefined
      }
      url = target
    }
    throw new Error(`more than ${MAX_REDIRECTS} redirects, the last to ${url.href}`)
  }

  /** One request of a tab, without following redirects. */
  visit(address: string, options: NavigationOptions = {}): Promise<Response> {
    return this.#navigate(new URL(address), options, options.body)
  }

  /** What a script, image or form of a page of the same site sends. */
  async request(
    address: string,
    init: RequestInit & { headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const url = new URL(address)
    const headers = new Headers({
      Accept: '*/*',
      'Sec-Fetch-Mode': 'cors',
      'Sec-Fetch-Dest': 'empty',
      'Sec-Fetch-Site': 'same-origin',
      ...init.headers,
    })
    return this.#send(url, { ...init, headers }, { crossSite: false, topLevelRead: false })
  }

  /** The value of one of the cookies that would be sent to an address. */
  cookie(address: string, name: string): string | undefined {
    return this.cookies.of(new URL(address)).find((cookie) => cookie.name === name)?.value
  }

  #navigate(url: URL, options: NavigationOptions, body: BodyInit | undefined): Promise<Response> {
    const { from = 'none', method = 'GET' } = options
    const headers = new Headers({
      Accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Dest': 'document',
      'Sec-Fetch-Site': from,
      'Sec-Fetch-User': '?1',
      ...options.headers,
    })
    const init = { method, headers, ...(body !== undefined && { body }) }
    return this.#send(url, init, { crossSite: from === 'cross-site', topLevelRead: method !== 'POST' })
  }

  async #send(
    url: URL,
    init: RequestInit & { headers: Headers },
    context: { crossSite: boolean; topLevelRead: boolean },
  ): Promise<Response> {
    const cookie = this.cookies.header(url, context)
    if (cookie !== undefined && !init.headers.has('Cookie')) init.headers.set('Cookie', cookie)
    const { hash, href } = url
    const response = await this.#worker(
      new Request(hash === '' ? href : href.slice(0, -hash.length), { ...init, redirect: 'manual' }),
    )
    this.cookies.receive(url, response.headers)
    return response
  }
}
