import type { Child } from 'hono/jsx'
import { findConnection } from './connections.ts'
import type { Environment } from './environment.ts'
import { UrlComparison } from './url-comparison.tsx'

interface RefusalEvidenceProps {
  readonly environment: Environment
  readonly code: string
  /** A parameter of the request. */
  readonly get: (name: string) => string | undefined
  /** Where its remedy leads back to. */
  readonly back: string
}

/** For who has no JSX. */
export const refusalEvidence = (props: RefusalEvidenceProps) => <RefusalEvidence {...props} />

/** What was sent beside what this environment has, and what can be done about it with one click. */
export function RefusalEvidence(props: RefusalEvidenceProps) {
  const { code, environment } = props
  switch (code) {
    case 'invalid_redirect_uri':
      return <RedirectEvidence {...props} />
    case 'invalid_client':
      return (
        <Compared name="client_id" {...props} known={[['This environment', environment.client.id]]}>
          <p class="soft">
            With <code>gatehouse dev</code>, <code>.dev.vars</code> says which client the application is.
            Delete that file for a new one.
          </p>
        </Compared>
      )
    case 'invalid_organization_id':
      return <OrganizationEvidence {...props} />
    case 'invalid_connection_id':
      return <Compared name="connection_id" {...props} known={connectionsOf(environment)} />
    case 'connection_not_active':
      return <InactiveEvidence {...props} />
    case 'no_active_connections':
    case 'no_configured_connections':
      return <WithoutConnectionEvidence {...props} />
    case 'domain_not_found':
      return <DomainEvidence {...props} />
    case 'user_not_active':
      return (
        <p>
          The directory of the organization bars this person: <a href="/operator">reactivate them</a>.
        </p>
      )
    default:
      return null
  }
}

function RedirectEvidence({ environment, get, back }: RefusalEvidenceProps) {
  const { redirectUrls } = environment
  const isLogout = get('post_logout_redirect_uri') !== undefined
  const list = isLogout ? 'post_logout_redirect_uris' : 'post_login_uris'
  const sent = get(isLogout ? 'post_logout_redirect_uri' : 'redirect_uri')
  return <UrlComparison list={list} sent={sent} allowed={redirectUrls[list]} back={back} />
}

interface ComparedProps {
  readonly name: string
  readonly get: RefusalEvidenceProps['get']
  readonly known: readonly (readonly [whose: string, value: string])[]
  readonly children?: Child
}

function Compared({ name, get, known, children }: ComparedProps) {
  return (
    <div class="card">
      <h2>What was sent, beside what there is</h2>
      <dl>
        <dt>
          Sent as <code>{name}</code>
        </dt>
        <dd>
          <code>
            <mark>{get(name) ?? 'nothing, or several'}</mark>
          </code>
        </dd>
        {known.map(([whose, value]) => (
          <>
            <dt>{whose}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </>
        ))}
      </dl>
      {children}
    </div>
  )
}

function OrganizationEvidence({ environment, get, back }: RefusalEvidenceProps) {
  const id = get('organization_id') ?? ''
  const known = environment.organizations.map((one) => [one.display_name, one.id] as const)
  return (
    <Compared name="organization_id" get={get} known={known}>
      {/^org_\w{1,96}$/.test(id) && (
        <form method="post" action="/operator/organizations/create" class="line">
          <input type="hidden" name="organization_id" value={id} />
          <input type="hidden" name="back" value={back} />
          <label class="field">
            Its name
            <input name="display_name" value={`Organization ${id.slice(-4)}`} required autocomplete="off" />
          </label>
          <button type="submit">Create it here</button>
        </form>
      )}
    </Compared>
  )
}

const connectionsOf = ({ organizations }: Environment) =>
  organizations.flatMap(({ display_name, connections }) =>
    connections.map(({ id }) => [display_name, id] as const),
  )

function InactiveEvidence({ environment, get, back }: RefusalEvidenceProps) {
  const found = findConnection(environment.organizations, get('connection_id') ?? '')
  if (found?.organization === undefined) return null
  const { connection, organization } = found
  return connection.enabled || connection.status !== 'COMPLETED' ? (
    <EditLink organization={organization} />
  ) : (
    <form method="post" action="/operator/connections/enable" class="line">
      <input type="hidden" name="connection_id" value={connection.id} />
      <input type="hidden" name="back" value={back} />
      <button type="submit">
        Switch on the connection {connection.id} of {organization.display_name}
      </button>
    </form>
  )
}

function WithoutConnectionEvidence({ environment, get }: RefusalEvidenceProps) {
  const hint = get('login_hint')
  const domain = get('domain') ?? hint?.slice(hint.lastIndexOf('@') + 1)
  const wanted = get('organization_id')
  const organization = environment.organizations.find(({ id, domains }) =>
    wanted === undefined ? domains.includes(domain ?? '') : id === wanted,
  )
  return organization === undefined ? null : <EditLink organization={organization} />
}

const EditLink = ({
  organization: { id, display_name },
}: {
  organization: { id: string; display_name: string }
}) => (
  <p>
    <a href={`/operator/organizations/${id}`}>Switch a connection of {display_name} on</a>, or add one.
  </p>
)

function DomainEvidence({ environment, get, back }: RefusalEvidenceProps) {
  const hint = get('login_hint')
  const domain = get('domain') ?? get('domain_hint') ?? hint?.slice(hint.lastIndexOf('@') + 1)
  const name = get('domain') ? 'domain' : get('domain_hint') ? 'domain_hint' : 'login_hint'
  const known = environment.organizations.map((one) => [one.display_name, one.domains.join(', ')] as const)
  return (
    <Compared name={name} get={get} known={known}>
      <form method="post" action="/operator/domains/add" class="line">
        <input type="hidden" name="domain" value={domain} />
        <input type="hidden" name="back" value={back} />
        <label class="field">
          Whose domain it is
          <select name="organization_id">
            {environment.organizations.map(({ id, display_name }) => (
              <option value={id}>{display_name}</option>
            ))}
          </select>
        </label>
        <button type="submit">Add {domain} to it</button>
      </form>
    </Compared>
  )
}
