import type { Handler } from 'hono'
import { isActive } from './connections.ts'
import type { Environment } from './environment.ts'
import type { Connection, Organization } from './organizations.ts'
import { Page, sendPage } from './page.tsx'
import { defaultCallback } from './redirect-urls.ts'

/** `GET /`: the organizations of this environment, and an app launcher for each of their identity providers. */
export function home(environment: Environment): Handler {
  return (c) => {
    const { organizations, redirectUrls, settings } = environment
    const callback = defaultCallback(redirectUrls)
    const app = callback === undefined ? undefined : `${new URL(callback).origin}/`
    return sendPage(
      c,
      <Page title="A Scalekit environment">
        <p>
          It stands in for Scalekit, in {settings.mode === 'fsa' ? 'Full-Stack Auth' : 'Modular SSO'} mode.
          Sign in with an e-mail address of one of the domains below
          {app?.startsWith('http') && <AppLink href={app} />}. On the identity provider's page you choose what
          happens: a login, a login that starts there, or any of Scalekit's errors.{' '}
          <a href="/operator">The operator page</a> deactivates users, disables connections and ends sessions.{' '}
          <a href="/simulator">Its state as JSON</a>.
        </p>
        {organizations.map((organization) => (
          <OrganizationCard organization={organization} />
        ))}
      </Page>,
    )
  }
}

function AppLink({ href }: { href: string }) {
  return (
    <>
      {' '}
      at <a href={href}>{href}</a>
    </>
  )
}

function OrganizationCard({ organization }: { organization: Organization }) {
  return (
    <section>
      <h2>{organization.display_name}</h2>
      <dl>
        <dt>Organization</dt>
        <dd>
          <code>{organization.id}</code>
        </dd>
        <dt>Domains</dt>
        <dd>{organization.domains.join(', ')}</dd>
      </dl>
      {organization.connections.map((connection) => (
        <ConnectionCard connection={connection} />
      ))}
    </section>
  )
}

function ConnectionCard({ connection }: { connection: Connection }) {
  return (
    <>
      <dl>
        <dt>Connection</dt>
        <dd>
          <code>{connection.id}</code> ({connection.provider}, {connection.type}, {stateOf(connection)})
        </dd>
        {connection.users.length > 0 && (
          <>
            <dt>Known users</dt>
            <dd>{connection.users.map(({ email }) => email).join(', ')}</dd>
          </>
        )}
      </dl>
      {isActive(connection) && (
        <form method="post" action={`/idp/${connection.id}`}>
          <input type="hidden" name="scenario" value="idp_initiated" />
          <div class="pair">
            <label class="field">
              E-mail
              <input
                type="email"
                name="email"
                value={connection.users[0]?.email}
                required
                autocomplete="off"
              />
            </label>
            <label class="field">
              Relay state (optional)
              <input name="relay_state" placeholder="/team/" autocomplete="off" />
            </label>
          </div>
          <button type="submit">Start from the IdP’s app launcher</button>
        </form>
      )}
    </>
  )
}

function stateOf({ enabled, status }: Connection): string {
  if (status !== 'COMPLETED') return 'not set up to the end'
  return enabled ? 'active' : 'disabled'
}
