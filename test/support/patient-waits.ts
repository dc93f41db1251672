import { vi } from 'vitest'

/**
 * What tests wait for may take longer on a busy machine than Vitest's own second, all the more where other processes do it. One that gave
 * up would leave its command running, in the folder and the environment that the next test shares.
 */
const PATIENCE_MS = 30_000

const { waitFor, waitUntil } = vi
vi.waitFor = (callback, options) => waitFor(callback, patiently(options))
vi.waitUntil = (callback, options) => waitUntil(callback, patiently(options))

const patiently = (options: number | { readonly timeout?: number; readonly interval?: number } = {}) =>
  typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options }
