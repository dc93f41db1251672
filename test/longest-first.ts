import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest, longest first: what begins last must not be what the end waits for. */
const LONGEST = [
  'test/package/package.test.ts',
  'test/package/sites.test.ts',
  'test/package/init-dev.test.ts',
  'test/package/dev.test.ts',
  'test/package/cli.test.ts',
  'test/package/deploy.test.ts',
  'test/package/keys-put.test.ts',
  'test/package/keys-dev.test.ts',
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
