import type { Environment } from './environment.ts'
import type { Session } from './login.ts'
import { Action, Actions, Badge, Table, Time } from './operator-form.tsx'

export function Sessions({ environment }: { environment: Environment }) {
  const sessions = [...environment.sessions.values()].reverse()
  const takesLogoutTokens = environment.redirectUrls.backchannel_logout_uri != null
  return (
    <section class="card">
      {sessions.length === 0 ? (
        <p class="soft">Nobody has signed in yet.</p>
      ) : (
        <Table caption="Sessions at Scalekit" columns={['Session', 'Since (UTC)', 'State', 'Actions']}>
          {sessions.map((session) => (
            <SessionRow
              session={session}
              organization={nameOf(environment, session)}
              takesLogoutTokens={takesLogoutTokens}
            />
          ))}
        </Table>
      )}
      <p class="soft">
        Gatehouse’s own list, <code>/auth/sessions</code>, has a place beside each session where it is
        deployed: Cloudflare’s network knows it, and this machine does not.
      </p>
      {environment.sentLogoutTokens.length > 0 && (
        <>
          <h3>Logout tokens sent</h3>
          <ul>
            {environment.sentLogoutTokens.toReversed().map(({ jti, session_id, attempt }) => (
              <li>
                <Time iso={attempt.at} /> <code>{session_id}</code>, <code>{jti}</code>:{' '}
                <strong>{attempt.status ?? attempt.problem}</strong>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

interface SessionRowProps {
  readonly session: Session
  readonly organization: string
  readonly takesLogoutTokens: boolean
}

function SessionRow({ session, organization, takesLogoutTokens }: SessionRowProps) {
  const { session_id, email, status, created_at } = session
  const fields = { session_id }
  return (
    <tr>
      <th scope="row">
        {email} <span class="soft">{organization}</span>
        <br />
        <code>{session_id}</code>
      </th>
      <td>
        <Time iso={new Date(created_at * 1000).toISOString()} />
      </td>
      <td>
        <Badge kind={status === 'active' ? 'good' : 'bad'}>{STATES[status]}</Badge>
      </td>
      <td>
        <Actions>
          {status === 'active' && (
            <Action
              path="sessions/logout"
              fields={fields}
              label="Log out"
              target={`${email} ${session_id}`}
            />
          )}
          {takesLogoutTokens && (
            <Action
              path="sessions/backchannel-logout"
              fields={fields}
              label="Send back-channel logout"
              target={`of ${email} ${session_id}`}
            />
          )}
        </Actions>
      </td>
    </tr>
  )
}

const STATES: Readonly<Record<Session['status'], string>> = {
  active: 'active',
  logout: 'logged out',
  revoked: 'revoked',
}

const nameOf = ({ originalOrganizations }: Environment, { organization_id }: Session): string =>
  originalOrganizations.find(({ id }) => id === organization_id)?.display_name ?? 'social login'
