import type { Seconds } from '../base/time.ts'
import type { SessionSummary } from '../registry/registered-session.ts'
import { originAt, type Visit } from '../request/visit.ts'
import { displayName, type Session } from '../tokens/session.ts'
import { Breakable } from './breakable.tsx'
import { ButtonLink, PostButton } from './buttons.tsx'
import { deviceName } from './device-name.ts'
import { page } from './page-response.ts'
import { relativeTime, Time, type TimeSettings, timeZoneOf } from './times.tsx'
import type { Words } from './words/words.ts'

/** What the press of a button has ended. */
export interface JustEnded {
  readonly sessions: number
  /** How long pages may stay readable that were opened with them. */
  readonly lifetime: Seconds
}

/** A person's own sessions, with a way to end each. */
export function sessionsPage(
  visit: Visit,
  words: Words,
  session: Session,
  sessions: readonly SessionSummary[],
  ended?: JustEnded,
): Response {
  const { title, who, endOthers, signOut, signOutOfAll } = words.sessions
  const action = `${visit.basePath}/sessions/end`
  const times = { language: words.language, timeZone: timeZoneOf(visit.request), now: visit.now }
  const thisOne = sessions.find(({ id }) => id === session.id)
  // The one that the reader's own depends on is left alone by it.
  const others = sessions.filter(({ id }) => id !== session.id && id !== thisOne?.parent)
  const opened = ({ id }: SessionSummary) =>
    sessions.filter(({ parent, id: child }) => parent === id && child !== session.id)
  const listed = [...sessions].sort((a, b) => Number(b === thisOne) - Number(a === thisOne))
  const body = (
    <>
      {ended && (
        <p class="done" role="status">
          {words.sessions.ended(ended.sessions, Math.ceil(ended.lifetime / 60))}
        </p>
      )}
      <p class="soft">{who(displayName(session))}</p>
      <ul class="sessions">
        {listed.map((each) => (
          <SessionItem
            visit={visit}
            words={words}
            session={each}
            thisOne={thisOne}
            opened={opened(each)}
            action={action}
            times={times}
          />
        ))}
      </ul>
      <div class="actions">
        {others.length > 0 && <PostButton action={action} label={endOthers} fields={{ others: '1' }} />}
        <PostButton
          action={`${visit.basePath}/logout`}
          label={visit.site.signsIn === 'for_others' ? signOutOfAll : signOut}
          quiet
        />
        {sessions.length > 1 && (
          <ButtonLink
            href={`${visit.basePath}/logout?everywhere=1`}
            label={words.signOut.submitEverywhere}
            quiet
          />
        )}
        {visit.site.hasPages && <ButtonLink href="/" label={words.homePage} quiet />}
      </div>
    </>
  )
  return page(visit, words, { title, body, wide: true })
}

interface SessionItemProps {
  readonly visit: Visit
  readonly words: Words
  readonly session: SessionSummary
  /** The session that asks. */
  readonly thisOne: SessionSummary | undefined
  /** The others that were opened by this one, and end with it. */
  readonly opened: readonly SessionSummary[]
  /** Where the form that ends it is posted to. */
  readonly action: string
  readonly times: TimeSettings
}

function SessionItem({ visit, words, session, thisOne, opened, action, times }: SessionItemProps) {
  const { id, host, userAgent, place, openedAt, lastUsedAt } = session
  const { lastActive, signedIn, end, endNamed, endsThisOne, endsOthers } = words.sessions
  const isThisOne = id === thisOne?.id
  const endsToo = [
    ...(id === thisOne?.parent ? [endsThisOne] : []),
    ...(opened.length > 0 && !isThisOne ? [endsOthers(opened.length, where(opened))] : []),
  ]
  const device = deviceName(words, userAgent)
  const name = endNamed(`${device}, ${host}`, relativeTime(lastUsedAt, times))
  return (
    <li>
      <div>
        <strong>{device}</strong> {isThisOne && <i class="tag">{words.sessions.thisOne}</i>}
        <span class="soft">
          <HostName visit={visit} host={host} isHere={isThisOne} />
          {place !== undefined && ` · ${place}`}
        </span>
        {/* Whoever reads it is there now, whenever their session was renewed. */}
        <span class="soft">
          {lastActive(<Time at={isThisOne ? times.now : lastUsedAt} settings={times} />)}
        </span>
        <span class="soft">{signedIn(<Time at={openedAt} settings={times} />)}</span>
        {endsToo.map((each) => (
          <span>{each}</span>
        ))}
      </div>
      {!isThisOne && (
        <PostButton
          action={action}
          label={end}
          fullLabel={endsToo.length === 0 ? name : `${name}. ${endsToo.join(' ')}`}
          quiet
          small
          fields={{ id }}
        />
      )}
    </li>
  )
}

const MOST_HOSTS = 3

/** The hosts of sessions, in brackets, to stand within a sentence; of many the first. */
function where(sessions: readonly SessionSummary[]): string {
  const hosts = [...new Set(sessions.map(({ host }) => host))]
  return ` (${[...hosts.slice(0, MOST_HOSTS), ...(hosts.length > MOST_HOSTS ? ['…'] : [])].join(', ')})`
}

/** At the login host, with the way there: this is where people see where they are signed in. */
function HostName({ visit, host, isHere }: { visit: Visit; host: string; isHere: boolean }) {
  return visit.site.signsIn === 'for_others' && !isHere ? (
    <a href={`${originAt(host, visit)}/`}>
      <Breakable text={host} />
    </a>
  ) : (
    <Breakable text={host} />
  )
}
