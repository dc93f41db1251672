import { useContext } from 'hono/jsx'
import { PROVIDERS } from './edits.ts'
import type { Environment } from './environment.ts'
import { type JustDone, Notices } from './operator-notices.tsx'
import { ConnectionState } from './operator-organizations.tsx'
import type { Connection, Organization, User } from './organizations.ts'
import { Page } from './page.tsx'
import { PersonForm, personFields, Remove } from './person-form.tsx'
import { Field, isRefused, RefusedFormContext, TypedForm } from './typed-form.tsx'

interface OrganizationPageProps {
  readonly environment: Environment
  readonly organization: Organization
  readonly justDone?: JustDone | undefined
  readonly problems?: readonly string[] | undefined
}

/** Everything of one organization, in forms. */
export function OrganizationPage({ environment, organization, justDone, problems }: OrganizationPageProps) {
  const { id, display_name, domains, connections } = organization
  const back = `/operator/organizations/${id}`
  return (
    <Page title={`Edit ${display_name}`}>
      <p class="lead">
        <a href="/operator#organizations">All organizations</a>. What you save is there for the next login,
        and the application hears of it by a webhook.
      </p>
      <Notices environment={environment} justDone={justDone} problems={problems} />
      <section class="card" aria-labelledby="organization">
        <h2 id="organization">Organization</h2>
        <p class="soft">
          <code>{id}</code>
        </p>
        <TypedForm path="organizations/update" fields={{ back, organization_id: id }}>
          <div class="pair">
            <Field name="display_name" label="Name" value={display_name} required maxlength={200} />
            <Field name="domains" label="Domains, with spaces between them" value={domains.join(' ')} />
          </div>
          <button type="submit">Save organization</button>
        </TypedForm>
      </section>
      {connections.map((connection) => (
        <ConnectionForms connection={connection} back={back} />
      ))}
      <section class="card" aria-labelledby="another">
        <h2 id="another">One more connection</h2>
        <form method="post" action="/operator/connections/create" class="line">
          <input type="hidden" name="back" value={back} />
          <input type="hidden" name="organization_id" value={id} />
          <label class="field">
            Identity provider
            <select name="provider">
              {PROVIDERS.map((provider) => (
                <option value={provider}>{provider}</option>
              ))}
            </select>
          </label>
          <label class="field">
            Protocol
            <select name="type">
              <option value="OIDC">OIDC</option>
              <option value="SAML">SAML</option>
            </select>
          </label>
          <button type="submit">Add connection</button>
        </form>
      </section>
    </Page>
  )
}

function ConnectionForms({ connection, back }: { connection: Connection; back: string }) {
  const { id, provider, type, status, enabled, users } = connection
  const isSetUp = status === 'COMPLETED'
  const refused = useContext(RefusedFormContext)
  const isOpen = (user?: User) =>
    isRefused(refused, ['people/save'], personFields({ connectionId: id, back, user }))
  return (
    <section class="card" aria-labelledby={id}>
      <div class="title">
        <div>
          <h2 id={id}>{`${provider} ${type}`}</h2>
          <p class="soft">
            <code>{id}</code> <ConnectionState status={status} enabled={enabled} />
          </p>
        </div>
        {isSetUp && (
          <form method="post" action={`/operator/connections/${enabled ? 'disable' : 'enable'}`}>
            <input type="hidden" name="back" value={back} />
            <input type="hidden" name="connection_id" value={id} />
            <button
              type="submit"
              role="switch"
              aria-checked={enabled ? 'true' : 'false'}
              aria-labelledby={id}
            >
              {enabled ? 'On' : 'Off'}
            </button>
          </form>
        )}
      </div>
      {users.length === 0 && <p class="soft">Its identity provider knows nobody yet, and asserts anybody.</p>}
      {users.map((user) => (
        <details class="person" open={isOpen(user)}>
          <summary>
            {user.given_name} {user.family_name} {user.email} <Tags user={user} />
          </summary>
          <PersonForm connectionId={id} back={back} user={user} />
          <Remove connectionId={id} back={back} email={user.email} />
        </details>
      ))}
      <details class="person" open={isOpen()}>
        <summary>Add somebody</summary>
        <PersonForm connectionId={id} back={back} />
      </details>
    </section>
  )
}

/** In words, because a summary holds no list. */
function Tags({ user: { attributes } }: { user: User }) {
  const names = [attributes['idp_roles'], attributes['groups']].flatMap((list) =>
    Array.isArray(list) ? list.map(String) : [],
  )
  return (
    <>
      {names.map((name) => (
        <>
          {' '}
          <span class="badge">{name}</span>
        </>
      ))}
    </>
  )
}
