import { spawnSync } from 'node:child_process'

/** Debian's own, for which the packages below are; `PYTHON` names another one. */
export const PYTHON = process.env['PYTHON'] ?? '/usr/bin/python3'

const PACKAGES: Readonly<Record<string, string>> = {
  jwt: 'python3-jwt',
  cryptography: 'python3-cryptography',
  fastapi: 'python3-fastapi',
  uvicorn: 'uvicorn',
}

/** The Debian packages whose modules cannot be imported. */
export function missingPackages(): string[] {
  return Object.entries(PACKAGES)
    .filter(([module]) => spawnSync(PYTHON, ['-c', `import ${module}`]).status !== 0)
    .map(([, name]) => name)
}
