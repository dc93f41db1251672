import { join } from 'node:path'
import { startVitest } from 'vitest/node'
import { SummaryReporter } from '../summary-reporter.ts'
import { missingPackages, PYTHON } from './python.ts'

/** The tests of the Python example. Without its packages they fail: a check that did not run has not passed. */
async function main(): Promise<SummaryReporter> {
  const summary = new SummaryReporter()
  const missing = missingPackages()
  if (missing.length > 0) {
    console.error(`${PYTHON} cannot import what the Python example needs. On Debian:\n`)
    console.error(`  apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}\n`)
    summary.failed += 1
    return summary
  }
  const vitest = await startVitest('test', process.argv.slice(2), {
    config: join(import.meta.dirname, 'vitest.config.ts'),
    watch: false,
    reporters: ['default', summary],
  })
  await vitest.close()
  return summary
}

const { passed, failed } = await main()
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
