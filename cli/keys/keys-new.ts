import { epochSeconds } from '../../src/base/time.ts'
import { newKeys } from '../../src/crypto/new-keys.ts'
import { Complaint } from '../complaint.ts'
import type { KeyOptions } from '../keys.ts'
import { inJson, progress } from '../terminal.ts'
import { hasSecret, KEYS, putSecret } from '../wrangler/worker-secret.ts'
import { type KeySet, listKeys, nextStep } from './key-set.ts'
import { holdsVariables, keepFirstKeys } from './key-store.ts'
import { bringCommand, keyTable, rotateCommand } from './key-words.ts'
import { refuseNewSecret } from './place-for-secrets.ts'

/** `keys new`: never in the place of keys that somebody may need, unless that was said. */
export async function makeKeys(options: KeyOptions): Promise<void> {
  const { file, put, replace, json, config, env } = options
  const worker = { config, env }
  const text = await newKeys()
  if (file !== undefined) await refuseNewSecret(file, config)
  if (put && !replace) {
    progress('Asking whether the Worker has keys …')
    if (await hasSecret(worker, KEYS)) throw new Complaint(HAS_KEYS)
  }
  if (file === undefined) {
    console.log(text)
    console.error(SHOWN_ONCE)
    if (!put) return
    const problem = await putSecret(worker, KEYS, text)
    if (problem !== undefined)
      throw new Complaint(`The Worker has not got the keys above, or nobody knows: ${problem}`)
    progress('The Worker has them.')
    return
  }

  const set = JSON.parse(text) as KeySet
  const stored = await keepFirstKeys(file, {
    ...set,
    ...(!holdsVariables(file) && { not_put_since: epochSeconds(Date.now()) }),
  })
  if (put) {
    progress('Putting them into the Worker …')
    const problem = await putSecret(worker, KEYS, text)
    if (problem !== undefined) {
      throw new Complaint(
        `${file} has new keys, and the Worker has not got them, or nobody knows: ${problem}`,
        `To put them again: ${rotateCommand(options)}`,
      )
    }
    await stored.replace(set)
  }
  const keys = listKeys(set, nextStep(set, undefined))
  if (json) return console.log(inJson({ file, put: put === true, keys }))
  console.log(keyTable(keys, epochSeconds(Date.now())))
  console.log(
    `${file} keeps them. ${holdsVariables(file) ? '' : 'Keep a copy where your other secrets are.'}`.trimEnd(),
  )
  if (put) console.log('The Worker has them.')
  else if (!holdsVariables(file)) console.log(`To bring them to the Worker: ${bringCommand(file, options)}`)
  console.log(`To rotate them: ${rotateCommand(options)}`)
}

const HAS_KEYS =
  'The Worker has keys already; others in their place would sign everybody out. To rotate those: ' +
  'npx gatehouse keys rotate --file <the file that keeps them> --put. Where nobody has them any more: --replace.'

const SHOWN_ONCE =
  'These keys are nowhere else, and nobody can read them back from a Worker: keep them where your other secrets are, ' +
  'or they cannot be rotated. --file <path> keeps them in a file.'
