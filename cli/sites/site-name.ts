import { domainToASCII } from 'node:url'
import { InvalidArgumentError } from 'commander'
import { isHostName } from '../../src/deployment/site-record.ts'

/**
 * Reads the name of a site as the Worker looks it up: lower case, punycode, without a trailing dot. The address of its first page, as it is
 * copied from a browser, names it as well.
 *
 * @returns a host, or `*.` and what follows the label
 * @throws {InvalidArgumentError} where it is neither
 */
export function parseSiteName(address: string): string {
  const text = FIRST_PAGE.exec(address)?.[1] ?? address
  if (text === '*')
    throw new InvalidArgumentError("'*' is a site of gatehouse.config.ts only; write '*.' and a domain.")
  if (/[/?#\\@\s]/.test(text))
    throw new InvalidArgumentError('Write the host alone, such as docs.example.com, without a path.')
  if (/:\d*$/.test(text) && !text.includes(']'))
    throw new InvalidArgumentError('Write the host without a port: a site is the same at each of them.')
  const isPattern = text.startsWith('*.')
  // The parser would decode what no browser sends.
  const written = text.includes('%') ? '' : text.slice(isPattern ? 2 : 0).replace(/\.$/, '')
  const name = `${isPattern ? '*.' : ''}${domainToASCII(written)}`
  if (isHostName(isPattern ? `w${name.slice(1)}` : name)) return name
  throw new InvalidArgumentError(
    "Write a host such as docs.example.com, or '*.' and a domain for any one label.",
  )
}

/** Nothing else may be around a host: it would be dropped without a word. */
const FIRST_PAGE = /^(?:https?:\/\/)?([^/]*)\/?$/i
