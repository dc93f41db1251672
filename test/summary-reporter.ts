import type { Reporter, TestModule } from 'vitest/node'

interface Counts {
  files: number
  passed: number
  failed: number
}

/** Counts tests for the last lines of the test command; a file that does not load counts as a failure. */
export class SummaryReporter implements Reporter {
  passed = 0
  failed = 0
  /** By name, in the order in which they ran. */
  readonly projects = new Map<string, Counts>()

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    for (const module of modules) {
      const project = this.projects.get(module.project.name) ?? { files: 0, passed: 0, failed: 0 }
      this.projects.set(module.project.name, project)
      const tests = [...module.children.allTests()]
      const passed = tests.filter((test) => test.result().state === 'passed').length
      const failed = tests.length - passed + (tests.length === 0 || module.errors().length > 0 ? 1 : 0)
      project.files += 1
      project.passed += passed
      project.failed += failed
      this.passed += passed
      this.failed += failed
    }
    this.failed += errors.length
  }
}
