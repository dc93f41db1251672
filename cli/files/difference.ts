import { structuredPatch } from 'diff'
import { plain } from '../columns.ts'
import { paint } from '../terminal.ts'

/** Lines that go and lines that come, with three around them, in colours on standard error. */
export function difference(before: string, after: string): string {
  const options = { context: 3, timeout: COMPARING_MS }
  const patch = structuredPatch('', '', ended(before), ended(after), '', '', options)
  const lines = patch?.hunks.flatMap(({ lines: some }, at) => (at === 0 ? some : ['…', ...some])) ?? [
    `${before.length} characters are replaced by ${after.length}: they have too little in common to show it.`,
  ]
  return lines
    .map((line) => plain(line.replace(/\r$/, '').replaceAll('\t', '  ')))
    .map((line) => {
      if (line.startsWith('+')) return paint('green', line, process.stderr)
      return line.startsWith('-') ? paint('red', line, process.stderr) : line
    })
    .join('\n')
}

/** Thousands of rules that are all different would take ten seconds. */
const COMPARING_MS = 2_000

const ended = (text: string) => (text === '' || text.endsWith('\n') ? text : `${text}\n`)
