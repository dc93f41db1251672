import { type Context, Hono } from 'hono'
import { isManagementToken } from './access-token.ts'
import { findByDomain, isActive } from './connections.ts'
import type { Environment } from './environment.ts'
import { randomId, randomSecret } from './identifiers.ts'
import { type Connection, ENVIRONMENT_ID, type Organization } from './organizations.ts'

const CREATED = '2026-01-01T00:00:00.000000Z'
/** A link to the admin portal works for one minute. */
const PORTAL_LINK_SECONDS = 60
/** Of those who ask for no size. */
const PAGE_SIZE = 30

/**
 * The part of Scalekit's management API that a command line asks: read-only, apart from portal links.
 *
 * @see https://docs.scalekit.com/apis/
 */
export function management(environment: Environment): Hono {
  const findOrganization = (id: string) =>
    environment.organizations.find((organization) => organization.id === id)
  const api = new Hono()

  api.use(async (c, next) => {
    const bearer = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
    if (bearer === undefined) return problem(c, 'UNAUTHENTICATED', 'Token empty')
    const claims = await environment.keys.verifySignature(bearer)
    const isAllowed =
      claims?.iss === environment.issuer(c.req.raw) &&
      isManagementToken(claims, environment.client.id, environment.now())
    if (!isAllowed) return problem(c, 'UNAUTHENTICATED', 'Token invalid or expired')
    if (!environment.settings.management_api)
      return problem(c, 'PERMISSION_DENIED', 'the application may not use the management API')
    return environment.settings.rate_limited ? problem(c, 'RATE_LIMITED', 'too many requests') : next()
  })

  api.get('/organizations', (c) => {
    const { organizations, settings } = environment
    const size = Number(c.req.query('page_size') || PAGE_SIZE)
    const start = Number(c.req.query('page_token') || 0)
    if (!isWithin(size, 1, 100) || !isWithin(start, 0, organizations.length))
      return problem(c, 'INVALID_ARGUMENT', 'page_size is not 1 to 100, or page_token is none')
    const end = start + Math.min(size, settings.largest_page)
    return c.json({
      ...page('organizations', organizations.slice(start, end).map(organizationObject)),
      next_page_token: end < organizations.length ? `${end}` : '',
      total_size: organizations.length,
    })
  })

  api.get('/organizations/:id', (c) => {
    const organization = findOrganization(c.req.param('id'))
    return organization === undefined
      ? problem(c, 'NOT_FOUND', 'organization not found')
      : c.json({ organization: organizationObject(organization) })
  })

  api.get('/organizations/:id/domains', (c) => {
    const organization = findOrganization(c.req.param('id'))
    return organization === undefined
      ? problem(c, 'NOT_FOUND', 'organization not found')
      : c.json(
          page(
            'domains',
            organization.domains.map((domain, index) => domainObject(organization, domain, index)),
          ),
        )
  })

  api.get('/organizations/:id/connections/:connection', (c) => {
    const organization = findOrganization(c.req.param('id'))
    const connection = organization?.connections.find(({ id }) => id === c.req.param('connection'))
    return organization === undefined || connection === undefined
      ? problem(c, 'NOT_FOUND', 'connection not found')
      : c.json({ connection: connectionObject(organization, connection) })
  })

  api.put('/organizations/:id/portal_links', (c) => {
    const organization = findOrganization(c.req.param('id'))
    if (organization === undefined) return problem(c, 'NOT_FOUND', 'organization not found')
    const now = environment.now()
    const expiresAt = now + PORTAL_LINK_SECONDS
    const secret = randomSecret()
    environment.portalLinks.put(secret, organization, expiresAt, now)
    const location = `${environment.issuer(c.req.raw)}/magicLink/${secret}`
    const expire_time = new Date(expiresAt * 1000).toISOString()
    return c.json({ link: { id: randomId('lnk_'), location, expire_time } })
  })

  api.get('/connections', (c) => {
    const id = c.req.query('organization_id')
    const domain = c.req.query('domain')
    if (!id && !domain) return problem(c, 'INVALID_ARGUMENT', 'organization_id or domain is required')
    const organization = id ? findOrganization(id) : findByDomain(environment.organizations, domain ?? '')
    if (organization === undefined) return c.json(page('connections', []))
    const wanted = c.req.query('include') === 'all' ? () => true : isActive
    return c.json(
      page(
        'connections',
        organization.connections.filter(wanted).map((one) => connectionObject(organization, one)),
      ),
    )
  })

  // Not in Scalekit's documentation: read off the descriptors of its client.
  api.get('/clients', (c) =>
    environment.settings.clients_api
      ? c.json(page('clients', [clientObject(environment)]))
      : problem(c, 'NOT_FOUND', 'no such method'),
  )

  api.all('*', (c) => problem(c, 'NOT_FOUND', 'no such method'))
  return api
}

const page = (name: string, items: readonly unknown[]) => ({
  [name]: items,
  next_page_token: '',
  prev_page_token: '',
  total_size: items.length,
})

const isWithin = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most

const organizationObject = ({ id, display_name, slug }: Organization) => ({
  id,
  display_name,
  external_id: slug,
  slug,
  region_code: 'US',
  metadata: {},
  settings: { features: [{ name: 'sso', enabled: true }] },
  create_time: CREATED,
  update_time: CREATED,
})

const connectionObject = (
  organization: Organization,
  { id, provider, type, status, enabled }: Connection,
) => ({
  id,
  organization_id: organization.id,
  organization_name: organization.display_name,
  provider,
  type,
  status,
  enabled,
  domains: organization.domains,
})

const clientObject = ({ client, redirectUrls }: Environment) => ({
  id: client.id,
  keyId: client.id,
  name: 'Web application',
  client_type: 'WEB',
  post_login_uris: redirectUrls.post_login_uris,
  initiate_login_uri: redirectUrls.initiate_login_uri,
  post_logout_redirect_uris: redirectUrls.post_logout_redirect_uris,
  back_channel_logout_uris: redirectUrls.backchannel_logout_uri ? [redirectUrls.backchannel_logout_uri] : [],
  disallow_scalekit_api_access: false,
  secrets: [{ id: 'sec_1', secret_suffix: client.secret.slice(-4), status: 'ACTIVE' }],
})

const domainObject = (organization: Organization, domain: string, index: number) => ({
  id: organization.id.replace('org_', 'dom_').slice(0, -1) + index,
  domain,
  domain_type: 'ORGANIZATION_DOMAIN',
  organization_id: organization.id,
  environment_id: ENVIRONMENT_ID,
  verification_status: 'AUTO_VERIFIED',
  verification_method: 'ADMIN',
  create_time: CREATED,
  update_time: CREATED,
})

/** gRPC codes and the HTTP statuses they become. */
const PROBLEMS = {
  INVALID_ARGUMENT: { code: 3, status: 400 },
  NOT_FOUND: { code: 5, status: 404 },
  PERMISSION_DENIED: { code: 7, status: 403 },
  RATE_LIMITED: { code: 8, status: 429 },
  UNAUTHENTICATED: { code: 16, status: 401 },
} as const

function problem(c: Context, error_code: keyof typeof PROBLEMS, message: string) {
  const { code, status } = PROBLEMS[error_code]
  const detail = { '@type': 'type.googleapis.com/scalekit.v1.errdetails.ErrorInfo', error_code }
  return c.json({ code, message, details: [detail] }, status)
}
