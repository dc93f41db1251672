import type { WorkerFile } from './worker-file.ts'

/** A key of the file of a Worker, which does not know what that is called. */
const KEY = / under ([\w.]+) in the wrangler file\b/

/** The one of these keys that holds a single table. */
const SINGLE = 'assets'

/** @returns a problem as a Worker says it, with the file that it has, and the key as it is written there */
export const namingFile = ({ label, file }: Pick<WorkerFile, 'label' | 'file'>, problem: string): string =>
  problem.replace(KEY, (_, key: string) => {
    const table = key === SINGLE ? `[${key}]` : `[[${key}]]`
    return ` under ${file.endsWith('.toml') ? table : key} in ${label}`
  })

/** A setting with a text as its value, in the language of a wrangler file. @param label of the file, or its path */
export const settingIn = (label: string, key: string, value: string): string =>
  /\.toml\b/.test(label) ? `${key} = "${value}"` : `"${key}": "${value}"`
