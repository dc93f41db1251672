import { type Command, InvalidArgumentError, Option } from 'commander'
import { isOrigin } from '../src/policy/canonical-url.ts'
import { ExitCode } from './complaint.ts'
import { confirm } from './confirm.ts'
import { CHECKS } from './doctor/checks.ts'
import { diagnose, isSound } from './doctor/diagnose.ts'
import type { Reported } from './doctor/finding.ts'
import { fixesOf } from './doctor/fix.ts'
import { liveChecks } from './doctor/live/checks.ts'
import { howToImport, NAMES_FILE, namesChange, namesOf } from './doctor/organization-names.ts'
import { type Project, readProject } from './doctor/project.ts'
import { reportForScripts, reportInWords } from './doctor/report.ts'
import { unknownEnvironment } from './doctor/wrangler/settings.ts'
import { type FileChange, shown, writeFiles } from './files/file-changes.ts'
import { openKeys } from './keys/key-store.ts'
import type { SharedOptions } from './program.ts'
import { askScalekit, orComplain } from './scalekit/command.ts'
import { complain, progress, reserveStandardOutput } from './terminal.ts'
import { environment, examples, wrongUsage, yes } from './usage.ts'

interface Options extends SharedOptions {
  readonly env?: string
  readonly offline?: boolean
  /** An origin. */
  readonly live?: string
  readonly keys?: string
  readonly fix?: boolean
  readonly write?: boolean
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
    .addOption(
      new Option(
        '--write',
        `puts the names that Scalekit has for organizations into ${NAMES_FILE}`,
      ).conflicts('offline'),
    )
    .addOption(yes(' before --fix or --write writes'))
    .addHelpText(
      'after',
      examples(
        'npx gatehouse doctor',
        'npx gatehouse doctor --env staging --fix',
        'npx gatehouse doctor --write',
        'npx gatehouse doctor --live https://docs.example.com',
      ),
    )
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      if (options.yes && !options.fix && !options.write)
        wrongUsage(command, '--yes answers what --fix and --write ask: add one of them.')
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
  const { fix, write, json } = options
  const printJson = json ? reserveStandardOutput() : undefined
  progress('Looking at the project …')
  const first = await examine(options, command)
  const fixed = fix ? await putRight(first, options) : []
  const written = write ? await writeNames(first.project, options) : []
  const { findings } = fixed.length + written.length > 0 ? await examine(options, command) : first
  if (printJson === undefined) console.log(reportInWords(findings))
  else printJson({ ...reportForScripts(findings), ...(fix && { fixed }), ...(write && { written }) })
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
  return writeAfterAsking(changes, yes)
}

/** @returns the file with the names of organizations, where it was written */
async function writeNames(project: Project, options: Options): Promise<readonly string[]> {
  const names = namesOf(orComplain(await (await askScalekit(options)).organizations()))
  for (const sentence of names.unusable)
    complain(`${sentence} It is left out; change it in Scalekit, or name it in gatehouse.config.ts.`)
  const change = await namesChange(project, names)
  if (change === undefined) progress(`${NAMES_FILE} has every name as Scalekit has it.`)
  const written = change === undefined ? [] : await writeAfterAsking([change], options.yes)
  const { config } = await readProject({ cwd: process.cwd(), config: options.config, env: options.env })
  const rest = config.ok ? howToImport(names, config.value) : undefined
  if (rest !== undefined) progress(rest)
  return written
}

async function writeAfterAsking(
  changes: readonly FileChange[],
  yes: boolean | undefined,
): Promise<readonly string[]> {
  for (const change of changes) process.stderr.write(`${shown(change)}\n`)
  if (!yes) await confirm(`Write ${changes.length === 1 ? 'this file' : `these ${changes.length} files`}?`)
  await writeFiles(changes)
  progress(`Written: ${changes.map(({ label }) => label).join(', ')}`)
  return changes.map(({ label }) => label)
}
