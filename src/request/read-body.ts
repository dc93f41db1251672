import { err, ok, type Result } from '../base/result.ts'

/** Far above any event or form of ours, far below what would hurt. */
const MAX_BODY_BYTES = 256 * 1024

/** Reads a body to its end, or gives up where it becomes too large; `Content-Length` is not believed. */
export async function readBody(
  request: Request,
): Promise<Result<Uint8Array<ArrayBuffer>, { readonly reason: 'body_too_large'; readonly limit: number }>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength
    if (length > MAX_BODY_BYTES) return err({ reason: 'body_too_large', limit: MAX_BODY_BYTES })
    chunks.push(chunk)
  }
  const body = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    body.set(chunk, offset)
    offset += chunk.byteLength
  }
  return ok(body)
}
