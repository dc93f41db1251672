import { config, type ProjectFiles, wrangler } from './sound-project.ts'

/** One thing that is wrong with an otherwise sound project. */
export interface Fault {
  readonly fault: string
  /** Files that differ from the sound ones; an empty one is not there. */
  readonly files: ProjectFiles
  /** An environment of the wrangler file. */
  readonly env?: string
  /** What finds it. */
  readonly check: string
  readonly found: RegExp
  readonly remedy: RegExp
  readonly status?: 'warning'
  /** Whether `--fix` does it. */
  readonly isFixed?: true
}

/** Another wrangler file. */
export const settings = (tables: Readonly<Record<string, unknown>>) => ({
  'wrangler.jsonc': wrangler(tables),
})
/** Another site. */
export const site = (text: string) => ({
  'gatehouse.config.ts': config(`'docs.example.com': { ${text} }`),
})
export const rules = (text: string) => site(`upstream: assets(), rules: [ ${text} ]`)
