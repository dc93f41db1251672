import type { Effects } from '../deployment/deployment.ts'

/** The world outside, as it is. */
export const WORLD: Effects = {
  fetch: (input, init) => globalThis.fetch(input, init),
  now: () => Date.now(),
  wait: (milliseconds) => scheduler.wait(milliseconds),
}
