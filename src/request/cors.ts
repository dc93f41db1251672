/** Seconds for which browsers need not ask again. */
const PREFLIGHT_LIFETIME = 600

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/
const TOKENS = /^[\w!#$%&'*+.^`|~-]+(?:[ \t]*,[ \t]*[\w!#$%&'*+.^`|~-]+)*$/

/** The method that a preflight asks leave for (Fetch section 4.8); `undefined` where a request is none. */
export function preflightFor({ method, headers }: Request): string | undefined {
  if (method !== 'OPTIONS' || !headers.has('Origin')) return undefined
  const asked = headers.get('Access-Control-Request-Method') ?? ''
  return TOKEN.test(asked) ? asked : undefined
}

/**
 * Answers a preflight: the very method and headers that it asks for, since what may be done with them is for the rules and the upstream to say.
 *
 * @param origins those whose pages may ask
 * @returns `undefined` where the request is no preflight, or of another origin
 */
export function answerPreflight(request: Request, origins: ReadonlySet<string>): Response | undefined {
  const method = preflightFor(request)
  if (method === undefined || !origins.has(request.headers.get('Origin') ?? '')) return undefined
  const asked = request.headers.get('Access-Control-Request-Headers') ?? ''
  const headers = {
    'Access-Control-Allow-Methods': method,
    ...(TOKENS.test(asked) && { 'Access-Control-Allow-Headers': asked }),
    'Access-Control-Max-Age': String(PREFLIGHT_LIFETIME),
    'Cache-Control': 'no-store',
    Vary: 'Access-Control-Request-Method, Access-Control-Request-Headers',
  }
  return shareWith(origins, request, new Response(null, { status: 204, headers }))
}

/**
 * Lets scripts of some origins read an answer, with the cookies that their browser has for this site (Fetch section 3.3).
 *
 * @param response whose headers may be changed
 */
export function shareWith(origins: ReadonlySet<string>, request: Request, response: Response): Response {
  if (origins.size === 0) return response
  response.headers.append('Vary', 'Origin')
  const origin = request.headers.get('Origin')
  if (origin !== null && origins.has(origin)) {
    response.headers.set('Access-Control-Allow-Origin', origin)
    response.headers.set('Access-Control-Allow-Credentials', 'true')
  }
  return response
}
