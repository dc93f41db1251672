import type { FoundConnection } from './connections.ts'
import type { Environment } from './environment.ts'
import type { Person } from './login.ts'
import type { User } from './organizations.ts'

/** From the click to the authorization request that it leads to; longer ones meet the identity provider's page. */
const READY_SECONDS = 60

/** Lets the next login of this person pass the identity provider without its page. */
export function makeReady({ readySignIns, now }: Environment, organizationId: string, email: string): void {
  readySignIns.put(keyOf(organizationId, email), email, now() + READY_SECONDS, now())
}

/** @returns whom to sign in without asking, if somebody clicked for this */
export function takeReady(
  { readySignIns, now }: Environment,
  found: FoundConnection,
  loginHint: string | undefined,
): Person | undefined {
  if (found.organization === undefined || loginHint === undefined) return undefined
  const taken = readySignIns.take(keyOf(found.organization.id, loginHint), now())
  return taken.kind === 'taken' ? personOf(found, taken.value) : undefined
}

const keyOf = (organizationId: string, email: string) => `${organizationId}\n${email.toLowerCase()}`

/** What somebody types at the identity provider goes before what it knows. */
export interface Typed {
  readonly given_name?: string | undefined
  readonly family_name?: string | undefined
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
}

/** The person with this address, as the identity provider of a connection asserts it: it knows everybody a little. */
export function personOf(found: FoundConnection, email: string, typed: Typed = {}): Person {
  const user = findUser(found, email)
  return {
    email,
    given_name: (typed.given_name ?? user?.given_name) || undefined,
    family_name: (typed.family_name ?? user?.family_name) || undefined,
    roles: user?.roles ?? ['member'],
    attributes: typed.attributes ?? user?.attributes ?? {},
  }
}

export const findUser = ({ connection }: FoundConnection, email: string | undefined): User | undefined =>
  connection.users.find((user) => user.email.toLowerCase() === email?.toLowerCase())
