import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest, longest first: what begins last must not be what the end waits for. */
const LONGEST = [
  'test/e2e/installed.test.ts',
  'test/e2e/sites.test.ts',
  'test/e2e/init-dev.test.ts',
  'test/e2e/bench.test.ts',
  'test/runtime/browser/operator.test.ts',
  'test/runtime/browser/many-hosts.test.ts',
  'test/runtime/browser/sign-in.test.ts',
  'test/runtime/browser/pages.test.ts',
  'test/package/package.test.ts',
  'test/flows/customer-behind-one-address.test.ts',
]

/**
 * Vitest goes by what files took the last time, of which a clean clone knows nothing, and then by their size, of which time does not
 * follow.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONGEST.indexOf(relative(root, moduleId).replaceAll('\\', '/'))
      return index === -1 ? LONGEST.length : index
    }
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other))
  }
}
