import { epochSeconds } from '../../src/base/time.ts'
import { readIfThere } from '../files/read-if-there.ts'
import type { KeyOptions } from '../keys.ts'
import { inJson } from '../terminal.ts'
import { listKeys, nextStep } from './key-set.ts'
import { absoluteOf, holdsVariables, isOfWorker, openKeys } from './key-store.ts'
import { keyTable, nextInWords, rotateCommand, stepForScripts } from './key-words.ts'
import { listOperatorKey } from './keys-new-operator.ts'
import { parseOperatorKey } from './operator-key.ts'

/** `keys list` */
export async function listAllKeys(options: KeyOptions): Promise<void> {
  const { file } = options
  const operator = file && !holdsVariables(file) ? parseOperatorKey(await readIfThere(file)) : undefined
  if (operator !== undefined) return listOperatorKey(operator, options)
  const { set, label } = await openKeys(options)
  const next = nextStep(set, await absoluteOf(options))
  const keys = listKeys(set, next)
  const isPut = set.not_put_since === undefined
  if (options.json) return console.log(inJson({ keys, next: stepForScripts(next), put: isPut }))
  const now = epochSeconds(Date.now())
  console.log(keyTable(keys, now))
  if (!isPut) console.log('The last change was not brought to the Worker by --put.')
  console.log(nextInWords(next, now, rotateCommand({ ...options, put: isPut && isOfWorker(label) })))
}
