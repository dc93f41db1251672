import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { estimate } from './model.ts'
import { HELP, parseCommand, UsageError } from './options.ts'
import { printEstimate, withFigures } from './report.ts'

const PAGE = join(import.meta.dirname, '../../docs/scaling.md')

function main(): void {
  const command = parseCommand(process.argv.slice(2))
  switch (command.kind) {
    case 'help':
      console.log(HELP)
      break
    case 'write':
      writeFileSync(PAGE, withFigures(readFileSync(PAGE, 'utf8')))
      console.log('docs/scaling.md')
      break
    case 'estimate':
      console.log(printEstimate(estimate(command.workload)))
      break
  }
}

try {
  main()
} catch (error) {
  console.error(
    error instanceof UsageError ? `${error.message}\n\nnpm run scale -- --help lists the options.` : error,
  )
  process.exitCode = 1
}
