import { confirm, isCancel, text } from '@clack/prompts'
import { InvalidArgumentError } from 'commander'
import { Complaint } from '../complaint.ts'
import type { Asked } from '../confirm.ts'
import { parseOrganization } from '../usage.ts'
import { type Given, LOCAL, parseAssets, parseClientId, parseEnvironmentUrl, parseHost } from './answers.ts'

/** Which questions there are, for a project. */
export interface Questions {
  readonly folder: string
  /** There is no gatehouse.config.ts yet. */
  readonly asksForSite: boolean
  /** Which folder the files are in is not known; what it is likely to be. */
  readonly assets: string | undefined
}

/** Asks what is not given, on standard error. @throws {Complaint} where somebody would rather not */
export async function ask(questions: Questions, given: Given, asked: Asked): Promise<Given> {
  const { folder, asksForSite } = questions
  const question = questioner(asked as Streams)
  const host =
    given.host ??
    (asksForSite
      ? await question('Which host will it have? Keep localhost if you do not know yet.', LOCAL, parseHost)
      : undefined)
  const assets =
    given.assets ??
    (questions.assets === undefined
      ? undefined
      : await question('Which folder has the static files?', questions.assets, (value) =>
          parseAssets(value, folder),
        ))
  const answered = { ...given, ...(assets !== undefined && { assets }) }
  return host === undefined || !asksForSite ? answered : askAboutSite(host, answered, asked as Streams)
}

/** Who may see its pages, and where they sign in. */
async function askAboutSite(host: string, given: Given, streams: Streams): Promise<Given> {
  const isPublic =
    given.isPublic ??
    orCancelled(
      await confirm({
        message: 'May anybody see the pages, unless a rule says otherwise?',
        initialValue: false,
        ...streams,
      }),
    )
  const question = questioner(streams)
  const optional = async <T extends string>(
    value: T | undefined,
    message: string,
    parse: (text: string) => T,
  ) => value ?? ((await question(`${message} Leave it empty if there is none yet.`, '', parse)) || undefined)
  const organization =
    host === LOCAL
      ? undefined
      : await optional(
          given.organization,
          'Is it for one Scalekit organization only (org_…)?',
          parseOrganization,
        )
  const environmentUrl = await optional(
    given.environmentUrl,
    'The URL of your Scalekit environment?',
    parseEnvironmentUrl,
  )
  const clientId =
    environmentUrl === undefined
      ? given.clientId
      : await optional(given.clientId, 'Its client ID (skc_…)?', parseClientId)
  return {
    ...given,
    host,
    isPublic,
    ...(organization !== undefined && { organization }),
    ...(environmentUrl !== undefined && { environmentUrl }),
    ...(clientId !== undefined && { clientId }),
  }
}

/** @throws {Complaint} where the answer is no */
export async function agree(message: string, asked: Asked): Promise<void> {
  const agreed = orCancelled(await confirm({ message, initialValue: true, ...(asked as Streams) }))
  if (!agreed) throw new Complaint('Nothing was written.')
}

interface Streams {
  readonly input: NodeJS.ReadStream
  readonly output: NodeJS.WriteStream
}

/** A question is asked again, with what is wrong, until its answer can be used. */
const questioner =
  (streams: Streams) =>
  async (message: string, proposal: string, parse: (text: string) => string): Promise<string> => {
    const answer = orCancelled(
      await text({
        message,
        ...(proposal === '' ? {} : { placeholder: proposal, defaultValue: proposal }),
        validate: (value) => (value === undefined || value === '' ? undefined : complaintOf(parse, value)),
        ...streams,
      }),
    )
    return answer === undefined || answer === '' ? proposal : parse(answer)
  }

function complaintOf(parse: (text: string) => string, value: string): string | undefined {
  try {
    parse(value)
    return undefined
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.message
    throw error
  }
}

function orCancelled<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new Complaint('Nothing was written.')
  return answer as Exclude<T, symbol>
}
