import { reset } from 'cloudflare:test'
import { afterAll, vi } from 'vitest'

/** Runs for each file: what it leaves behind must not reach the next one in the same Worker. */

const timers = new Set<ReturnType<typeof setTimeout>>()
const { setTimeout: start } = globalThis
globalThis.setTimeout = ((...call: Parameters<typeof setTimeout>) => {
  const timer = start(...call)
  timers.add(timer)
  return timer
}) as typeof setTimeout

afterAll(async () => {
  vi.restoreAllMocks()
  globalThis.setTimeout = start
  for (const timer of timers) clearTimeout(timer)
  await reset()
})
