import { existsSync, statfsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.ts'

/** Thousands of small databases come and go: where the system has a disk in memory, and room there, nobody waits for a real one. */
const MEMORY = '/dev/shm'
const ENOUGH_BYTES = 2 ** 29
const HAS_MEMORY = existsSync(MEMORY) && statfsSync(MEMORY).bavail * statfsSync(MEMORY).bsize > ENOUGH_BYTES
/** For everything else, which is larger. */
const { TMPDIR = '' } = process.env

/** What shows itself in the end takes longer on a busy machine than Vitest's own second. */
const PATIENTLY = { setup: 'test/support/patient-waits.ts', expect: { poll: { timeout: 30_000 } } }

/**
 * Tests in the Workers runtime. A Worker takes longer to start than most files to run, so one serves many of them, and each file
 * cleans up behind itself.
 */
const workerd = (name: string, folders: string) => ({
  plugins: [
    cloudflareTest(() => {
      // Read for each start of a Worker, as is the folder that its storage is in.
      if (HAS_MEMORY) process.env['TMPDIR'] = MEMORY
      return {
        wrangler: { configPath: './wrangler.toml' },
        // Vitest asks for it, and the runtime would remark on its absence at each start.
        miniflare: { compatibilityFlags: ['enable_nodejs_inspector_module'] },
      }
    }),
  ],
  test: {
    name,
    include: [`test/${folders}/**/*.test.ts`],
    isolate: false,
    setupFiles: ['test/support/clean-worker.ts', PATIENTLY.setup],
    expect: PATIENTLY.expect,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})

/** Tests that are Node programs. Wrangler and the browser's library are loaded once for all files of a process. */
const node = (name: string, folders: string, setupFiles: readonly string[] = []) => ({
  test: {
    name,
    environment: 'node' as const,
    isolate: false,
    // Dozens of commands load the same programs.
    env: {
      NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled'),
      TMPDIR: TMPDIR === MEMORY ? '' : TMPDIR,
    },
    include: [`test/${folders}/**/*.test.ts`],
    setupFiles: [PATIENTLY.setup, ...setupFiles],
    expect: PATIENTLY.expect,
    testTimeout: 100_000,
    hookTimeout: 120_000,
  },
})

export default defineConfig({
  test: {
    // Many tests wait for other processes, so that even two cores have time for two files.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
    projects: [
      workerd('workerd', '{attacks,contract,flows}'),
      workerd('unit', '{unit,tools,simulator}'),
      node('node', '{runtime,examples,package}', ['test/support/node/give-way.ts']),
      node('e2e', 'e2e'),
    ],
  },
})
