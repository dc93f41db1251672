import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brokenProject } from '../test/package/broken-project.ts'
import { run } from '../test/package/command-line.ts'
import { removed } from '../test/package/sound-project.ts'
import { PROGRAM } from '../test/package/stranger.ts'
import { withLogTables } from './log-tables.ts'
import { withRun } from './recorded-run.ts'

/** Makes the parts of docs/ that follow from the code: `npm run docs`. */
function rewrite(page: string, change: (text: string) => string): void {
  const file = join(import.meta.dirname, '../docs', page)
  writeFileSync(file, change(readFileSync(file, 'utf8')))
}

rewrite('logs.md', withLogTables)

const folder = await brokenProject()
try {
  const { stdout } = await run(folder, PROGRAM, 'doctor', '--offline')
  rewrite('cli.md', (page) => withRun(page, stdout))
} finally {
  await removed(folder)
}
