import { inLines, paint } from '../terminal.ts'
import { isSound } from './diagnose.ts'
import type { Reported, Status } from './finding.ts'

const MARKS: Readonly<Record<Status, readonly [mark: string, colour: Parameters<typeof paint>[0]]>> = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  problem: ['✗', 'red'],
  skipped: ['–', 'dim'],
}

/** For people: a line for what is well, all that is known of what is not; the reason and the remedy once for all that share them. */
export function reportInWords(findings: readonly Reported[]): string {
  const width = Math.max(...findings.map(({ title }) => title.length))
  /** What the lines above say already. */
  let why = ''
  const lines = inGroups(findings).flatMap((group) => {
    const [finding] = group
    const [mark, colour] = MARKS[finding.status]
    const head = `${paint(colour, mark)} ${finding.title.padEnd(width)}  `
    const lastWhy = why
    why = ''
    if (finding.status === 'ok') return [`${head}${inLines(finding.found)}`]
    if (finding.status === 'skipped') return [`${head}${paint('dim', inLines(finding.found))}`]
    why = `${finding.id} ${finding.why}`
    const others = group
      .slice(1)
      .map(({ found }) => `${' '.repeat(width + 4)}${paint('bold', inLines(found))}`)
    return [
      `${head}${paint('bold', inLines(finding.found))}`,
      ...others,
      ...(why === lastWhy ? [] : [`    ${paint('dim', 'why   ')} ${indented(finding.why)}`]),
      `    ${paint('dim', 'remedy')} ${indented(finding.remedy)}`,
    ]
  })
  return [...lines, '', summary(findings)].join('\n')
}

const indented = (text: string) => inLines(text).replaceAll('\n', '\n           ')

type Group = readonly [Reported, ...Reported[]]

/** Those of a check whose reason and remedy are the same stand together, where the first of them is. */
function inGroups(findings: readonly Reported[]): readonly Group[] {
  const groups = new Map<string, [Reported, ...Reported[]]>()
  for (const finding of findings) {
    const { id, status } = finding
    const key = JSON.stringify(
      'why' in finding ? [id, status, finding.why, finding.remedy] : [id, finding.found],
    )
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [finding])
    else group.push(finding)
  }
  return [...groups.values()]
}

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
