import type { Command } from 'commander'
import type { Result } from '../../src/base/result.ts'
import { Complaint } from '../complaint.ts'
import type { SharedOptions } from '../program.ts'
import { progress } from '../terminal.ts'
import { environment } from '../usage.ts'
import { findCredentials } from './credentials.ts'
import { type Management, openManagement, type Unanswered } from './management.ts'

export interface ScalekitOptions extends SharedOptions {
  /** An environment of the wrangler file. */
  readonly env?: string
}

/** A command that asks Scalekit. */
export const scalekitCommand = (program: Command, name: string, description: string): Command =>
  program.command(name).description(description).addOption(environment(', and its .dev.vars.<name>'))

/** Says whom it asks, since a project may have more than one environment. */
export async function askScalekit(options: ScalekitOptions): Promise<Management> {
  const credentials = await findCredentials(options)
  const { environmentUrl, from } = credentials
  progress(`Asking ${environmentUrl} (${from.SCALEKIT_ENVIRONMENT_URL}) …`)
  return openManagement(credentials)
}

/** @throws {Complaint} in the place of what is not there */
export function orComplain<T>(answer: Result<T, Unanswered>): T {
  if (!answer.ok) throw new Complaint(answer.error.said)
  return answer.value
}
