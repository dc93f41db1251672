import { env } from 'cloudflare:workers'
import { type EpochSeconds, epochSeconds, hours } from '../../src/base/time.ts'
import type { Env } from '../../src/deployment/environment.ts'
import type { OrganizationSessions } from '../../src/registry/organization-sessions.ts'
import type { Actor, NewSession, OwnCommand } from '../../src/registry/registered-session.ts'
import type { SessionId } from '../../src/tokens/session.ts'

export const NOW = epochSeconds(Date.now())
export const later = (span: number) => (NOW + span) as EpochSeconds
export const id = (name: string) => name as SessionId
export const IDLE = hours(8)
export const ABSOLUTE = hours(24)

export const newRegistry = (): DurableObjectStub<OrganizationSessions> =>
  (env as unknown as Env).SESSIONS.getByName(crypto.randomUUID())

export const sealed = (name: string) => Uint8Array.from(new TextEncoder().encode(`sealed ${name}`))

/** The holder of a session, by its session token. */
export const holder = (name: string, generation?: number): Actor => ({ id: id(name), generation })
export const SIGN_OUT: OwnCommand = { kind: 'sign_out', everywhere: false }
export const EVERYWHERE: OwnCommand = { kind: 'sign_out', everywhere: true }

export const session = (name: string, changes: Partial<NewSession> = {}): NewSession => ({
  id: id(name),
  host: 'docs.example.com',
  subject: 'conn_1;jane',
  organizationId: 'org_1',
  connectionId: 'conn_1',
  email: 'Jane@Acme.example',
  name: 'Jane Doe',
  roles: ['admin'],
  groups: [],
  scalekitSessionId: `ses_${name}`,
  userAgent: 'Firefox',
  place: 'Lisbon, PT',
  sealedIdToken: sealed(name),
  authenticatedAt: NOW,
  begunAt: NOW,
  issuedAt: changes.issuedAt ?? changes.begunAt ?? NOW,
  idle: IDLE,
  absolute: ABSOLUTE,
  replaces: undefined,
  ...changes,
})
