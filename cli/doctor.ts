import type { Command } from 'commander'
import { ExitCode } from './complaint.ts'
import { CHECKS } from './doctor/checks.ts'
import { diagnose, isSound } from './doctor/diagnose.ts'
import { readProject } from './doctor/project.ts'
import { reportForScripts, reportInWords } from './doctor/report.ts'
import type { SharedOptions } from './program.ts'
import { progress, reserveStandardOutput } from './terminal.ts'

interface Options extends SharedOptions {
  readonly env?: string
  readonly offline?: boolean
}

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('says what is wrong with a set-up, why it matters, and what puts it right')
    .option('--env <name>', 'an environment of the wrangler file')
    .option('--offline', 'makes no check that asks the network')
    .addHelpText('after', '\nExample:\n  npx gatehouse doctor --env staging --offline')
    .action(async (_options: object, command: Command) => {
      const { config, env, offline, json } = command.optsWithGlobals<Options>()
      const printJson = json ? reserveStandardOutput() : undefined
      progress('Looking at the project …')
      const project = await readProject({ cwd: process.cwd(), config, env })
      const findings = await diagnose(
        project,
        CHECKS.filter(({ asks }) => !offline || asks !== 'network'),
      )
      if (printJson === undefined) console.log(reportInWords(findings))
      else printJson(reportForScripts(findings))
      if (!isSound(findings)) throw new ExitCode(1)
    })
}
