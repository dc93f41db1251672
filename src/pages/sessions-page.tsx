import { type EpochSeconds, timestamp } from '../base/time.ts'
import type { SessionSummary } from '../registry/registered-session.ts'
import { originAt, type Visit } from '../request/visit.ts'
import { displayName, type Session } from '../tokens/session.ts'
import { PostButton } from './buttons.tsx'
import { deviceName } from './device-name.ts'
import { page } from './page-response.ts'
import type { Words } from './words/words.ts'

/** A person's own sessions, with a way to end each. */
export function sessionsPage(
  visit: Visit,
  words: Words,
  session: Session,
  sessions: readonly SessionSummary[],
): Response {
  const { title, who, endOthers, signOut, signOutOfAll } = words.sessions
  const action = `${visit.basePath}/sessions/end`
  const body = (
    <>
      <p>{who(displayName(session))}</p>
      <ul class="sessions">
        {sessions.map((each) => (
          <SessionItem
            visit={visit}
            words={words}
            session={each}
            isThisOne={each.id === session.id}
            action={action}
          />
        ))}
      </ul>
      <div class="actions">
        {sessions.length > 1 && <PostButton action={action} label={endOthers} fields={{ others: '1' }} />}
        <PostButton
          action={`${visit.basePath}/logout`}
          label={visit.site.signsIn === 'for_others' ? signOutOfAll : signOut}
          quiet
        />
      </div>
    </>
  )
  return page(visit, words, { title, body })
}

interface SessionItemProps {
  readonly visit: Visit
  readonly words: Words
  readonly session: SessionSummary
  readonly isThisOne: boolean
  /** Where the form that ends it is posted to. */
  readonly action: string
}

function SessionItem({ visit, words, session, isThisOne, action }: SessionItemProps) {
  const { id, host, userAgent, place, openedAt, lastUsedAt } = session
  const { lastRenewed, signedIn, thisOne, end } = words.sessions
  return (
    <li>
      <p>
        <strong>{deviceName(words, userAgent)}</strong>
        <br />
        <HostName visit={visit} host={host} isHere={isThisOne} />
        <span class="soft">
          {place !== undefined && ` · ${place}`}
          <br />
          {lastRenewed(<Time at={lastUsedAt} />)}
          <br />
          {signedIn(<Time at={openedAt} />)}
        </span>
      </p>
      {isThisOne ? (
        <span class="soft">{thisOne}</span>
      ) : (
        <PostButton action={action} label={end} quiet fields={{ id }} />
      )}
    </li>
  )
}

/** At the login host, with the way there: this is where people see where they are signed in. */
function HostName({ visit, host, isHere }: { visit: Visit; host: string; isHere: boolean }) {
  return visit.site.signsIn === 'for_others' && !isHere ? (
    <a href={`${originAt(host, visit)}/`}>{host}</a>
  ) : (
    <span class="soft">{host}</span>
  )
}

/** In UTC, to the minute. */
function Time({ at }: { at: EpochSeconds }) {
  const iso = timestamp(at)
  return <time datetime={iso}>{iso.slice(0, 16).replace('T', ' ')} UTC</time>
}
