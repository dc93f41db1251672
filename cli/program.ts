import { writeSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { Complaint, ExitCode } from './complaint.ts'
import { addConnections } from './connections.ts'
import { addDeploy } from './deploy.ts'
import { addDev } from './dev.ts'
import { addDoctor } from './doctor.ts'
import { addExplain } from './explain.ts'
import { addInit } from './init.ts'
import { addKeys } from './keys.ts'
import { addOrgs } from './orgs.ts'
import { ownPackage } from './own-package.ts'
import { addPortalLink } from './portal-link.ts'
import { addSessions } from './sessions.ts'
import type { SimulatorSource } from './simulator-source.ts'
import { addSites } from './sites.ts'
import { addTail } from './tail.ts'
import { complain, inJson } from './terminal.ts'
import { parseFile, refuseTwice } from './usage.ts'
import { runWrangler } from './wrangler/wrangler.ts'

/** What every command takes, before its name or behind it. */
export interface SharedOptions {
  /** JSON on standard output, and nothing else there. */
  readonly json?: boolean
  /** A wrangler file, absolute; default: the one of the working directory. */
  readonly config?: string
}

/**
 * Runs a command line, and ends the process where that does not go well: whatever was started ends there too.
 *
 * @param argv as in `process.argv`
 */
export async function main(argv: readonly string[], simulator: SimulatorSource): Promise<void> {
  const code = await run(argv, simulator)
  if (code !== 0) process.exit(code)
}

/**
 * Runs a command line.
 *
 * @param ask how Wrangler is asked about KV
 * @returns the exit code: 0 fine, 1 something is wrong, 2 wrong usage
 */
export async function run(
  argv: readonly string[],
  simulator: SimulatorSource,
  ask = runWrangler,
): Promise<number> {
  const program = createProgram(simulator, ask)
  try {
    await program.parseAsync(argv)
    return 0
  } catch (error) {
    return report(error, program.opts<SharedOptions>())
  }
}

/** All commands, as {@link run} has them. */
export function createProgram(simulator: SimulatorSource, ask = runWrangler): Command {
  const program = new Command('npx gatehouse')
    .description('Single sign-on in front of a Cloudflare Worker.')
    .version(ownPackage().version ?? '')
    .option('--json', 'prints JSON, and nothing else, on standard output')
    .option('--config <wrangler file>', 'the project of this file, in place of this folder', parseFile)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(inOurWords(text)) })
    .exitOverride()
  program.commandsGroup('Set up and deploy:')
  addDev(program, simulator)
  addInit(program)
  addDoctor(program)
  addDeploy(program)
  addExplain(program)
  addKeys(program)
  program.commandsGroup('Customers:')
  addSites(program, ask)
  addOrgs(program)
  addConnections(program)
  addPortalLink(program)
  program.commandsGroup('The deployed Worker:')
  addSessions(program)
  addTail(program)
  program.commandsGroup('Help:').helpCommand('help [command]', 'says what a command takes')
  refuseTwice(program)
  return program
}

/** What Commander says of wrong usage. */
const inOurWords = (text: string): string =>
  text
    .replace(/^error: /, '')
    .replace(/^command-argument value ('.*') is invalid for argument '.*?'\. /, '$1: ')
    .replace(/^(unknown command '.*')$/m, '$1: npx gatehouse --help lists those that there are')

/** Says what went wrong, where nobody has yet. @returns the exit code */
function report(error: unknown, { json }: SharedOptions): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof ExitCode) return error.code
  const problems = error instanceof Complaint ? error.problems : undefined
  if (problems === undefined) console.error(error)
  else if (json) writeSync(1, `${inJson({ problems })}\n`)
  else problems.forEach(complain)
  return 1
}
