import { epochSeconds } from '../../src/base/time.ts'
import { newOperatorKey } from '../../src/crypto/new-keys.ts'
import { OPERATOR_KEYS } from '../../src/crypto/operator-keys.ts'
import { Complaint } from '../complaint.ts'
import { existingFile } from '../files/find-files.ts'
import { writeWhole } from '../files/write-whole.ts'
import type { KeyOptions } from '../keys.ts'
import { inJson, progress } from '../terminal.ts'
import { hasSecret, putSecret } from '../wrangler/worker-secret.ts'
import { warnOfReaders } from './key-store.ts'
import { madeInWords, quoted } from './key-words.ts'
import { type OperatorJwk, parseOperatorKey, publicHalf } from './operator-key.ts'
import { refuseNewSecret } from './place-for-secrets.ts'

/** `keys new --operator`: the private half stays in the file, and the Worker gets the other. */
export async function makeOperatorKey(options: KeyOptions & { readonly file: string }): Promise<void> {
  const { file, put, replace, json } = options
  await refuseNewSecret(file, options.config)
  if (existingFile(file) !== undefined)
    throw new Complaint(`${file} is there already, and stays as it is: name another file.`)
  if (put && !replace) {
    progress('Asking whether the Worker has keys of operators …')
    if (await hasSecret(options, OPERATOR_KEYS)) throw new Complaint(HAS_KEYS)
  }
  const text = JSON.stringify(await newOperatorKey(epochSeconds(Date.now())), null, 2)
  const key = parseOperatorKey(text)
  if (key === undefined) throw new Error('A new key is not as keys are')
  await writeWhole(file, `${text}\n`, undefined)
  await warnOfReaders(file)
  if (put) {
    progress('Putting its public half into the Worker …')
    const problem = await putSecret(options, OPERATOR_KEYS, publicHalf(key))
    if (problem !== undefined)
      throw new Complaint(
        `${file} has a new key, and the Worker does not know it, or nobody can say: ${problem}`,
        `To put its public half again: ${bringCommand(key, options)}`,
      )
  }
  if (json) return console.log(inJson({ file, put: put === true, ...forScripts(key) }))
  console.log(
    `${file} keeps the key ${key.kid}. Whoever has it can list and end every session of the deployment.`,
  )
  if (put) console.log('The Worker knows its public half.')
  else for (const line of waysToTheWorker(key, options)) console.log(line)
}

/** `keys list` of such a file. */
export function listOperatorKey(key: OperatorJwk, options: KeyOptions): void {
  if (options.json) {
    console.log(inJson(forScripts(key)))
    return
  }
  const { made } = described(key)
  console.log(`${key.kid}  ES256  operator  ${madeInWords({ made }, epochSeconds(Date.now()))}  signs`)
  for (const line of waysToTheWorker(key, options)) console.log(line)
}

const described = ({ kid, alg, iat }: OperatorJwk) => ({
  kid,
  algorithm: alg,
  purpose: 'operator',
  made: iat === undefined ? undefined : new Date(iat * 1000).toISOString(),
  signs: true,
})

/** `public` is what the Worker gets. */
const forScripts = (key: OperatorJwk) => ({
  keys: [described(key)],
  public: JSON.parse(publicHalf(key)) as object,
})

const bringCommand = (key: OperatorJwk, { config, env }: KeyOptions): string =>
  `echo ${quoted(publicHalf(key))} | npx wrangler secret put ${OPERATOR_KEYS}` +
  `${config === undefined ? '' : ` --config ${quoted(config)}`}${env === undefined ? '' : ` --env ${quoted(env)}`}`

const waysToTheWorker = (key: OperatorJwk, options: KeyOptions): readonly string[] => [
  `The Worker needs its public half: ${bringCommand(key, options)}`,
  `For gatehouse dev, in .dev.vars: ${OPERATOR_KEYS}='${publicHalf(key)}'`,
  'Where there are other operators, add it to the keys that are there: all of them are one set.',
]

const HAS_KEYS =
  'The Worker has keys of operators already, which would count no more. To keep them, make the key without --put, and put a set ' +
  'that has all of them. Where they are to go: --replace.'
