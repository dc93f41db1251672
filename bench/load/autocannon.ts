import { createRequire } from 'node:module'
import { output } from '../processes.ts'
import type { LoadGenerator } from './load.ts'

const require = createRequire(import.meta.url)

interface Report {
  readonly duration: number
  readonly requests: { readonly total: number }
  /** In milliseconds. */
  readonly latency: { readonly p50: number }
  readonly errors: number
  readonly timeouts: number
  readonly non2xx: number
}

/** In a process of its own, like wrk, so that it shares no thread with the program that measures. */
export function autocannon(): LoadGenerator {
  const { version } = require('autocannon/package.json') as { version: string }
  return {
    name: `autocannon ${version}`,
    async run({ url, headers }, connections, seconds) {
      const printed = await output(process.execPath, [
        require.resolve('autocannon'),
        '--json',
        `--connections=${connections}`,
        `--duration=${seconds}`,
        ...Object.entries(headers).flatMap(([name, value]) => ['--headers', `${name}=${value}`]),
        url,
      ])
      const { duration, requests, latency, errors, timeouts, non2xx } = JSON.parse(printed) as Report
      return {
        requests: requests.total,
        seconds: duration,
        p50: latency.p50 < 10 ? undefined : latency.p50 * 1000,
        failed: errors + timeouts + non2xx,
      }
    },
  }
}
