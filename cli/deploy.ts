import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import type { Command } from 'commander'
import { Complaint, ExitCode } from './complaint.ts'
import { CHECKS } from './doctor/checks.ts'
import { missingSecrets } from './doctor/deployed-secrets.ts'
import { diagnose, isSound } from './doctor/diagnose.ts'
import type { Reported } from './doctor/finding.ts'
import { type Project, readProject } from './doctor/project.ts'
import { reportForScripts, reportInWords } from './doctor/report.ts'
import { unknownEnvironment } from './doctor/wrangler/settings.ts'
import type { SharedOptions } from './program.ts'
import { complain, paint, progress, reserveStandardOutput } from './terminal.ts'
import { environment, examples, wrongUsage } from './usage.ts'
import { isBefore, KNOWS_CODE_UPDATE } from './wrangler/versions.ts'
import { secretNames } from './wrangler/worker-secret.ts'
import { isLoggedOutIn, NOT_LOGGED_IN, startWrangler } from './wrangler/wrangler.ts'

interface Options extends SharedOptions {
  readonly env?: string
  readonly dryRun?: boolean
  readonly force?: boolean
}

export function addDeploy(program: Command): void {
  program
    .command('deploy')
    .description('makes the checks of doctor that need no network, then deploys with Wrangler')
    .argument('[arguments...]', 'for wrangler deploy, behind --')
    .addOption(environment())
    .option('--dry-run', 'builds and deploys nothing, as wrangler deploy --dry-run')
    .option('--force', 'deploys although something is wrong, and says what')
    .addHelpText('after', examples('npx gatehouse deploy', 'npx gatehouse deploy --env staging -- --tag v2'))
    .action(async (args: readonly string[], _options: object, command: Command) => {
      const other = deploysOther(args)
      if (other !== undefined)
        wrongUsage(
          command,
          `${other} behind -- would deploy something else than is looked at: ${HOW_TO_NAME_IT}`,
        )
      await deploy(command, args)
    })
}

const HOW_TO_NAME_IT =
  'npx gatehouse deploy has --env and --config itself, and the rest belongs into the wrangler file.'

/** Of Wrangler's own, in all their spellings: what decides which Worker, which settings and which files. */
const DECIDES = /^(?:--?(?:env|e|config|c|cwd|script|assets|site)(?:=|$)|-[ec](?!-))/

/** @returns the first of Wrangler's arguments by which it would deploy what was not looked at */
const deploysOther = (args: readonly string[]): string | undefined =>
  args.find((arg, at) => DECIDES.test(arg) || (!arg.startsWith('-') && !/^-[^=]*$/.test(args[at - 1] ?? '')))

async function deploy(command: Command, args: readonly string[]): Promise<void> {
  const options = command.optsWithGlobals<Options>()
  const { config, env, force, json, dryRun } = options
  const printJson = json ? reserveStandardOutput() : undefined
  progress('Looking at the project …')
  const project = await readProject({ cwd: process.cwd(), config, env, isForDeploy: true })
  const unknown = unknownEnvironment(project.wrangler, env)
  if (unknown !== undefined) wrongUsage(command, unknown)
  const findings = await diagnose(
    project,
    CHECKS.filter(({ asks }) => asks === 'project'),
  )
  const mayGo = isSound(findings) || force === true
  if (printJson === undefined) sayFindings(findings, mayGo)
  if (!mayGo) {
    printJson?.({ ...reportForScripts(findings), deployed: false })
    throw new ExitCode(1)
  }
  // Wrangler would say so after its build, and name a deployment to an account that nobody has.
  if (dryRun !== true && !canLogIn(args) && (await isLoggedOutIn(project.folder)))
    throw new Complaint(`Nothing was deployed. ${NOT_LOGGED_IN}`)
  const code = await runDeploy(project, options, args)
  printJson?.({ ...reportForScripts(findings), deployed: code === 0 && dryRun !== true })
  if (code !== 0) throw new ExitCode(code)
  if (dryRun !== true) await sayWhatIsNext(project)
}

/** Whether Wrangler logs somebody in by itself, or is told whom to deploy for in another way. */
const canLogIn = (args: readonly string[]): boolean =>
  (process.stdin.isTTY && process.stdout.isTTY && !process.env['CI']) ||
  (process.env['CLOUDFLARE_API_TOKEN'] ?? '') !== '' ||
  args.some((arg) => /^--(?:profile|temporary)(?:=|$)/.test(arg))

/** All of a report that stops a deployment; of one that does not, what is not well. */
function sayFindings(findings: readonly Reported[], mayGo: boolean): void {
  const troubles = findings.filter(({ status }) => status === 'problem' || status === 'warning')
  if (!mayGo) {
    console.log(reportInWords(findings))
    complain('Nothing was deployed. --force deploys all the same.')
  } else if (findings.every(({ status }) => status === 'ok'))
    console.log(paint('green', `${findings.length} checks, and nothing is wrong.`))
  // What nobody looked at is for the reader to look at.
  else console.log(reportInWords(findings.filter(({ status }) => status !== 'ok')))
  if (mayGo && !isSound(findings)) {
    const passed = troubles.filter(({ status }) => status === 'problem').map(({ found }) => `- ${found}`)
    complain(['Deploying all the same, because of --force:', ...passed].join('\n'))
  }
}

const CODE_UPDATE = '--durable-objects-code-update-mode'
/** Wrangler takes an option in camel case, too. */
const IS_CODE_UPDATE = /^--durable-?objects-?code-?update-?mode/i

/**
 * Registries take the new code with the Worker, unless somebody said when: a busy one would go on with the old code for five minutes, and
 * the Worker would ask it for what it does not know.
 */
function codeUpdate({ wrangler, tools }: Project, args: readonly string[]): readonly string[] {
  const isSaid =
    args.some((arg) => IS_CODE_UPDATE.test(arg)) ||
    (wrangler.kind === 'read' && wrangler.settings.durable_objects.code_update_strategy !== undefined)
  return isSaid || isBefore(tools.wrangler.version, KNOWS_CODE_UPDATE) ? [] : [CODE_UPDATE, 'immediate']
}

/** @returns Wrangler's exit code */
async function runDeploy(
  project: Project,
  { dryRun, json }: Options,
  args: readonly string[],
): Promise<number> {
  const { wrangler, folder, env } = project
  const all = [
    'deploy',
    ...(wrangler.kind === 'read' || wrangler.kind === 'unreadable' ? ['--config', wrangler.file] : []),
    ...(env === undefined ? [] : ['--env', env]),
    ...(dryRun ? ['--dry-run'] : []),
    ...codeUpdate(project, args),
    ...args,
  ]
  // Standard output is for JSON alone.
  const child = startWrangler(folder, all, json ? ['inherit', 2, 2] : 'inherit')
  const release = passSignals(child)
  try {
    return await new Promise<number>((done, fail) => {
      child.once('error', (error) => fail(new Complaint(`Wrangler cannot be started: ${error.message}`)))
      child.once('close', (code, signal) => done(code ?? 128 + constants.signals[signal ?? 'SIGTERM']))
    })
  } finally {
    release()
  }
}

/** Wrangler is to end first. A terminal sends Ctrl-C to both; whoever else sends a signal, sends it to this process. */
function passSignals(child: ChildProcess): () => void {
  const pass = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, pass)
  return () => {
    for (const signal of signals) process.off(signal, pass)
  }
}

/** The first deployment has no secrets: a Worker has to be there before it gets any. */
async function sayWhatIsNext(project: Project): Promise<void> {
  if (project.wrangler.kind !== 'read') return
  const names = await secretNames({ config: project.wrangler.file, env: project.env })
  // It has been deployed, and nothing more was asked.
  if (!names.ok || names.value === undefined) return
  const missing = missingSecrets(project, names.value)
  if (missing.length === 0) return
  complain(`The Worker answers with 503 until it has ${missing.map(({ name }) => name).join(', ')}. Next:`)
  for (const { command, fromCopy } of missing) {
    if (fromCopy !== undefined)
      console.error(`  ${fromCopy}  # if it had keys before: new ones sign everybody out`)
    console.error(`  ${command}`)
  }
}
