import { type EpochSeconds, epochSeconds } from '../../src/base/time.ts'
import { Complaint } from '../complaint.ts'
import type { KeyOptions } from '../keys.ts'
import { inJson, progress } from '../terminal.ts'
import { KEYS, putSecret } from '../wrangler/worker-secret.ts'
import { type KeySet, listKeys, nextStep, noteTimes, putNow, type Step, takeStep } from './key-set.ts'
import { absoluteOf, FROM_INPUT, holdsVariables, isOfWorker, openKeys, type Stored } from './key-store.ts'
import { bringCommand, doneInWords, nextInWords, rotateCommand, stepForScripts } from './key-words.ts'
import { judgeKeptSecret } from './place-for-secrets.ts'

/** What a run of the command came to. */
interface Outcome {
  readonly set: KeySet
  /** `undefined`: its time has not come. */
  readonly did: Step | 'put again' | undefined
}

/** `keys rotate`: one step of three, or what a run before this one did not finish. */
export async function rotateKeys(options: KeyOptions): Promise<void> {
  const { put, json, file } = options
  const now = epochSeconds(Date.now())
  const stored = await openKeys(options)
  if (stored.label !== FROM_INPUT) await judgeKeptSecret(stored.label, options.config)
  const absolute = nextStep(stored.set, undefined).step === 1 ? undefined : await absoluteOf(options)
  const { set, did } =
    put && stored.set.not_put_since !== undefined
      ? await bring({ ...putNow(stored.set, now), not_put_since: now }, 'put again', stored, options)
      : await advance(stored, absolute, now, options)

  const next = nextStep(set, absolute ?? (await absoluteOf(options)))
  const words = [doneInWords(did, stored.set, set), ...whereItIs(stored, did, options)]
  words.push(nextInWords(next, now, rotateCommand(options)))
  if (file === FROM_INPUT) {
    console.log(inJson(set))
    for (const line of words) progress(line)
  } else if (json) {
    const step = typeof did === 'object' ? did.step : null
    console.log(
      inJson({
        file: stored.label,
        did: did === 'put again' ? did : step,
        put: put === true && did !== undefined,
        next: stepForScripts(next),
        keys: listKeys(set, next),
      }),
    )
  } else console.log(words.join('\n'))
}

async function advance(
  stored: Stored,
  absolute: Awaited<ReturnType<typeof absoluteOf>>,
  now: EpochSeconds,
  options: KeyOptions,
): Promise<Outcome> {
  const noted = noteTimes(stored.set, nextStep(stored.set, absolute), now)
  const step = nextStep(noted, absolute)
  const isDue = step.step === 1 || options.now || (step.from !== undefined && step.from <= now)
  if (isDue) {
    const next = await takeStep(noted, options.now ? hurried(step, now) : step, now)
    return bring({ ...next, ...unput(stored, now) }, step, stored, options)
  }
  if (step.from === undefined) throw new Complaint(NO_CONFIGURATION)
  if (JSON.stringify(noted) !== JSON.stringify(stored.set)) await stored.replace(noted)
  return { set: noted, did: undefined }
}

/** The variables of this machine are not brought anywhere. */
const unput = ({ set, label }: Stored, now: EpochSeconds) =>
  isOfWorker(label) ? { not_put_since: set.not_put_since ?? now } : {}

function hurried(step: Step, now: EpochSeconds): Step {
  if (step.step !== 3) return step
  return { ...step, drops: step.drops.map((drop) => ({ ...drop, from: now })) }
}

/** The file first: what only the Worker has is lost. */
async function bring(
  set: KeySet,
  did: Step | 'put again',
  stored: Stored,
  options: KeyOptions,
): Promise<Outcome> {
  await stored.replace(set)
  if (!options.put) return { set, did }
  progress('Putting the keys into the Worker …')
  const { not_put_since: _, ...put } = set
  const problem = await putSecret(options, KEYS, JSON.stringify(put))
  if (problem !== undefined) {
    throw new Complaint(
      `${stored.label} has the next set, and the Worker has not got it, or nobody knows: ${problem}`,
      `To put it again: ${rotateCommand(options)}`,
    )
  }
  await stored.replace(put)
  return { set: put, did }
}

function whereItIs({ label }: Stored, did: Outcome['did'], options: KeyOptions): readonly string[] {
  if (did === undefined || label === FROM_INPUT) return []
  if (options.put) return [`${label} keeps the set, and the Worker has it.`]
  if (holdsVariables(label)) return [`${label} keeps the set; a running gatehouse dev loads it.`]
  return [`${label} keeps the set. Bring it to the Worker now: ${bringCommand(label, options)}`]
}

const NO_CONFIGURATION =
  'When the old keys may go depends on session.absolute: run this in the folder of gatehouse.config.ts, ' +
  'or name the wrangler file beside it with --config.'
