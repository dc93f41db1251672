import { type DirectoryUser, directoryUsers } from './directory.ts'
import type { Environment } from './environment.ts'
import { Action, Actions, Badge, Table } from './operator-form.tsx'
import type { Connection, Organization } from './organizations.ts'

export function Organizations({ environment }: { environment: Environment }) {
  const { organizations } = environment
  return (
    <>
      {organizations.map((organization) => (
        <OrganizationCard environment={environment} organization={organization} />
      ))}
      <section class="card" aria-labelledby="new-organization">
        <h3 id="new-organization">New organization</h3>
        <form method="post" action="/operator/organizations/create" class="line">
          <label class="field">
            Name
            <input name="display_name" required maxlength={200} autocomplete="off" />
          </label>
          <label class="field">
            Domains, with spaces between them
            <input name="domains" placeholder="hooli.example" autocomplete="off" spellcheck={false} />
          </label>
          <button type="submit">Create organization</button>
        </form>
      </section>
      <section class="card">
        <h3>Start over</h3>
        <p class="soft">
          Brings back every organization, connection and directory as they were at the start. No event is
          sent, and sessions that ended stay ended.
        </p>
        <Action path="organizations/restore" fields={{}} label="Restore" target="all organizations" />
      </section>
    </>
  )
}

interface OrganizationProps {
  readonly environment: Environment
  readonly organization: Organization
}

function OrganizationCard({ environment, organization }: OrganizationProps) {
  const { id, display_name, domains, connections } = organization
  const users = directoryUsers(environment, organization)
  return (
    <section class="card" aria-labelledby={id}>
      <div class="title">
        <div>
          <h3 id={id}>{display_name}</h3>
          <p class="soft">
            <code>{id}</code> · {domains.join(', ')} ·{' '}
            <a href={`/operator/organizations/${id}`}>Edit {display_name}</a>
          </p>
        </div>
        <Action
          path="organizations/delete"
          fields={{ organization_id: id }}
          label="Delete organization"
          target={display_name}
          isDestructive
        />
      </div>
      {connections.length === 0 ? (
        <p class="soft">No connections.</p>
      ) : (
        <Table caption={`Connections of ${display_name}`} columns={['Connection', 'State', 'Actions']}>
          {connections.map((connection) => (
            <ConnectionRow connection={connection} />
          ))}
        </Table>
      )}
      {users.length > 0 && (
        <Table caption={`People of ${display_name}`} columns={['Person', 'Directory', 'Actions']}>
          {users.map((user) => (
            <UserRow organization={organization} user={user} />
          ))}
        </Table>
      )}
      <AnyPerson organization={organization} />
    </section>
  )
}

function ConnectionRow({ connection: { id, provider, type, status, enabled } }: { connection: Connection }) {
  const fields = { connection_id: id }
  return (
    <tr>
      <th scope="row">
        {`${provider} ${type}`}
        <br />
        <code>{id}</code>
      </th>
      <td>
        <ConnectionState status={status} enabled={enabled} />
      </td>
      <td>
        <Actions>
          {enabled && <Action path="connections/disable" fields={fields} label="Disable" target={id} />}
          {!enabled && status === 'COMPLETED' && (
            <Action path="connections/enable" fields={fields} label="Enable" target={id} />
          )}
          <Action path="connections/delete" fields={fields} label="Delete" target={id} isDestructive />
        </Actions>
      </td>
    </tr>
  )
}

export function ConnectionState({ status, enabled }: Pick<Connection, 'status' | 'enabled'>) {
  if (status !== 'COMPLETED') return <Badge kind="plain">not set up</Badge>
  return enabled ? <Badge kind="good">enabled</Badge> : <Badge kind="bad">disabled</Badge>
}

function UserRow({ organization, user }: { organization: Organization; user: DirectoryUser }) {
  const { email, given_name, family_name, groups, status } = user
  const fields = { organization_id: organization.id, email }
  const action = (path: string, label: string, isDestructive = false) => (
    <Action path={path} fields={fields} label={label} target={email} isDestructive={isDestructive} />
  )
  const name = [given_name, family_name].filter(Boolean).join(' ')
  return (
    <tr>
      <th scope="row">
        {email}
        {name !== '' && <span class="soft"> {name}</span>}
        {groups.length > 0 && <span class="soft"> · {groups.join(', ')}</span>}
      </th>
      <td>
        <Badge kind={status === 'active' ? 'good' : 'bad'}>{status}</Badge>
      </td>
      <td>
        <Actions>
          {status === 'active' && action('users/deactivate', 'Deactivate')}
          {status === 'inactive' && action('users/reactivate', 'Reactivate')}
          {status === 'deleted'
            ? action('users/create', 'Create again')
            : action('users/update', 'Send update')}
          {status !== 'deleted' && action('memberships/remove', 'Remove membership')}
          {status !== 'deleted' && action('users/delete', 'Delete', true)}
        </Actions>
      </td>
    </tr>
  )
}

/** One form with a button for each action, for people who are not in the list. */
function AnyPerson({ organization: { id, display_name, domains } }: { organization: Organization }) {
  const inputId = `email-${id}`
  return (
    <form method="post" action="/operator/users/create" class="line">
      <input type="hidden" name="organization_id" value={id} />
      <label for={inputId}>
        Somebody else<span class="heard"> of {display_name}</span>
      </label>
      <input
        id={inputId}
        type="email"
        name="email"
        placeholder={`somebody@${domains[0]}`}
        required
        autocomplete="off"
      />
      <button type="submit" class="small">
        Create
        <span class="heard"> somebody else of {display_name}</span>
      </button>
      <button type="submit" class="small" formaction="/operator/users/deactivate">
        Deactivate
        <span class="heard"> somebody else of {display_name}</span>
      </button>
      <button type="submit" class="small destructive" formaction="/operator/users/delete">
        Delete
        <span class="heard"> somebody else of {display_name}</span>
      </button>
    </form>
  )
}
