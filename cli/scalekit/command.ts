import type { Command } from 'commander'
import { isLocalHost } from '../../src/base/local-host.ts'
import type { Result } from '../../src/base/result.ts'
import { Complaint } from '../complaint.ts'
import type { SharedOptions } from '../program.ts'
import { progress } from '../terminal.ts'
import { environment } from '../usage.ts'
import { findCredentials, OF_THE_SHELL } from './credentials.ts'
import { type Management, openManagement, type Unanswered } from './management.ts'

export interface ScalekitOptions extends SharedOptions {
  /** An environment of the wrangler file. */
  readonly env?: string
}

/** A command that asks Scalekit. */
export const scalekitCommand = (program: Command, name: string, description: string): Command =>
  program.command(name).description(description).addOption(environment(', and its .dev.vars.<name>'))

/** A simulator at the usual port may be that of another project. */
const AT_ANOTHER_PORT =
  'if gatehouse dev of this project has another --simulator-port, set SCALEKIT_ENVIRONMENT_URL=http://127.0.0.1:<port>'

/** Says whom it asks, since a project may have more than one environment. */
export async function askScalekit(options: ScalekitOptions): Promise<Management> {
  const credentials = await findCredentials(options)
  const { environmentUrl, from } = credentials
  const source = from.SCALEKIT_ENVIRONMENT_URL
  const isAnywhere = isLocalHost(new URL(environmentUrl).hostname) && source !== OF_THE_SHELL
  progress(`Asking ${environmentUrl} (${source}${isAnywhere ? `; ${AT_ANOTHER_PORT}` : ''}) …`)
  return openManagement(credentials)
}

/** @throws {Complaint} in the place of what is not there */
export function orComplain<T>(answer: Result<T, Unanswered>): T {
  if (!answer.ok) throw new Complaint(answer.error.said)
  return answer.value
}
