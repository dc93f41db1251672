import {
  type Connection,
  type Organization,
  SOCIAL_CONNECTIONS,
  SOCIAL_PROVIDERS,
  type SocialProvider,
} from './organizations.ts'
import type { Parameters } from './parameters.ts'
import { refusal, type SsoRefusal } from './sso-errors.ts'

export interface FoundConnection {
  readonly connection: Connection
  /** Absent for a social connection. */
  readonly organization: Organization | undefined
}

type Selection = ({ readonly ok: true } & FoundConnection) | SsoRefusal

/** Active, as Scalekit means it: set up to the end and enabled. */
export const isActive = (connection: Connection): boolean =>
  connection.enabled && connection.status === 'COMPLETED'

export function findConnection(
  organizations: readonly Organization[],
  id: string,
): FoundConnection | undefined {
  for (const organization of organizations) {
    const connection = organization.connections.find((candidate) => candidate.id === id)
    if (connection !== undefined) return { connection, organization }
  }
  const social = SOCIAL_CONNECTIONS.find((candidate) => candidate.id === id)
  return social && { connection: social, organization: undefined }
}

/** Domains are compared as a whole: `acme.example` does not cover `mail.acme.example`. */
export const findByDomain = (
  organizations: readonly Organization[],
  domain: string,
): Organization | undefined =>
  organizations.find((organization) => organization.domains.includes(domain.toLowerCase()))

/**
 * Chooses the connection for an authorization request. The first selector that is there decides; an invalid one fails
 * the request and never falls through to the next.
 *
 * @see https://docs.scalekit.com/sso/guides/authorization-url/ (precedence)
 */
export function selectConnection(organizations: readonly Organization[], { get }: Parameters): Selection {
  const provider = get('provider')
  if (provider !== undefined) return selectByProvider(provider)

  const connectionId = get('connection_id')
  if (connectionId !== undefined) return selectById(organizations, connectionId)

  const organizationId = get('organization_id')
  if (organizationId !== undefined) {
    const organization = organizations.find((candidate) => candidate.id === organizationId)
    return organization === undefined ? refusal('invalid_organization_id') : selectFirstActive(organization)
  }

  const hint = get('login_hint')
  const domain =
    get('domain') ??
    get('domain_hint') ??
    (hint?.includes('@') ? hint.slice(hint.lastIndexOf('@') + 1) : undefined)
  if (domain === undefined) return refusal('invalid_connection_selector')
  const organization = findByDomain(organizations, domain)
  return organization === undefined ? refusal('domain_not_found') : selectFirstActive(organization)
}

function selectByProvider(provider: string): Selection {
  const connection = SOCIAL_CONNECTIONS[SOCIAL_PROVIDERS.indexOf(provider as SocialProvider)]
  return connection === undefined
    ? refusal('invalid_request', `provider must be one of ${SOCIAL_PROVIDERS.join(', ')}.`)
    : { ok: true, connection, organization: undefined }
}

function selectById(organizations: readonly Organization[], id: string): Selection {
  const found = findConnection(organizations, id)
  if (found === undefined) return refusal('invalid_connection_id')
  return isActive(found.connection) ? { ok: true, ...found } : refusal('connection_not_active')
}

function selectFirstActive(organization: Organization): Selection {
  const connection = organization.connections.find(isActive)
  if (connection !== undefined) return { ok: true, connection, organization }
  const isConfigured = organization.connections.some(({ status }) => status === 'COMPLETED')
  return refusal(isConfigured ? 'no_active_connections' : 'no_configured_connections')
}
