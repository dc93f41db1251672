interface StoredCookie {
  readonly value: string
  readonly secure: boolean
  readonly httpOnly: boolean
  readonly sameSite: string | undefined
  readonly path: string
  readonly hostOnly: boolean
  /** In seconds; `undefined` for the length of the browser's session. */
  readonly maxAge: number | undefined
}

/**
 * The cookies of one host as a browser keeps them: it ignores whatever breaks a rule, silently, deletions too.
 *
 * @see RFC 6265bis sections 5.6 (parsing) and 5.7 (storage, with the rules for name prefixes)
 */
export class BrowserJar {
  readonly cookies = new Map<string, StoredCookie>()
  readonly #secureOrigin: boolean

  constructor(scheme: 'https' | 'http') {
    this.#secureOrigin = scheme === 'https'
  }

  /** @returns whether the browser did anything with it */
  receive(setCookie: string): boolean {
    const [pair = '', ...rest] = setCookie.split(';').map((part) => part.trim())
    const equals = pair.indexOf('=')
    const [name, value] = equals === -1 ? ['', pair] : [pair.slice(0, equals), pair.slice(equals + 1)]
    const attributes = new Map(
      rest.map((attribute) => {
        const [key = '', ...text] = attribute.split('=')
        return [key.trim().toLowerCase(), text.join('=').trim()]
      }),
    )
    const secure = attributes.has('secure')
    const hostOnly = !attributes.get('domain')
    const path = attributes.get('path')
    if (name === '' || name.length + value.length > 4096) return false
    if (secure && !this.#secureOrigin) return false
    if (/^__secure-/i.test(name) && !secure) return false
    if (/^__host-/i.test(name) && !(secure && hostOnly && path === '/')) return false
    const held = this.cookies.get(name)
    if (held?.secure && !secure && !this.#secureOrigin) return false

    const seconds = attributes.get('max-age')
    const maxAge = seconds !== undefined && /^-?\d+$/.test(seconds) ? Number(seconds) : undefined
    if (maxAge !== undefined && maxAge <= 0) return this.cookies.delete(name)
    this.cookies.set(name, {
      value,
      secure,
      httpOnly: attributes.has('httponly'),
      sameSite: attributes.get('samesite'),
      path: path?.startsWith('/') ? path : '(the path of the request)',
      hostOnly,
      maxAge,
    })
    return true
  }

  /** The `Cookie` header of the next request. */
  header(): string {
    return [...this.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ')
  }
}
