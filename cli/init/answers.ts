import { existsSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { isOrigin, ORIGIN_FORM } from '../../src/policy/canonical-url.ts'
import { parseSiteName } from '../sites/site-name.ts'

/** What only a person knows. */
export interface Answers {
  /** Where the Worker will be; `localhost`: nowhere yet. */
  readonly host: string
  /** The folder of the static files, from that of the project. */
  readonly assets: string
  readonly isPublic: boolean
  readonly organization: string | undefined
  readonly environmentUrl: string | undefined
  readonly clientId: string | undefined
}

/** What the command line says already. */
export type Given = Partial<Answers>

export const LOCAL = 'localhost'

/** @throws {InvalidArgumentError} */
export const parseHost = (value: string): string => parseSiteName(value.trim())

/** @throws {InvalidArgumentError} */
export function parseEnvironmentUrl(value: string): string {
  const url = value.trim()
  if (isOrigin(url)) return new URL(url).origin
  throw new InvalidArgumentError(`It ${ORIGIN_FORM}.`)
}

/** @throws {InvalidArgumentError} */
export function parseClientId(value: string): string {
  if (/^[\w-]{1,200}$/.test(value.trim())) return value.trim()
  throw new InvalidArgumentError(
    'It must look like skc_…: the Scalekit dashboard has it, under API credentials.',
  )
}

/**
 * @param folder of the project
 * @throws {InvalidArgumentError} where the files of the project itself would be published, or it is a host rather
 */
export function parseAssets(value: string, folder: string): string {
  const path = value.trim()
  const below = relative(resolve(folder, path), folder)
  // The project stands in that folder, with its .dev.vars.
  if (path === '' || !(below.startsWith('..') || isAbsolute(below)))
    throw new InvalidArgumentError(
      'It must be a folder of its own: what is in it gets deployed, and this one has your secrets.',
    )
  if (/[\p{C}:*?"<>|]/u.test(path))
    throw new InvalidArgumentError('It must be the name of a folder, such as ./dist.')
  if (isAbsolute(path)) throw new InvalidArgumentError('It must be named from this folder, such as ./dist.')
  if (LIKE_A_HOST.test(path) && !existsSync(resolve(folder, path)))
    throw new InvalidArgumentError(
      `${path} looks like a host, and this is the folder with your files, such as ./dist. For a folder of that name: ./${path}`,
    )
  return path.startsWith('.') ? path : `./${path}`
}

const LIKE_A_HOST = /^([a-z0-9-]+\.)+[a-z]{2,}$/i
