/** The customers of the simulated environment, as data. Ids look like Scalekit's: a prefix and 17 digits. */

export interface User {
  readonly email: string
  readonly given_name: string
  readonly family_name: string
  /** Scalekit's own roles of the member, in the access token of Full-Stack Auth only. */
  readonly roles: readonly string[]
  /** Custom attributes that the customer's identity provider sends: top-level claims of a modular ID token. */
  readonly attributes: Readonly<Record<string, unknown>>
}

export interface Connection {
  readonly id: string
  readonly provider:
    | 'IDP_SIMULATOR'
    | 'OKTA'
    | 'MICROSOFT_AD'
    | 'ONELOGIN'
    | 'GOOGLE'
    | Uppercase<SocialProvider>
  readonly type: 'OIDC' | 'SAML' | 'OAUTH'
  readonly status: 'DRAFT' | 'IN_PROGRESS' | 'COMPLETED'
  readonly enabled: boolean
  readonly users: readonly User[]
}

export interface Organization {
  readonly id: string
  readonly display_name: string
  readonly slug: string
  /** Registered domains (type `ORGANIZATION_DOMAIN`), lower case; they route `domain` and `login_hint`. */
  readonly domains: readonly string[]
  readonly connections: readonly Connection[]
}

export const ENVIRONMENT_ID = 'env_10000000000000000'

const member = (
  email: string,
  name: string,
  idpRoles: string[],
  groups: string[],
  roles = ['member'],
): User => {
  const [given_name = '', family_name = ''] = name.split(' ')
  return { email, given_name, family_name, roles, attributes: { idp_roles: idpRoles, groups } }
}

export const ORGANIZATIONS: readonly Organization[] = [
  {
    id: 'org_20000000000000001',
    display_name: 'Test Organization',
    slug: 'test-organization',
    domains: ['example.com', 'example.org'],
    connections: [
      {
        id: 'conn_30000000000000001',
        provider: 'IDP_SIMULATOR',
        type: 'OIDC',
        status: 'COMPLETED',
        enabled: true,
        users: [
          {
            email: 'sam@example.com',
            given_name: 'Sam',
            family_name: 'Sample',
            roles: ['member'],
            attributes: {},
          },
        ],
      },
    ],
  },
  {
    id: 'org_20000000000000002',
    display_name: 'Acme',
    slug: 'acme',
    domains: ['acme.example'],
    connections: [
      {
        id: 'conn_30000000000000002',
        provider: 'OKTA',
        type: 'SAML',
        status: 'COMPLETED',
        enabled: true,
        users: [
          member('jane@acme.example', 'Jane Doe', ['admin'], ['engineering'], ['admin']),
          member('joe@acme.example', 'Joe Bloggs', ['viewer'], ['sales']),
        ],
      },
    ],
  },
  {
    id: 'org_20000000000000003',
    display_name: 'Globex',
    slug: 'globex',
    domains: ['globex.example'],
    connections: [
      // The disabled one comes first: `organization_id` has to find the first *active* connection.
      {
        id: 'conn_30000000000000004',
        provider: 'ONELOGIN',
        type: 'SAML',
        status: 'COMPLETED',
        enabled: false,
        users: [],
      },
      {
        id: 'conn_30000000000000003',
        provider: 'MICROSOFT_AD',
        type: 'OIDC',
        status: 'COMPLETED',
        enabled: true,
        users: [
          member('hank@globex.example', 'Hank Scorpio', ['admin'], ['leadership'], ['admin']),
          member('mona@globex.example', 'Mona Lott', ['viewer'], ['engineering', 'support']),
        ],
      },
    ],
  },
  {
    id: 'org_20000000000000004',
    display_name: 'Initech',
    slug: 'initech',
    domains: ['initech.example'],
    // Every login fails with `no_active_connections`.
    connections: [
      {
        id: 'conn_30000000000000005',
        provider: 'OKTA',
        type: 'OIDC',
        status: 'COMPLETED',
        enabled: false,
        users: [],
      },
    ],
  },
  {
    id: 'org_20000000000000005',
    display_name: 'Umbrella',
    slug: 'umbrella',
    domains: ['umbrella.example'],
    // Its admin never finished the set-up: every login fails with `no_configured_connections`.
    connections: [
      {
        id: 'conn_30000000000000006',
        provider: 'OKTA',
        type: 'SAML',
        status: 'DRAFT',
        enabled: false,
        users: [],
      },
    ],
  },
]

export const SOCIAL_PROVIDERS = ['google', 'microsoft', 'github', 'gitlab', 'linkedin', 'salesforce'] as const
export type SocialProvider = (typeof SOCIAL_PROVIDERS)[number]

/** Social logins belong to the environment, not to an organization. */
export const SOCIAL_CONNECTIONS: readonly Connection[] = SOCIAL_PROVIDERS.map((provider, index) => ({
  id: `conn_4000000000000000${index + 1}`,
  provider: provider.toUpperCase() as Uppercase<SocialProvider>,
  type: 'OAUTH',
  status: 'COMPLETED',
  enabled: true,
  users: [],
}))
