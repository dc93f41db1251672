import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/**
 * CPU time that a process has used so far, in user mode and in the kernel, all threads (in microseconds). Linux only. From the
 * scheduler, which counts nanoseconds, since /proc/<pid>/stat has hundredths of a second: too coarse for short turns. The time of a thread that has
 * ended is lost, but workerd keeps its own.
 */
export function cpuMicroseconds(pid: number): number {
  const threads = `/proc/${pid}/task`
  const nanoseconds = readdirSync(threads).map((thread) =>
    Number(readFileSync(`${threads}/${thread}/schedstat`, 'latin1').split(' ', 1)[0]),
  )
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1000
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
