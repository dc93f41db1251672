import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

const workerd = () => cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [workerd()],
        test: {
          name: 'workerd',
          include: ['test/{attacks,contract,flows}/**/*.test.ts'],
        },
      },
      {
        // They keep nothing anywhere, so one Worker serves all files: starting one for each takes longer than the tests.
        plugins: [workerd()],
        test: { name: 'unit', include: ['test/{unit,tools,simulator}/**/*.test.ts'], isolate: false },
      },
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/{runtime,examples,package}/**/*.test.ts'],
          testTimeout: 100_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
