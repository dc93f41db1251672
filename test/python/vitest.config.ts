import { defineConfig } from 'vitest/config'

/** Apart from `npm test`, which needs nothing but the npm packages. */
export default defineConfig({
  test: {
    name: 'python',
    environment: 'node',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    setupFiles: ['../support/patient-waits.ts'],
    testTimeout: 100_000,
    hookTimeout: 120_000,
  },
})
