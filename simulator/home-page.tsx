import type { Handler } from 'hono'
import { isActive } from './connections.ts'
import { directoryKey } from './directory.ts'
import type { Environment } from './environment.ts'
import { Badge } from './operator-form.tsx'
import type { Connection, Organization, User } from './organizations.ts'
import { Page, sendPage } from './page.tsx'
import { PORTAL } from './sign-in-as.ts'
import { type KnownSite, knownSites, siteFor } from './sites.ts'

/** `GET /`: everybody known, with a button that signs in as them. */
export function home(environment: Environment): Handler {
  return (c) => {
    const sites = knownSites(environment)
    const at = [PORTAL, ...sites.map(({ origin }) => origin)].find((place) => place === c.req.query('at'))
    return sendPage(
      c,
      <Page title="Sign in as somebody">
        <p class="lead">
          This stands in for Scalekit, in{' '}
          {environment.settings.mode === 'fsa' ? 'Full-Stack Auth' : 'Modular SSO'} mode, and for the identity
          providers of its customers. One click signs you in, without a password and without another page.
          Begin at a site instead, and its identity provider lets you choose what happens: other names, a
          login that starts there, any of Scalekit’s errors.
        </p>
        <Places sites={sites} at={at} />
        {environment.organizations.map((organization) => (
          <Company environment={environment} organization={organization} sites={sites} at={at} />
        ))}
        <p class="soft">
          <a href="/operator">Organizations, sessions, events and settings</a> ·{' '}
          <a href="/simulator">The state as JSON</a>
        </p>
      </Page>,
    )
  }
}

const hostOf = (origin: string) => new URL(origin).host

function Places({ sites, at }: { sites: readonly KnownSite[]; at: string | undefined }) {
  const places: readonly (readonly [place: string | undefined, label: string])[] = [
    [undefined, 'the site that fits'],
    ...sites.map(({ origin }) => [origin, hostOf(origin)] as const),
    [PORTAL, 'the company’s portal'],
  ]
  return (
    <nav aria-labelledby="at">
      <p id="at" class="soft">
        Start the login at
      </p>
      <ul class="places">
        {places.map(([place, label]) => (
          <li>
            <a
              href={place === undefined ? '/' : `/?at=${encodeURIComponent(place)}`}
              aria-current={place === at ? 'true' : undefined}
            >
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

interface CompanyProps {
  readonly environment: Environment
  readonly organization: Organization
  readonly sites: readonly KnownSite[]
  readonly at: string | undefined
}

function Company({ environment, organization, sites, at }: CompanyProps) {
  const { id, display_name, domains, connections } = organization
  const place = at ?? siteFor(sites, organization)?.origin ?? PORTAL
  const usable = connections.find(isActive)
  return (
    <section class="card" aria-labelledby={id}>
      <div class="title">
        <div>
          <h2 id={id}>{display_name}</h2>
          <p class="soft">
            {domains.join(', ')} · <a href={`/operator/organizations/${id}`}>Edit {display_name}</a>
          </p>
        </div>
        {usable === undefined && <Badge kind="bad">nobody can sign in</Badge>}
      </div>
      <ul class="people">
        {connections.flatMap((connection) =>
          connection.users.map((user) => (
            <Somebody
              user={user}
              connection={connection}
              place={place}
              status={environment.directory.get(directoryKey(id, user.email))?.status}
            />
          )),
        )}
      </ul>
      {usable === undefined ? (
        <p class="soft">{whyNobody(connections)}</p>
      ) : (
        <SomebodyElse organization={organization} connection={usable} place={place} />
      )}
      {connections.filter(isActive).map((connection) => (
        <Launcher organization={organization} connection={connection} />
      ))}
    </section>
  )
}

const whyNobody = (connections: readonly Connection[]) =>
  connections.some(({ status }) => status === 'COMPLETED')
    ? 'Its connection is off: a login ends with no_active_connections.'
    : 'It has no connection that is set up to the end: a login ends with no_configured_connections.'

interface SomebodyProps {
  readonly user: User
  readonly connection: Connection
  readonly place: string
  readonly status: string | undefined
}

function Somebody({ user, connection, place, status = 'active' }: SomebodyProps) {
  const { email, given_name, family_name, roles, attributes } = user
  const name = [given_name, family_name].filter(Boolean).join(' ')
  return (
    <li>
      <div>
        <span class="name">{name}</span> {email} {status !== 'active' && <Badge kind="bad">{status}</Badge>}
        {!isActive(connection) && <Badge kind="bad">connection off</Badge>}
        <ul class="tags">
          <Tags kind="Scalekit role" names={roles} />
          <Tags kind="role" names={attributes['idp_roles']} />
          <Tags kind="group" names={attributes['groups']} />
        </ul>
      </div>
      <form method="post" action="/operator/sign-in">
        <input type="hidden" name="connection_id" value={connection.id} />
        <input type="hidden" name="email" value={email} />
        <input type="hidden" name="at" value={place} />
        <button type="submit">
          Sign in as {given_name || email}
          <span class="heard">
            , {email}, at {placeName(place)}
          </span>
        </button>
      </form>
    </li>
  )
}

const placeName = (place: string) => (place === PORTAL ? 'the company’s portal' : hostOf(place))

function Tags({ kind, names }: { kind: string; names: unknown }) {
  const texts = Array.isArray(names) ? names.map(String) : []
  return (
    <>
      {texts.map((text) => (
        <li class="badge">
          {kind} <b>{text}</b>
        </li>
      ))}
    </>
  )
}

interface SomebodyElseProps {
  readonly organization: Organization
  readonly connection: Connection
  readonly place: string
}

function SomebodyElse({ organization, connection, place }: SomebodyElseProps) {
  const { display_name, domains } = organization
  return (
    <details>
      <summary>Somebody else of {display_name}</summary>
      <form method="post" action="/operator/sign-in" class="line">
        <input type="hidden" name="connection_id" value={connection.id} />
        <input type="hidden" name="at" value={place} />
        <label class="field">
          E-mail<span class="heard"> of somebody else of {display_name}</span>
          <input
            type="email"
            name="email"
            placeholder={`somebody@${domains[0] ?? 'example.com'}`}
            required
            autocomplete="off"
          />
        </label>
        <button type="submit">
          Sign in<span class="heard"> as somebody else of {display_name}</span>
        </button>
      </form>
    </details>
  )
}

function Launcher({ organization, connection }: Omit<SomebodyElseProps, 'place'>) {
  const { display_name, domains } = organization
  return (
    <details>
      <summary>
        From the portal of {display_name}, with a relay state
        <span class="heard"> at {connection.id}</span>
      </summary>
      <form method="post" action={`/idp/${connection.id}`} class="line">
        <input type="hidden" name="scenario" value="idp_initiated" />
        <label class="field">
          E-mail<span class="heard"> of who starts at the portal of {display_name}</span>
          <input
            type="email"
            name="email"
            value={connection.users[0]?.email ?? `somebody@${domains[0]}`}
            required
            autocomplete="off"
          />
        </label>
        <label class="field">
          Relay state<span class="heard"> from the portal of {display_name}</span>
          <input name="relay_state" placeholder="/team/" autocomplete="off" />
        </label>
        <button type="submit">
          Start at the portal<span class="heard"> of {display_name}</span>
        </button>
      </form>
    </details>
  )
}
