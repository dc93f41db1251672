import type { WorkerFile } from './worker-file.ts'

/** A table of the file that a Worker, which knows of no files, takes it to have. */
const TABLE = / under (\[+)([\w.]+)\]+ in wrangler\.toml\b/

/** @returns a problem as a Worker says it, with the file that it has, and the table as that is written there */
export const namingFile = ({ label, file }: Pick<WorkerFile, 'label' | 'file'>, problem: string): string =>
  problem.replace(TABLE, (_, brackets: string, table: string) => {
    const written = file.endsWith('.toml') ? `${brackets}${table}${']'.repeat(brackets.length)}` : table
    return ` under ${written} in ${label}`
  })
