import { startVitest } from 'vitest/node'
import { SummaryReporter } from '../summary-reporter.ts'

/**
 * What users run, as they run it: the package, packed and installed; `gatehouse dev`; and Wrangler's own commands. Each test starts
 * programs that take seconds, so these are apart from `npm test`.
 */
const summary = new SummaryReporter()
const vitest = await startVitest('test', process.argv.slice(2), {
  project: ['e2e'],
  watch: false,
  reporters: ['minimal', summary],
})
await vitest.close()
console.log(`${summary.passed} passed, ${summary.failed} failed`)
process.exit(summary.failed === 0 ? 0 : 1)
