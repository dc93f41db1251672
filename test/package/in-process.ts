import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { Readable } from 'node:stream'
import { format } from 'node:util'
import { run } from '../../cli/program.ts'
import type { runWrangler } from '../../cli/wrangler/wrangler.ts'
import { bundleSimulator } from '../../simulator/bundle.ts'
import type { Ended } from './command-line.ts'

interface Surroundings {
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  /** In the place of the project's Wrangler. */
  readonly wrangler?: typeof runWrangler
}

let isRunning = false

/**
 * Runs a command line in this process, which spares a start of Node for each of a hundred: in its folder, with its standard streams and
 * its environment, one at a time. What leaves something running needs a process of its own.
 */
export async function runHere(
  cwd: string,
  args: readonly string[],
  { input = '', env = {}, wrangler }: Surroundings = {},
): Promise<Ended> {
  if (isRunning) throw new Error('One command line at a time: they share a folder and an environment.')
  isRunning = true
  const heard = { stdout: '', stderr: '' }
  const restore = replace(heard, input)
  const before = { folder: process.cwd(), env: { ...process.env } }
  process.chdir(cwd)
  Object.assign(process.env, env)
  try {
    const code = await run(['node', 'gatehouse', ...args], { read: bundleSimulator }, wrangler)
    return { code, ...heard }
  } finally {
    restore()
    process.chdir(before.folder)
    // Commands quieten what they start, which the next one is to do itself.
    for (const name of Object.keys(process.env)) if (!(name in before.env)) delete process.env[name]
    Object.assign(process.env, before.env)
    isRunning = false
  }
}

/** Puts others in the place of the standard streams. @returns what takes them back */
function replace(heard: { stdout: string; stderr: string }, input: string | Uint8Array): () => void {
  const { stdin, stdout, stderr } = process
  const { log, error } = console
  const { writeSync } = fs
  const own = { stdout: stdout.write, stderr: stderr.write }
  const takes = (name: 'stdout' | 'stderr') =>
    ((text: string | Uint8Array) => {
      heard[name] += typeof text === 'string' ? text : Buffer.from(text).toString()
      return true
    }) as typeof stdout.write
  Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(input)]), configurable: true })
  stdout.write = takes('stdout')
  stderr.write = takes('stderr')
  // That of Vitest goes to its reporter.
  console.log = (...what) => void process.stdout.write(`${format(...what)}\n`)
  console.error = (...what) => void process.stderr.write(`${format(...what)}\n`)
  fs.writeSync = ((_fd: number, text: string) => {
    heard.stdout += text
    return text.length
  }) as typeof writeSync
  syncBuiltinESMExports()
  return () => {
    Object.defineProperty(process, 'stdin', { value: stdin, configurable: true })
    stdout.write = own.stdout
    stderr.write = own.stderr
    console.log = log
    console.error = error
    fs.writeSync = writeSync
    syncBuiltinESMExports()
  }
}
