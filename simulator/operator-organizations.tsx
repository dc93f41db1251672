import { useContext } from 'hono/jsx'
import { type DirectoryUser, directoryUsers } from './directory.ts'
import type { Environment } from './environment.ts'
import { Action, Actions, Badge, Table } from './operator-form.tsx'
import type { JustDone } from './operator-notices.tsx'
import type { Connection, Organization } from './organizations.ts'
import { Field, isRefused, RefusedFormContext, TypedForm } from './typed-form.tsx'

interface OrganizationsProps {
  readonly environment: Environment
  readonly justDone?: JustDone | undefined
}

/** Each folded into its name, but the one that something was just done at. */
export function Organizations({ environment, justDone }: OrganizationsProps) {
  const { organizations, webhooks } = environment
  const delivery = justDone?.event === undefined ? undefined : webhooks.find(justDone.event)
  return (
    <>
      {organizations.map((organization) => (
        <OrganizationCard
          environment={environment}
          organization={organization}
          isLatest={organization.id === delivery?.event.organization_id}
        />
      ))}
      <section class="card" aria-labelledby="new-organization">
        <h3 id="new-organization">New organization</h3>
        <TypedForm path="organizations/create" fields={{}} class="line">
          <Field name="display_name" label="Name" required maxlength={200} />
          <Field name="domains" label="Domains, with spaces between them" placeholder="hooli.example" />
          <button type="submit">Create organization</button>
        </TypedForm>
      </section>
      <section class="card">
        <h3 id="start-over">Start over</h3>
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
  readonly isLatest: boolean
}

function OrganizationCard({ environment, organization, isLatest }: OrganizationProps) {
  const { id, display_name, domains, connections } = organization
  const users = directoryUsers(environment, organization)
  const isOpen = isLatest || isRefused(useContext(RefusedFormContext), FOR_ANYBODY, { organization_id: id })
  return (
    <details class="card" open={isOpen}>
      <summary>
        <h3 id={id}>{display_name}</h3> <span class="soft">{domains.join(', ')}</span>
      </summary>
      <div class="title">
        <div>
          <p class="soft">
            <code>{id}</code> · <a href={`/operator/organizations/${id}`}>Edit {display_name}</a>
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
    </details>
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

const FOR_ANYBODY = ['users/create', 'users/deactivate', 'users/delete']

/** One form with a button for each action, for people who are not in the list. */
function AnyPerson({ organization: { id, display_name, domains } }: { organization: Organization }) {
  const whose = <span class="heard"> somebody else of {display_name}</span>
  return (
    <TypedForm path="users/create" paths={FOR_ANYBODY} fields={{ organization_id: id }} class="line">
      <Field
        name="email"
        label={
          <>
            Somebody else<span class="heard"> of {display_name}</span>
          </>
        }
        type="email"
        placeholder={`somebody@${domains[0]}`}
        required
      />
      <button type="submit" class="small">
        Create
        {whose}
      </button>
      <button type="submit" class="small" formaction="/operator/users/deactivate">
        Deactivate
        {whose}
      </button>
      <button type="submit" class="small destructive" formaction="/operator/users/delete">
        Delete
        {whose}
      </button>
    </TypedForm>
  )
}
