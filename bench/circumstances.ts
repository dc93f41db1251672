import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { CONTESTANTS } from './contestants.ts'
import type { Circumstances } from './record.ts'

const ROOT = join(import.meta.dirname, '..')

/** When, where and with what something is measured. */
export function circumstances(thorough: boolean): Circumstances {
  const processors = cpus()
  const packages = [
    'workerd',
    'esbuild',
    ...new Set(CONTESTANTS.flatMap((contestant) => contestant.packages)),
  ]
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    machine: `${processors[0]?.model.trim() ?? 'unknown processor'}, ${processors.length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release()}`,
    load: loadavg()[0] ?? Number.NaN,
    versions: {
      node: process.versions.node,
      ...Object.fromEntries(packages.map((name) => [name, installedVersion(name)])),
    },
    quick: !thorough,
  }
}

function installedVersion(name: string): string {
  const manifest = readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

function commit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    const changed = git('status', '--porcelain', '--', ':!docs').length > 0
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? '+' : ''}`
  } catch {
    return 'unknown'
  }
}
