import { type EpochSeconds, timestamp } from '../../src/base/time.ts'
import type { KeyOptions } from '../keys.ts'
import { paint } from '../terminal.ts'
import type { KeySet, ListedKey, Step } from './key-set.ts'

/** The command that goes on with these keys. */
export function rotateCommand({ file, put, env, config }: KeyOptions): string {
  const said = [
    ...(config === undefined ? [] : ['--config', config]),
    ...(file === undefined ? [] : ['--file', file]),
    ...(put ? ['--put'] : []),
    ...(env === undefined ? [] : ['--env', env]),
  ]
  return ['npx gatehouse keys rotate', ...said.map(quoted)].join(' ')
}

/** What brings a file of keys to the Worker by hand. */
export const bringCommand = (file: string, { config }: KeyOptions): string =>
  `npx wrangler secret put GATEHOUSE_KEYS${config === undefined ? '' : ` --config ${quoted(config)}`} < ${quoted(file)}`

/** For a shell. */
export const quoted = (word: string) =>
  /^[\w./=@:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** A line for each key. */
export function keyTable(keys: readonly ListedKey[], now: EpochSeconds): string {
  const rows = keys.map((key) => [
    key.kid,
    key.algorithm,
    key.purpose,
    madeInWords(key, now),
    stateInWords(key),
  ])
  const widths = [0, 1, 2, 3].map((at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  return rows.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')).join('\n')
}

const DAY_MS = 86_400_000

export function madeInWords({ made }: Pick<ListedKey, 'made'>, now: EpochSeconds): string {
  if (made === undefined) return 'made at an unknown time'
  const days = Math.floor((now * 1000 - Date.parse(made)) / DAY_MS)
  return `made ${made.slice(0, 10)} (${days < 1 ? 'today' : days === 1 ? '1 day ago' : `${days} days ago`})`
}

function stateInWords({ signs, signs_from: signsFrom, may_be_dropped_from: dropped }: ListedKey): string {
  if (signs) return paint('green', 'signs')
  if (signsFrom !== undefined) return `verifies, may sign from ${minute(signsFrom)}`
  if (dropped !== undefined) return `verifies, may be dropped from ${minute(dropped)}`
  return 'verifies'
}

/** What a step did to a set. */
export function doneInWords(did: Step | 'put again' | undefined, before: KeySet, after: KeySet): string {
  if (did === undefined) return 'There is nothing to do yet, and nothing was changed.'
  if (did === 'put again')
    return 'The last step had not come to the Worker, so it was put again. Its wait begins now.'
  const kidsOnly = ({ keys }: KeySet, { keys: others }: KeySet, kty?: 'oct' | 'EC') =>
    keys
      .filter((key) => (kty ?? key.kty) === key.kty && !others.some(({ kid }) => kid === key.kid))
      .map(({ kid }) => kid)
      .join(' and ')
  const said = {
    1: () =>
      `${kidsOnly(after, before, 'oct')} signs sessions from now on. ${kidsOnly(after, before, 'EC')} is published, ` +
      'and signs nothing yet. The old keys still verify.',
    2: () => `${did.step === 2 ? did.kids.join(' and ') : ''} signs from now on. The old keys still verify.`,
    3: () => `Dropped: ${kidsOnly(before, after)}. What they signed counts for nothing.`,
  }
  return `${paint('bold', `Step ${did.step} of 3.`)} ${said[did.step]()}`
}

/** @param command what takes the step */
export function nextInWords(next: Step, now: EpochSeconds, command: string): string {
  switch (next.step) {
    case 1:
      return `No rotation is under way. To begin one: ${command}`
    case 2:
      return (
        `Next${when(next.from, now)}: ${command}\n` +
        `  ${next.kids.join(' and ')} signs then. Backends may keep the published keys for five minutes, and five are to spare.`
      )
    case 3:
      return (
        `Next${when(next.from, now)}: ${command}\n` +
        next.drops.map(({ kid, from }) => `  ${kid} may be dropped${when(from, now)}.`).join('\n') +
        '\n  Until then something that it signed or sealed may be valid (session.absolute, and five minutes to spare).' +
        (next.drops.some(({ from }) => from === undefined) ? `\n  ${WHEN}` : '')
      )
  }
}

/** Where nobody has noted since when the first keys sign, or where there is no configuration. */
const WHEN = 'The command says when, where gatehouse.config.ts is: in its folder, or with --config.'

function when(from: EpochSeconds | undefined, now: EpochSeconds): string {
  if (from === undefined) return ', when session.absolute has passed'
  return from <= now ? '' : `, from ${minute(timestamp(from))} on`
}

/** Rounded up, so that nobody comes too early. */
const minute = (time: string) =>
  `${new Date(Math.ceil(Date.parse(time) / 60_000) * 60_000).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** The next step as JSON. */
export function stepForScripts(next: Step): object {
  if (next.step === 1) return { step: 1 }
  return { step: next.step, from: next.from === undefined ? null : timestamp(next.from) }
}
