import { type Command, InvalidArgumentError, Option } from 'commander'
import { isOrigin } from '../src/policy/canonical-url.ts'
import { ExitCode } from './complaint.ts'
import { confirm } from './confirm.ts'
import { CHECKS } from './doctor/checks.ts'
import { diagnose, isSound } from './doctor/diagnose.ts'
import type { Reported } from './doctor/finding.ts'
import { fixesOf } from './doctor/fix.ts'
import { liveChecks } from './doctor/live-checks.ts'
import { type Project, readProject } from './doctor/project.ts'
import { reportForScripts, reportInWords } from './doctor/report.ts'
import { unknownEnvironment } from './doctor/wrangler-settings.ts'
import { shown, writeFiles } from './files/file-changes.ts'
import { openKeys } from './keys/key-store.ts'
import type { SharedOptions } from './program.ts'
import { complain, progress, reserveStandardOutput } from './terminal.ts'
import { environment, examples, wrongUsage, yes } from './usage.ts'

interface Options extends SharedOptions {
  readonly env?: string
  readonly offline?: boolean
  /** An origin. */
  readonly live?: string
  readonly keys?: string
  readonly fix?: boolean
  readonly yes?: boolean
}

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('says what is wrong with a set-up, why it matters, and what puts it right')
    .addOption(environment())
    .option('--offline', 'makes no check that asks the network')
    .addOption(
      new Option('--live <url>', 'asks the deployed Worker too, at https://host')
        .argParser(parseLive)
        .conflicts('offline'),
    )
    .option('--keys <file>', 'with --live: the file that keeps its keys')
    .option('--fix', 'shows what can be put right here, asks, and writes it')
    .addOption(yes(' before --fix writes'))
    .addHelpText(
      'after',
      examples(
        'npx gatehouse doctor',
        'npx gatehouse doctor --env staging --fix',
        'npx gatehouse doctor --live https://docs.example.com',
      ),
    )
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      if (options.yes && !options.fix) wrongUsage(command, '--yes answers what --fix asks: add --fix.')
      if (options.keys !== undefined && options.live === undefined)
        wrongUsage(command, '--keys is compared with what the Worker publishes: add --live.')
      await doctor(options, command)
    })
}

function parseLive(text: string): string {
  if (isOrigin(text)) return new URL(text).origin
  throw new InvalidArgumentError('Write https://host, without a path.')
}

async function doctor(options: Options, command: Command): Promise<void> {
  const { fix, json } = options
  const printJson = json ? reserveStandardOutput() : undefined
  progress('Looking at the project …')
  const first = await examine(options, command)
  const fixed = fix ? await putRight(first, options) : []
  const { findings } = fixed.length > 0 ? await examine(options, command) : first
  if (printJson === undefined) console.log(reportInWords(findings))
  else printJson({ ...reportForScripts(findings), ...(fix && { fixed }) })
  if (!isSound(findings)) throw new ExitCode(1)
}

interface Examined {
  readonly project: Project
  readonly findings: readonly Reported[]
}

async function examine({ config, env, offline, live, keys }: Options, command: Command): Promise<Examined> {
  const project = await readProject({ cwd: process.cwd(), config, env })
  const unknown = unknownEnvironment(project.wrangler, env)
  if (unknown !== undefined) wrongUsage(command, unknown)
  const checks = CHECKS.filter(({ asks }) => !offline || asks !== 'network')
  const kept = keys === undefined ? undefined : await openKeys({ file: keys })
  const ofWorker = live === undefined ? [] : liveChecks(live, kept)
  return { project, findings: await diagnose(project, [...checks, ...ofWorker]) }
}

/** @returns the files that were written */
async function putRight({ project, findings }: Examined, { yes }: Options): Promise<readonly string[]> {
  const { changes, impossible } = await fixesOf(findings, project.nameOf)
  for (const { found } of impossible)
    complain(`This cannot be written without changing something else, so it is left to you: ${found}`)
  if (changes.length === 0) {
    progress('Nothing here can be put right by --fix.')
    return []
  }
  for (const change of changes) process.stderr.write(`${shown(change)}\n`)
  if (!yes) await confirm(`Write ${changes.length === 1 ? 'this file' : `these ${changes.length} files`}?`)
  await writeFiles(changes)
  progress(`Written: ${changes.map(({ label }) => label).join(', ')}`)
  return changes.map(({ label }) => label)
}
