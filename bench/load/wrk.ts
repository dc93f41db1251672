import { join } from 'node:path'
import { output } from '../processes.ts'
import type { Load, LoadGenerator } from './load.ts'

const REPORT = join(import.meta.dirname, 'wrk-report.lua')

export const wrk = (version: string): LoadGenerator => ({
  name: version,
  async run({ url, headers }, connections, seconds) {
    const printed = await output('wrk', [
      '--threads=1',
      `--connections=${connections}`,
      `--duration=${seconds}s`,
      `--script=${REPORT}`,
      ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
      url,
    ])
    // The script's line is the last; before it wrk reports to people.
    return JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '') as Load
  },
})
