import { readFileSync } from 'node:fs'

interface OwnPackage {
  readonly name?: string
  readonly version?: string
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** The package.json of this package. */
export function ownPackage(): OwnPackage {
  // Two folders up in the package, where this file is in dist/cli, and one in the repository.
  const [text] = ['../package.json', '../../package.json'].flatMap((path) => {
    try {
      return [readFileSync(new URL(path, import.meta.url), 'utf8')]
    } catch {
      return []
    }
  })
  return JSON.parse(text ?? '{}') as OwnPackage
}
