import type { Clock } from './clock.ts'

export interface Cookie {
  readonly name: string
  readonly value: string
  readonly host: string
  readonly secure: boolean
  readonly httpOnly: boolean
  readonly sameSite: string | undefined
  /** Epoch seconds; none: until the browser is closed. */
  readonly expiresAt: number | undefined
}

/** Who asks: decides, with `SameSite`, which cookies go along. */
export interface CookieContext {
  readonly crossSite: boolean
  /** A GET or HEAD that changes the address bar. */
  readonly topLevelRead: boolean
}

/**
 * A browser's cookies by the rules of RFC 6265bis section 5, strictly: a `Secure` cookie needs https even on localhost
 * (Safari), and what no browser would take is listed in `rejected`. `Domain` is not taken at all: nothing here needs it.
 */
export class CookieJar {
  readonly rejected: string[] = []
  readonly #clock: Clock
  readonly #cookies: Map<string, Cookie>

  constructor(clock: Clock, cookies: ReadonlyMap<string, Cookie> = new Map()) {
    this.#clock = clock
    this.#cookies = new Map(cookies)
  }

  /** The same cookies in another jar. */
  copy(): CookieJar {
    return new CookieJar(this.#clock, this.#cookies)
  }

  receive(url: URL, headers: Headers): void {
    for (const line of headers.getSetCookie()) this.#set(url, line)
  }

  /** The `Cookie` header for a request, oldest first; `undefined` if there is nothing to send. */
  header(url: URL, context: CookieContext): string | undefined {
    const sent = this.of(url).filter(
      ({ secure, sameSite }) =>
        (!secure || url.protocol === 'https:') &&
        (!context.crossSite || sameSite === 'none' || (sameSite === 'lax' && context.topLevelRead)),
    )
    return sent.length === 0 ? undefined : sent.map(({ name, value }) => `${name}=${value}`).join('; ')
  }

  /** The living cookies of a host; ports make no difference. */
  of(url: URL): Cookie[] {
    const now = this.#clock.seconds
    return [...this.#cookies.values()].filter(
      ({ host, expiresAt }) => host === url.hostname && (expiresAt === undefined || expiresAt > now),
    )
  }

  /** All but the note of when logins began, which opens nothing. */
  ofUse(url: URL): Cookie[] {
    return this.of(url).filter(({ name }) => !name.endsWith('gh-attempts'))
  }

  /** Puts a cookie in as it is: what an attacker, a developer or another version of the site may have left. */
  plant(url: URL, name: string, value: string): void {
    this.#store({
      name,
      value,
      host: url.hostname,
      secure: url.protocol === 'https:',
      httpOnly: true,
      sameSite: 'lax',
      expiresAt: undefined,
    })
  }

  remove(url: URL, name: string): void {
    this.#cookies.delete(`${url.hostname} ${name}`)
  }

  #set(url: URL, line: string): void {
    const [pair = '', ...rest] = line.split(';').map((part) => part.trim())
    const [name = '', value = ''] = splitOnce(pair)
    const attributes = new Map(rest.map((part) => splitOnce(part)).map(([key, v]) => [key.toLowerCase(), v]))
    if (this.#isRejected(url, name, pair, attributes)) {
      this.rejected.push(line)
      return
    }
    const maxAge = attributes.get('max-age')
    const lifetime = maxAge === undefined ? undefined : Number(maxAge)
    if (lifetime !== undefined && lifetime <= 0) {
      this.remove(url, name)
      return
    }
    this.#store({
      name,
      value,
      host: url.hostname,
      secure: attributes.has('secure'),
      httpOnly: attributes.has('httponly'),
      sameSite: attributes.get('samesite')?.toLowerCase(),
      expiresAt: lifetime === undefined ? undefined : this.#clock.seconds + lifetime,
    })
  }

  #isRejected(url: URL, name: string, pair: string, attributes: ReadonlyMap<string, string>): boolean {
    const isHttps = url.protocol === 'https:'
    const secure = attributes.has('secure')
    if (name === '' || pair.length > 4096 || attributes.has('domain')) return true
    if (secure && !isHttps) return true
    if (/^__secure-/i.test(name) && !secure) return true
    if (/^__host-/i.test(name) && !(secure && attributes.get('path') === '/')) return true
    // A cookie that came over https is not replaced over http.
    return !isHttps && this.#cookies.get(`${url.hostname} ${name}`)?.secure === true
  }

  #store(cookie: Cookie): void {
    this.#cookies.set(`${cookie.host} ${cookie.name}`, cookie)
  }
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf('=')
  return at === -1 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()]
}
