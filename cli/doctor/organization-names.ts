import { join } from 'node:path'
import * as v from 'valibot'
import type { GatehouseConfig } from '../../src/config.ts'
import { organizationNames } from '../../src/policy/brand-schema.ts'
import type { FileChange } from '../files/file-changes.ts'
import { readIfThere } from '../files/read-if-there.ts'
import type { Organization } from '../scalekit/management.ts'
import type { Project } from './project.ts'

/**
 * A file of its own, which a configuration imports: a TypeScript file is somebody's own writing, in which an object of names may stand in any
 * form.
 */
export const NAMES_FILE = 'gatehouse.organizations.json'

/** What Scalekit calls its organizations, as far as pages can show it. */
export interface Names {
  /** By ID, in its order, so that a file changes where a name does. */
  readonly names: Readonly<Record<string, string>>
  /** Those that a configuration would not take, each in a sentence. */
  readonly unusable: readonly string[]
}

export function namesOf(organizations: readonly Organization[]): Names {
  const names: Record<string, string> = {}
  const unusable: string[] = []
  for (const { id, name } of [...organizations].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const parsed = v.safeParse(organizationNames, { [id]: name.trim() })
    if (parsed.success) names[id] = name.trim()
    else unusable.push(`The name of ${id} ${parsed.issues[0].message}.`)
  }
  return { names, unusable }
}

/** @returns `undefined` where the file says so already */
export async function namesChange(
  { folder, nameOf }: Pick<Project, 'folder' | 'nameOf'>,
  { names }: Names,
): Promise<FileChange | undefined> {
  const path = join(folder, NAMES_FILE)
  const before = await readIfThere(path)
  const after = `${JSON.stringify(names, undefined, 2)}\n`
  return before === after ? undefined : { path, label: nameOf(path), before, after }
}

/** What is left to do where a configuration does not know the names. */
export const howToImport = ({ names }: Names, { organizations = {} }: GatehouseConfig): string | undefined =>
  Object.keys(names).every((id) => Object.hasOwn(organizations, id))
    ? undefined
    : [
        'gatehouse.config.ts does not have them yet. Write into it:',
        `  import organizations from './${NAMES_FILE}' with { type: 'json' }`,
        '  export default defineConfig({ organizations, … })',
      ].join('\n')
