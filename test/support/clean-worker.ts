import { reset } from 'cloudflare:test'
import { afterAll, beforeAll, vi } from 'vitest'
import { reuseKeys } from './reused-keys.ts'

/** Runs for each file: what it leaves behind must not reach the next one in the same Worker. */

const timers = new Set<ReturnType<typeof setTimeout>>()
const { setTimeout: start } = globalThis
globalThis.setTimeout = ((...call: Parameters<typeof setTimeout>) => {
  const timer = start(...call)
  timers.add(timer)
  return timer
}) as typeof setTimeout

// What a hook returns is called in the end.
beforeAll(reuseKeys)

afterAll(async () => {
  vi.restoreAllMocks()
  globalThis.setTimeout = start
  for (const timer of timers) clearTimeout(timer)
  await reset()
})
