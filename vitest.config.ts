import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })],
        test: {
          name: 'workerd',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: ['test/runtime/**', 'test/examples/**', 'test/python/**'],
        },
      },
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/{runtime,examples}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
