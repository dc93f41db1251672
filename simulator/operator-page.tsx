import type { Environment } from './environment.ts'
import { type EventDraftValues, Events, resultOf } from './operator-events.tsx'
import { Organizations } from './operator-organizations.tsx'
import { Sessions } from './operator-sessions.tsx'
import { SettingsForms } from './operator-settings.tsx'
import { Page } from './page.tsx'
import { type Attempt, isSuccess } from './webhooks.ts'

/** What has just been done, named by an id or a word: an address must not be able to put a sentence on the page. */
export interface JustDone {
  readonly event?: string | undefined
  readonly logoutToken?: string | undefined
  readonly done?: string | undefined
}

export const DONE = {
  settings: 'The settings are saved.',
  keys: 'A new key signs from now on.',
  restored: 'All organizations are as they were at the start.',
} as const

const SECTIONS = [
  ['organizations', 'Organizations'],
  ['sessions', 'Sessions'],
  ['events', 'Events'],
  ['settings', 'Settings'],
] as const

interface OperatorPageProps {
  readonly environment: Environment
  readonly keyIds: readonly string[]
  readonly justDone?: JustDone
  readonly problems?: readonly string[]
  readonly draft?: EventDraftValues | undefined
}

export function OperatorPage({ environment, keyIds, justDone, problems = [], draft }: OperatorPageProps) {
  const notices = noticesOf(environment, justDone)
  return (
    <Page title="Organizations">
      <p class="lead">
        What happens at a customer and in Scalekit’s dashboard: each action changes this environment and sends
        the application the matching webhook.
      </p>
      <nav aria-label="On this page">
        <ul class="sections">
          {SECTIONS.map(([id, label]) => (
            <li>
              <a href={`#${id}`}>{label}</a>
            </li>
          ))}
        </ul>
      </nav>
      {problems.length > 0 && (
        <div class="problem" role="alert">
          {problems.map((problem) => (
            <p>{problem}</p>
          ))}
        </div>
      )}
      {notices.length > 0 && (
        <div role="status">
          {notices.map(({ text, isGood }) => (
            <p class={isGood ? 'notice' : 'problem'}>{text}</p>
          ))}
        </div>
      )}
      <h2 id="organizations">Organizations</h2>
      <Organizations environment={environment} />
      <h2 id="sessions">Sessions</h2>
      <Sessions environment={environment} />
      <h2 id="events">Events</h2>
      <Events environment={environment} draft={draft} />
      <h2 id="settings">Settings</h2>
      <SettingsForms environment={environment} keyIds={keyIds} />
    </Page>
  )
}

interface Notice {
  readonly text: string
  readonly isGood: boolean
}

function noticesOf(environment: Environment, { event, logoutToken, done }: JustDone = {}): Notice[] {
  const delivery = event === undefined ? undefined : environment.webhooks.find(event)
  const sent = environment.sentLogoutTokens.find(({ jti }) => jti === logoutToken)
  const words = done !== undefined && Object.hasOwn(DONE, done) ? DONE[done as keyof typeof DONE] : undefined
  return [
    words && { text: words, isGood: true },
    delivery && noticeOf(delivery.event.type, delivery.attempts.at(-1)),
    sent && noticeOf('Logout token', sent.attempt),
  ].filter((notice) => notice !== undefined)
}

function noticeOf(what: string, attempt: Attempt | undefined): Notice {
  if (attempt === undefined) return { text: `${what}: not sent yet.`, isGood: true }
  return { text: `${what}: sent, ${resultOf(attempt)}.`, isGood: isSuccess(attempt) }
}
