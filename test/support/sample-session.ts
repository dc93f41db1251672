import type { EpochSeconds } from '../../src/base/time.ts'
import type { Session, SessionId } from '../../src/tokens/session.ts'

/** The time of every request in these tests. */
export const now = 1_790_000_000 as EpochSeconds

export const atSeconds = (offset: number): EpochSeconds => (now + offset) as EpochSeconds

export const ACME = 'org_20000000000000002'
export const ACME_OKTA = 'conn_20000000000000021'

/** Ann of Acme, signed in five minutes ago. */
export const ann: Session = {
  id: 'sPnb8gXqD0cV5mZ1uYk3wQ7tJr9eLhFa2oBxN4iTsGc' as SessionId,
  registry: undefined,
  subject: `${ACME_OKTA};00u1`,
  organizationId: ACME,
  connectionId: ACME_OKTA,
  email: 'ann@acme.com',
  name: 'Ann Lee',
  roles: ['editor'],
  groups: ['staff'],
  authenticatedAt: atSeconds(-300),
  issuedAt: atSeconds(-300),
  expiresAt: atSeconds(3600),
}
