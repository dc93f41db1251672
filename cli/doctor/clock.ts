import type { HttpAnswer } from '../network/ask.ts'
import { type Finding, skipped, sound, warning } from './finding.ts'

/** Half of the difference that ID tokens tolerate. */
const MOST_APART_SECONDS = 30

/**
 * By the `Date` of an answer, which has whole seconds.
 *
 * @param at epoch milliseconds here, when it arrived
 * @param whose in sentences: "the environment"
 * @param why what fails where the clocks are too far apart
 */
export function judgeClocks(
  answer: HttpAnswer | undefined,
  at: number,
  whose: string,
  why: string,
): readonly Finding[] {
  const date = Date.parse(answer?.headers.get('date') ?? '')
  if (Number.isNaN(date)) return skipped(`${whose} does not say what time it is`)
  const ahead = Math.round((at - date) / 1000)
  const apart = `${Math.abs(ahead)} seconds`
  if (Math.abs(ahead) < MOST_APART_SECONDS) return sound(`${apart} apart`)
  return [
    warning({
      found: `The clock of this machine is ${apart} ${ahead < 0 ? 'behind' : 'ahead of'} that of ${whose}.`,
      why,
      remedy: 'Let the system set its clock: timedatectl set-ntp true, or Date & Time in the settings.',
    }),
  ]
}
