import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second for programs, whatever the kernel's own tick (USER_HZ, proc(5)). */
const MICROSECONDS_PER_TICK = 10_000

/** CPU time that a process has used so far, in user mode and in the kernel, all threads (in microseconds). Linux only. */
export function cpuMicroseconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // The name, in parentheses, may hold anything; the fields behind it are numbered from 3 in proc(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user, system] = [Number(fields[14 - 3]), Number(fields[15 - 3])]
  return (user + system) * MICROSECONDS_PER_TICK
}

/** Whether this machine can count instructions, which would not vary with its load; in words for the report. */
export function instructionCounting(): string {
  const { error, status, stderr } = spawnSync('perf', ['stat', '-x,', '-e', 'instructions:u', 'true'], {
    encoding: 'utf8',
  })
  if (error !== undefined) return 'not counted: `perf` is not installed'
  if (status !== 0) return 'not counted: `perf stat` may not be used here'
  return stderr.includes('not supported')
    ? 'not counted: `perf stat` finds no counter for them on this machine'
    : 'not counted, although this machine could'
}
