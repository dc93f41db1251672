import type { Environment } from './environment.ts'
import { resultOf } from './operator-events.tsx'
import type { WebhookEvent } from './webhook-event.ts'
import { type Attempt, isSuccess } from './webhooks.ts'

/** What has just been done, named by an id or a word: an address must not be able to put a sentence on the page. */
export interface JustDone {
  readonly event?: string | undefined
  readonly logoutToken?: string | undefined
  readonly done?: string | undefined
}

const DONE = {
  settings: 'The settings are saved.',
  addresses: 'The addresses are changed.',
  keys: 'A new key signs from now on.',
  restored: 'All organizations are as they were at the start.',
} as const

interface NoticesProps {
  readonly environment: Environment
  readonly justDone?: JustDone | undefined
  readonly problems?: readonly string[] | undefined
}

/** What came of the form that led here. */
export function Notices({ environment, justDone, problems = [] }: NoticesProps) {
  const notices = noticesOf(environment, justDone)
  return (
    <>
      {problems.length > 0 && (
        <div class="problem" role="alert">
          <p>
            <strong>Nothing was changed.</strong>
          </p>
          {problems.map((problem) => (
            <p>{problem}</p>
          ))}
        </div>
      )}
      {notices.length > 0 && (
        <div class="notices" role="status">
          {notices.map(({ text, isGood }) => (
            <p class={isGood ? 'notice' : 'problem'}>{text}</p>
          ))}
        </div>
      )}
    </>
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
    delivery && noticeOf(whatIn(delivery.event), delivery.attempts.at(-1), remedyOf(delivery.event)),
    sent && noticeOf('Logout token', sent.attempt),
  ].filter((notice) => notice !== undefined)
}

const remedyOf = ({ type }: WebhookEvent): string =>
  type === 'organization.deleted' ? ' “Restore” below, under “Start over”, brings it back.' : ''

/** An event by its name, and that of the person where it is about one. */
function whatIn({ type, data }: WebhookEvent): string {
  const { email = undefined } = { ...recordOf(data['user']), ...data }
  return typeof email === 'string' ? `${email}, ${type}` : type
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

function noticeOf(what: string, attempt: Attempt | undefined, remedy = ''): Notice {
  if (attempt === undefined) return { text: `${what}: not sent yet.${remedy}`, isGood: true }
  return { text: `${what}: sent, ${resultOf(attempt)}.${remedy}`, isGood: isSuccess(attempt) }
}
