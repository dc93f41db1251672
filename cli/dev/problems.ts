import * as v from 'valibot'

/** As a Worker in development answers a script that asks for anything while something is wrong with its configuration. */
const misconfigured = v.object({
  code: v.literal('misconfigured'),
  // Not there where .dev.vars says GATEHOUSE_DEVELOPMENT=0.
  problems: v.optional(v.array(v.string()), ['The Worker says which in its log, above.']),
})

/** @returns what keeps a Worker from letting anybody in, by an answer of it */
export function problemsIn({
  status,
  body,
}: {
  status: number | undefined
  body: string
}): readonly string[] {
  if (status !== 503) return []
  try {
    const parsed = v.safeParse(misconfigured, JSON.parse(body))
    return parsed.success ? parsed.output.problems : []
  } catch {
    // A 503 of somebody else.
    return []
  }
}
