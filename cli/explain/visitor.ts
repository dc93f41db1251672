import { InvalidArgumentError } from 'commander'
import { epochSeconds } from '../../src/base/time.ts'
import type { Visitor } from '../../src/policy/policy.ts'

const KEYS = ['email', 'org', 'connection', 'roles', 'groups'] as const

const FORM = 'Write it as email=…,org=…,connection=…,roles=a+b,groups=c+d, each of them if you need it.'

/**
 * Reads `--as`: who somebody is, who signed in just now.
 *
 * @throws {InvalidArgumentError} where it says nothing that is known
 */
export function parseVisitor(text: string): Visitor {
  const said = new Map<string, string>()
  for (const pair of text.split(',')) {
    const [, key = '', value = ''] = /^\s*([^=]*)=(.*)$/.exec(pair) ?? []
    if (!KEYS.some((known) => known === key) || value === '') throw new InvalidArgumentError(FORM)
    if (said.has(key)) throw new InvalidArgumentError(`It says ${key} twice.`)
    said.set(key, value)
  }
  const list = (key: string) => said.get(key)?.split('+') ?? []
  return {
    subject: said.get('email') ?? 'somebody',
    email: said.get('email'),
    name: undefined,
    organizationId: said.get('org'),
    connectionId: said.get('connection'),
    roles: list('roles'),
    groups: list('groups'),
    authenticatedAt: epochSeconds(Date.now()),
  }
}
