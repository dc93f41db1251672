import { inLines, paint } from '../terminal.ts'
import { isSound } from './diagnose.ts'
import type { Reported, Status } from './finding.ts'

const MARKS: Readonly<Record<Status, readonly [mark: string, colour: Parameters<typeof paint>[0]]>> = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  problem: ['✗', 'red'],
  skipped: ['–', 'dim'],
}

/** For people: a line for what is well, all that is known of what is not. */
export function reportInWords(findings: readonly Reported[]): string {
  const width = Math.max(...findings.map(({ title }) => title.length))
  const lines = findings.map((finding) => {
    const [mark, colour] = MARKS[finding.status]
    const head = `${paint(colour, mark)} ${finding.title.padEnd(width)}  `
    const found = inLines(finding.found)
    if (finding.status === 'ok') return `${head}${found}`
    if (finding.status === 'skipped') return `${head}${paint('dim', found)}`
    return [
      `${head}${paint('bold', found)}`,
      `    ${paint('dim', 'why   ')} ${indented(finding.why)}`,
      `    ${paint('dim', 'remedy')} ${indented(finding.remedy)}`,
    ].join('\n')
  })
  return [...lines, '', summary(findings)].join('\n')
}

const indented = (text: string) => inLines(text).replaceAll('\n', '\n           ')

/** How it stands as a whole, for the last line: what nobody looked at may be wrong. */
export function summary(findings: readonly Reported[]): string {
  const count = (status: Status) => findings.filter((finding) => finding.status === status).length
  const [problems, warnings, skips] = [count('problem'), count('warning'), count('skipped')]
  const fixable = findings.filter((finding) => 'fix' in finding && finding.fix !== undefined).length
  const said = [
    problems > 0
      ? `${counted(problems, 'problem')}.`
      : warnings + skips > 0
        ? 'No problems.'
        : 'Nothing is wrong.',
    ...(warnings === 0 ? [] : [lookedAt(warnings, problems)]),
    ...(skips === 0 ? [] : [`${counted(skips, 'check')} not made (–).`]),
    ...(fixable === 0
      ? []
      : [`\`npx gatehouse doctor --fix\` puts ${fixable === 1 ? 'one' : fixable} right.`]),
  ].join(' ')
  return paint(problems > 0 ? 'red' : warnings > 0 ? 'yellow' : skips > 0 ? 'reset' : 'green', said)
}

const lookedAt = (warnings: number, problems: number) =>
  problems > 0
    ? `${counted(warnings, 'warning')}.`
    : `${counted(warnings, 'warning')}: look at ${warnings === 1 ? 'it' : 'them'} before you deploy.`

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

/** For scripts. */
export function reportForScripts(findings: readonly Reported[]): object {
  return {
    sound: isSound(findings),
    findings: findings.map((finding) => ({
      check: finding.id,
      title: finding.title,
      status: finding.status,
      found: finding.found,
      ...('why' in finding && {
        why: finding.why,
        remedy: finding.remedy,
        fixable: finding.fix !== undefined,
      }),
    })),
  }
}
