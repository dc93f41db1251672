import { type Command, Option } from 'commander'
import { FROM_INPUT, holdsVariables } from './keys/key-store.ts'
import { listAllKeys } from './keys/keys-list.ts'
import { makeKeys } from './keys/keys-new.ts'
import { makeOperatorKey } from './keys/keys-new-operator.ts'
import { rotateKeys } from './keys/keys-rotate.ts'
import type { SharedOptions } from './program.ts'
import { environment, examples, wrongUsage } from './usage.ts'

/** What the commands about keys take, each of them some. */
export interface KeyOptions extends SharedOptions {
  /** A path, or {@link FROM_INPUT}. */
  readonly file?: string
  readonly put?: boolean
  /** An environment of the wrangler file. */
  readonly env?: string
  readonly replace?: boolean
  /** A key of a person who runs the deployment, not of the Worker. */
  readonly operator?: boolean
  readonly now?: boolean
}

export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .description('makes, rotates and lists the keys that sign sessions and assertions')
  keys
    .command('new')
    .description('makes the first keys: on standard output, or into a file that keeps them')
    .option('--file <file>', 'keeps them in a new file, or in a .dev.vars that has none')
    .addOption(put())
    .addOption(environment(', with --put'))
    .option('--replace', 'with --put: also where the Worker has keys; everybody has to sign in again')
    .option(
      '--operator',
      'makes a key for gatehouse sessions: the file keeps it, the Worker gets the public half',
    )
    .addHelpText(
      'after',
      examples(
        'npx gatehouse keys new --file ../docs-keys.json --put',
        'npx gatehouse keys new --operator --file ../docs-operator.json --put',
      ),
    )
    .action(async (_options: object, command: Command) => {
      const options = optionsOf(command)
      if (options.file === FROM_INPUT) wrongUsage(command, '--file must name a file.')
      if (options.replace && !options.put) wrongUsage(command, '--replace goes with --put.')
      if (!options.operator) return makeKeys(options)
      const { file } = options
      if (file === undefined || holdsVariables(file))
        wrongUsage(
          command,
          '--operator needs a --file of its own: nothing but its public half belongs in a Worker.',
        )
      await makeOperatorKey({ ...options, file })
    })
  keys
    .command('rotate')
    .description('takes the next step of a rotation, once its time has come; old keys go in the last step')
    .addOption(source())
    .addOption(put())
    .addOption(environment(', with --put'))
    .option('--now', 'does not wait: who relies on an old key signs in again, or is refused for a while')
    .addHelpText('after', examples('npx gatehouse keys rotate --file ../docs-keys.json --put'))
    .action(async (_options: object, command: Command) => {
      const options = optionsOf(command)
      if (options.put && (options.file === undefined || options.file === FROM_INPUT))
        wrongUsage(command, '--put needs a --file that keeps the keys: nobody can read them back.')
      await rotateKeys(options)
    })
  keys
    .command('list')
    .description('says which keys there are, which sign and which may go, and never a secret')
    .addOption(source())
    .addHelpText('after', examples('npx gatehouse keys list --file ../docs-keys.json'))
    .action((_options: object, command: Command) => listAllKeys(optionsOf(command)))
}

const put = () => new Option('--put', 'puts them into the deployed Worker, by wrangler secret put')
const source = () =>
  new Option('--file <file>', 'the file that keeps them, or - for standard input; default: .dev.vars')

function optionsOf(command: Command): KeyOptions {
  const options = command.optsWithGlobals<KeyOptions>()
  if (options.env !== undefined && !options.put) wrongUsage(command, '--env goes with --put.')
  if (options.put && options.file !== undefined && holdsVariables(options.file))
    wrongUsage(
      command,
      `--put needs a file for the keys of the deployed Worker: ${options.file} is for this machine.`,
    )
  return options
}
