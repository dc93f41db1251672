import type { Reporter, TestModule } from 'vitest/node'

/** Counts tests for the last line of the test command; a file that does not load counts as a failure. */
export class SummaryReporter implements Reporter {
  passed = 0
  failed = 0

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    for (const module of modules) {
      const tests = [...module.children.allTests()]
      for (const test of tests) {
        if (test.result().state === 'passed') this.passed += 1
        else this.failed += 1
      }
      if (tests.length === 0 || module.errors().length > 0) this.failed += 1
    }
    this.failed += errors.length
  }
}
