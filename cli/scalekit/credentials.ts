import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import { err, ok, type Result } from '../../src/base/result.ts'
import { isOrigin, ORIGIN_FORM } from '../../src/policy/canonical-url.ts'
import { Complaint } from '../complaint.ts'
import { wranglerFileIn } from '../files/find-files.ts'
import { importQuietWrangler } from '../wrangler/installed-wrangler.ts'

const VARIABLES = ['SCALEKIT_ENVIRONMENT_URL', 'SCALEKIT_CLIENT_ID', 'SCALEKIT_CLIENT_SECRET'] as const
type Variable = (typeof VARIABLES)[number]

/** A place that variables may be in. */
export interface Source {
  /** As it stands in sentences: `.dev.vars`. */
  readonly label: string
  readonly values: Readonly<Record<string, string | undefined>>
}

/** What the management API of an environment is asked with. */
export interface Credentials {
  /** An origin, so without a slash at the end: the `iss` of what the environment signs. */
  readonly environmentUrl: string
  readonly clientId: string
  readonly clientSecret: string
  /** Where each of them was found, for sentences. */
  readonly from: Readonly<Record<Variable, string>>
}

/**
 * @param sources the first one that has a variable counts, each for itself: a Worker's variables are often in its wrangler file and its secret elsewhere
 * @returns every problem; values of secrets are in none
 */
export function credentialsIn(sources: readonly Source[]): Result<Credentials, readonly string[]> {
  const found = new Map<Variable, { readonly value: string; readonly label: string }>()
  for (const name of VARIABLES) {
    const source = sources.find(({ values }) => values[name]?.trim())
    if (source !== undefined)
      found.set(name, { value: source.values[name]?.trim() ?? '', label: source.label })
  }
  const missing = VARIABLES.filter((name) => !found.has(name))
  if (missing.length > 0) return err([notFound(missing, sources)])
  const textOf = (name: Variable) => found.get(name)?.value ?? ''
  const labelOf = (name: Variable) => found.get(name)?.label ?? ''
  const url = textOf('SCALEKIT_ENVIRONMENT_URL')
  if (!isOrigin(url))
    return err([`SCALEKIT_ENVIRONMENT_URL (${labelOf('SCALEKIT_ENVIRONMENT_URL')}) ${ORIGIN_FORM}.`])
  return ok({
    environmentUrl: new URL(url).origin,
    clientId: textOf('SCALEKIT_CLIENT_ID'),
    clientSecret: textOf('SCALEKIT_CLIENT_SECRET'),
    from: {
      SCALEKIT_ENVIRONMENT_URL: labelOf('SCALEKIT_ENVIRONMENT_URL'),
      SCALEKIT_CLIENT_ID: labelOf('SCALEKIT_CLIENT_ID'),
      SCALEKIT_CLIENT_SECRET: labelOf('SCALEKIT_CLIENT_SECRET'),
    },
  })
}

function notFound(missing: readonly Variable[], sources: readonly Source[]): string {
  const secret = missing.includes('SCALEKIT_CLIENT_SECRET')
    ? ' A secret that `wrangler secret put` has kept cannot be read back.'
    : ''
  const [first, ...others] = sources.map(({ label }) => label)
  const where =
    others.length === 0
      ? `not in ${first}, and this folder has no wrangler file: go to that of your Worker, or let \`npx gatehouse init\` set one up here`
      : `in none of: ${[first, ...others].join(', ')}`
  return (
    `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} ${where}. ` +
    `Copy from API credentials in the Scalekit dashboard what is missing.${secret}`
  )
}

/** How it is called in sentences. */
export const OF_THE_SHELL = 'the environment of this shell'

export interface Where {
  /** A wrangler file, absolute; default: the one of the working directory, if there is one. */
  readonly config?: string | undefined
  /** An environment of that file. */
  readonly env?: string | undefined
}

/**
 * The environment of this process, then `.dev.vars`, then `vars` of the wrangler file.
 *
 * @throws {Complaint} where something is missing or no address
 */
export async function findCredentials(where: Where): Promise<Credentials> {
  const inProcess = { label: OF_THE_SHELL, values: process.env }
  const file = where.config ?? wranglerFileIn(process.cwd())
  const beside = file === undefined ? [] : [devVarsBeside(file, where.env)]
  const first = credentialsIn([inProcess, ...beside])
  if (first.ok || file === undefined) return orComplaint(first)
  // Wrangler takes a while to load, and often nothing is left for it to say.
  const wrangler = await importQuietWrangler(dirname(file))
  return orComplaint(credentialsIn([inProcess, ...beside, varsOf(wrangler, file, where.env)]))
}

function orComplaint(credentials: Result<Credentials, readonly string[]>): Credentials {
  if (!credentials.ok) throw new Complaint(...credentials.error)
  return credentials.value
}

/** As Wrangler has it: the file of an environment stands in the place of the other. */
function devVarsBeside(file: string, env: string | undefined): Source {
  const names = env === undefined ? ['.dev.vars'] : [`.dev.vars.${env}`, '.dev.vars']
  const [path = ''] = names.map((name) => join(dirname(file), name)).filter(existsSync)
  return {
    label: path === '' ? '.dev.vars' : basename(path),
    values: path === '' ? {} : parseEnv(readFileSync(path, 'utf8')),
  }
}

function varsOf(wrangler: typeof import('wrangler'), file: string, env: string | undefined): Source {
  const label = `vars in ${basename(file)}`
  try {
    const { vars } = wrangler.unstable_readConfig({ config: file, env }, { hideWarnings: true })
    const texts = Object.entries(vars).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    )
    return { label, values: Object.fromEntries(texts) }
  } catch (error) {
    throw new Complaint(`${basename(file)} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}
