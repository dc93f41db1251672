import { dirname, join, relative } from 'node:path'
import * as v from 'valibot'
import { withMeantSetting } from '../meant-setting.ts'
import { namingFile } from '../wrangler/named-file.ts'
import type { WorkerFile } from '../wrangler/worker-file.ts'

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

/** Which shows them, once, and keeps them nowhere: a Worker does not know that it is on a machine where `.dev.vars` does. */
const MAKES_KEYS = '`npx gatehouse keys new`'

/** @returns a problem as a Worker says it, in terms of the project that it is developed in */
export function inProject(file: Pick<WorkerFile, 'label' | 'file'>, problem: string): string {
  const devVars = relative('', join(dirname(file.file), '.dev.vars'))
  const inPlace = problem.startsWith('GATEHOUSE_KEYS is not set')
    ? ''
    : ', in place of the line that is there,'
  return withMeantSetting(namingFile(file, problem)).replace(
    MAKES_KEYS,
    `\`npx gatehouse keys new --file ${devVars}\`${inPlace}`,
  )
}
