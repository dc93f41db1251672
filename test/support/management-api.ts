import type { ScalekitClient } from '../../src/scalekit/client.ts'

/** The rest of the environment, such as an `OpenIdProvider`. */
type Provider = ScalekitClient & { readonly fetch: typeof fetch }

/** What came in at the management API. */
export interface ManagementRequest {
  readonly method: string
  readonly path: string
  readonly token: string | undefined
}

/** Client credentials and portal links of a Scalekit environment, beside what its provider answers; other than usual on demand. */
export class ManagementApi {
  readonly requests: ManagementRequest[] = []
  /** All that were given out, oldest first. */
  readonly tokens: string[] = []
  /** All that were given out, oldest first. */
  readonly links: string[] = []
  /** Those that the API takes. */
  readonly valid = new Set<string>()
  expiresIn: number | undefined = 86_399
  tokenAnswer: (() => Response | Promise<Response>) | undefined
  linkAnswer: (() => Response | Promise<Response>) | undefined
  readonly #provider: Provider

  constructor(provider: Provider) {
    this.#provider = provider
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input as Request, init as RequestInit)
    const { origin, pathname } = new URL(request.url)
    if (origin !== this.#provider.issuer) return this.#provider.fetch(request)
    if (pathname.startsWith('/api/')) return this.#link(request, pathname)
    if (pathname !== '/oauth/token') return this.#provider.fetch(request)
    const form = new URLSearchParams(new TextDecoder().decode(await request.clone().arrayBuffer()))
    return form.get('grant_type') === 'client_credentials' ? this.#token(form) : this.#provider.fetch(request)
  }

  #token(form: URLSearchParams): Response | Promise<Response> {
    const { clientId, clientSecret } = this.#provider
    if (this.tokenAnswer !== undefined) return this.tokenAnswer()
    if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret)
      return Response.json({ error: 'invalid_client' }, { status: 401 })
    const token = `eyJ.management-${this.tokens.length + 1}.x`
    this.tokens.push(token)
    this.valid.add(token)
    return Response.json({ access_token: token, token_type: 'Bearer', expires_in: this.expiresIn })
  }

  #link({ method, headers }: Request, path: string): Response | Promise<Response> {
    const token = /^Bearer (\S+)$/.exec(headers.get('Authorization') ?? '')?.[1]
    this.requests.push({ method, path, token })
    if (this.linkAnswer !== undefined) return this.linkAnswer()
    if (token === undefined || !this.valid.has(token))
      return Response.json(apiError(16, 'UNAUTHENTICATED'), { status: 401 })
    const organization = /^\/api\/v1\/organizations\/(org_\w+)\/portal_links$/.exec(path)?.[1]
    if (method !== 'PUT' || organization === undefined)
      return Response.json(apiError(5, 'NOT_FOUND'), { status: 404 })
    const location = `${this.#provider.issuer}/magicLink/secret-${organization}-${this.links.length + 1}`
    this.links.push(location)
    return Response.json({ link: { id: 'lnk_1', location, expire_time: '2027-01-01T00:00:00Z' } })
  }
}

/** An error in the shape of Scalekit's management API. */
export const apiError = (code: number, error_code: string) => ({
  code,
  message: 'what Scalekit says',
  details: [{ '@type': 'type.googleapis.com/scalekit.v1.errdetails.ErrorInfo', error_code }],
})
