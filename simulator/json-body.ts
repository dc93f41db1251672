import type { Context } from 'hono'
import * as v from 'valibot'

/** The body, which must be JSON and say so. */
export async function readJson<Schema extends v.GenericSchema>(
  c: Context,
  schema: Schema,
): Promise<{ readonly value: v.InferOutput<Schema> } | { readonly problems: readonly string[] }> {
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
    return { problems: ['The Content-Type must be application/json.'] }
  }
  let body: unknown
  try {
    body = await c.req.json()
  } catch {
    return { problems: ['The body is not JSON.'] }
  }
  if (Array.isArray(body)) return { problems: ['The body is an array, not an object.'] }
  const parsed = v.safeParse(schema, body)
  return parsed.success ? { value: parsed.output } : { problems: problemsOf(parsed.issues) }
}

/** One sentence per issue, with the place where it is. */
export const problemsOf = (issues: readonly v.BaseIssue<unknown>[] = []): string[] =>
  issues.map((issue) => {
    const path = v.getDotPath(issue)
    return path === null ? issue.message : `${path}: ${issue.message}`
  })

export const badRequest = (c: Context, problems: readonly string[]) =>
  c.json({ error: 'invalid_request', problems }, 400)
