import { domainToASCII } from 'node:url'
import { InvalidArgumentError } from 'commander'
import { isHostName } from '../../src/deployment/site-record.ts'

/**
 * Reads the name of a site in KV as the Worker looks it up: lower case, punycode, without a trailing dot.
 *
 * @returns a host, or `*.` and what follows the label
 * @throws {InvalidArgumentError} where it is neither
 */
export function parseSiteName(text: string): string {
  if (text === '*')
    throw new InvalidArgumentError("'*' is a site of gatehouse.config.ts only; write '*.' and a domain.")
  if (/[/?#\\@\s]/.test(text))
    throw new InvalidArgumentError(
      'Write the host alone, such as docs.example.com, without https:// and without a path.',
    )
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
