/** The parameters of a query or form. */
export interface Parameters {
  /** Those that occur once and are not empty. */
  readonly get: (name: string) => string | undefined
  /** Names that occur more than once; `get` knows nothing of them. */
  readonly repeated: readonly string[]
}

/** RFC 6749 section 3.1: an empty parameter counts as omitted, and none may occur more than once. */
export function readParameters(source: URLSearchParams): Parameters {
  const names = [...source.keys()]
  const repeated = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
  return {
    get: (name) => (repeated.includes(name) ? undefined : source.get(name) || undefined),
    repeated,
  }
}

const FORM_LIMIT_BYTES = 256 * 1024

/** The parameters of a form body, or undefined for another content type or a body that is too large. */
export async function readForm(request: Request): Promise<Parameters | undefined> {
  const body = await readFormBody(request)
  return body && readParameters(body)
}

/** The same as it came. */
export async function readFormBody(request: Request): Promise<URLSearchParams | undefined> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') return undefined
  // Not `text()`: workerd warns that a form is no text.
  const body = await request.arrayBuffer()
  if (body.byteLength > FORM_LIMIT_BYTES) return undefined
  return new URLSearchParams(new TextDecoder().decode(body))
}
