import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface OwnPackage {
  readonly name?: string
  readonly version?: string
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** The package.json of this package. */
export function ownPackage(): OwnPackage {
  const file = ownFile('package.json')
  return JSON.parse(file === undefined ? '{}' : readFileSync(file, 'utf8')) as OwnPackage
}

/**
 * Where a page of the documentation is for somebody at a project: in what it has installed, or else beside the program that runs.
 *
 * @param page such as `configuration.md`
 * @param folder of the project, absolute
 * @returns an absolute path; `undefined` where it is nowhere
 */
export function ownPage(page: string, folder: string): string | undefined {
  const installed = join(folder, 'node_modules/gatehouse-sso/docs', page)
  return existsSync(installed) ? installed : ownFile(`docs/${page}`)
}

/** A file of this package: two folders up, where this one is in dist/cli, and one in the repository. */
const ownFile = (path: string): string | undefined =>
  ['..', '../..']
    .map((up) => fileURLToPath(new URL(`${up}/${path}`, import.meta.url)))
    .find((file) => existsSync(file))
