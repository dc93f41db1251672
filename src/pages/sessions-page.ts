import { html } from 'hono/html'
import { type EpochSeconds, timestamp } from '../base/time.ts'
import type { SessionSummary } from '../registry/registered-session.ts'
import type { Visit } from '../request/visit.ts'
import { displayName, type Session } from '../tokens/session.ts'
import { deviceName } from './device-name.ts'
import { postButton } from './frame.ts'
import { page } from './response.ts'

/** A person's own sessions, with a way to end each. */
export function sessionsPage(visit: Visit, session: Session, sessions: readonly SessionSummary[]): Response {
  const action = `${visit.basePath}/sessions/end`
  const item = ({ id, host, userAgent, place, openedAt, lastUsedAt }: SessionSummary) => html`<li>
    <p>
      <strong>${deviceName(userAgent)}</strong><br>
      <span class="soft">${[host, ...(place === undefined ? [] : [place])].join(' · ')}<br>
      Last renewed ${time(lastUsedAt)}<br>
      Signed in ${time(openedAt)}</span>
    </p>
    ${
      id === session.id
        ? html`<span class="soft">this one</span>`
        : postButton(action, 'End', { quiet: true, fields: { id } })
    }
  </li>`
  const body = html`<p>Signed in as ${displayName(session)}. End any session that you do not recognise.</p>
    <ul class="sessions">${sessions.map(item)}</ul>
    <div class="actions">
      ${sessions.length > 1 ? postButton(action, 'End all others', { fields: { others: '1' } }) : ''}
      ${postButton(`${visit.basePath}/logout`, 'Sign out here', { quiet: true })}
    </div>`
  return page(visit.url, { title: 'Your sessions', body })
}

const time = (at: EpochSeconds) =>
  html`<time datetime="${timestamp(at)}">${timestamp(at).slice(0, 16).replace('T', ' ')} UTC</time>`
