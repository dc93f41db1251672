import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { startVitest } from 'vitest/node'
import { SummaryReporter } from './summary-reporter.ts'

/**
 * The whole check in one command: types, lint, then every test, in workerd, on Node and in a browser. Goes through all
 * of it even where something fails, and ends with one line of counts.
 */
const CHECKS: readonly [name: string, command: string, ...args: string[]][] = [
  ['types of the Worker', 'tsc'],
  ['types of what runs on Node', 'tsc', '-p', 'test/tsconfig.node.json'],
  ['lint and format', 'biome', 'check', '.'],
]

let passed = 0
let failed = 0

/** One after the other, while tests wait for other things; what one says is shown when it has ended. */
async function runChecks(): Promise<void> {
  for (const [name, command, ...args] of CHECKS) {
    const child = spawn(command, args)
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said += text
      })
    }
    const [code] = await once(child, 'close').catch(({ message }: Error) => {
      said += `${message}\n`
      return [null]
    })
    console.log(`${said}${code === 0 ? '✓' : '✗'} ${name}`)
    if (code === 0) passed += 1
    else failed += 1
  }
}

/**
 * What the runtime remarks on things that tests do on purpose: a cookie header of such bytes (CVE-2026-39410), a form that an app reads as
 * text, a WebSocket that one side drops. Its Vitest plugin prints that whatever it is told.
 */
const REMARKS = [
  'A header value for "Cookie" contains non-ASCII characters: "',
  'console warning; message = Called .text() on an HTTP body which does not appear to be text.',
  'exception = kj/compat/http.c++:4363: disconnected: other end of WebSocketPipe was destroyed',
]
for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream)
  let isRemark = false
  stream.write = ((text: string, ...rest: []) => {
    // The stack of a remark may come by itself.
    isRemark =
      REMARKS.some((remark) => String(text).startsWith(remark)) ||
      (isRemark && String(text).startsWith('stack: '))
    return isRemark || write(text, ...rest)
  }) as typeof stream.write
}

/**
 * Tests that wait for servers and browsers, and tests that keep a core busy, run beside each other: one after the other, they left half of
 * two cores idle.
 */
const half = Math.floor(availableParallelism() / 2)
const SIDES = [
  // Most of its time a file of these waits for something else.
  { project: ['node'], maxWorkers: half + 2 },
  // Each of these is a Worker, which takes a while to start.
  { project: ['unit', 'workerd'], maxWorkers: Math.max(1, half) },
]

const summary = new SummaryReporter()
const runs = SIDES.map(async (side) => {
  const vitest = await startVitest('test', process.argv.slice(2), {
    ...side,
    watch: false,
    passWithNoTests: true,
    reporters: ['minimal', summary],
  })
  await vitest.close()
})
await Promise.all([...runs, runChecks()])
for (const [name, project] of summary.projects)
  console.log(
    `${project.failed === 0 ? '✓' : '✗'} ${name}: ${project.passed} tests in ${project.files} files`,
  )
passed += summary.passed
failed += summary.failed

console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
