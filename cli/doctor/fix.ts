import type { FileChange } from '../files/file-changes.ts'
import { readIfThere } from '../files/read-if-there.ts'
import type { Reported } from './finding.ts'

/** What `--fix` writes, and what it cannot. */
export interface Fixes {
  readonly changes: readonly FileChange[]
  /** Findings whose change would say something else too, as the file is written. */
  readonly impossible: readonly Reported[]
}

/** Makes the changes of all findings that have one, file by file, in the order of the findings. */
export async function fixesOf(
  findings: readonly Reported[],
  nameOf: (path: string) => string,
): Promise<Fixes> {
  const texts = new Map<string, { readonly before: string | undefined; after: string | undefined }>()
  const impossible: Reported[] = []
  for (const finding of findings) {
    const fix = 'fix' in finding ? finding.fix : undefined
    if (fix === undefined) continue
    const before = await readIfThere(fix.file)
    const text = texts.get(fix.file) ?? { before, after: before }
    const after = fix.change(text.after)
    if (after === undefined) impossible.push(finding)
    else texts.set(fix.file, { ...text, after })
  }
  const changes = [...texts].flatMap(([path, { before, after }]) =>
    after === undefined || after === before
      ? []
      : [{ path, label: nameOf(path), before, after, isSecret: /^\.dev\.vars/.test(lastOf(path)) }],
  )
  return { changes, impossible }
}

const lastOf = (path: string) => path.split(/[\\/]/).at(-1) ?? ''
