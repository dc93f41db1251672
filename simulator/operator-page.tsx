import type { Environment } from './environment.ts'
import { Addresses } from './operator-addresses.tsx'
import { Events } from './operator-events.tsx'
import { type JustDone, Notices } from './operator-notices.tsx'
import { Organizations } from './operator-organizations.tsx'
import { Sessions } from './operator-sessions.tsx'
import { SettingsForms } from './operator-settings.tsx'
import { Page } from './page.tsx'

const SECTIONS = [
  ['organizations', 'Organizations'],
  ['sessions', 'Sessions'],
  ['events', 'Events'],
  ['addresses', 'Addresses'],
  ['settings', 'Settings'],
] as const

interface OperatorPageProps {
  readonly environment: Environment
  readonly keyIds: readonly string[]
  readonly justDone?: JustDone
  readonly problems?: readonly string[]
}

export function OperatorPage({ environment, keyIds, justDone, problems }: OperatorPageProps) {
  return (
    <Page title="Environment">
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
      <Notices environment={environment} justDone={justDone} problems={problems} />
      <h2 id="organizations">Organizations</h2>
      <Organizations environment={environment} justDone={justDone} />
      <h2 id="sessions">Sessions</h2>
      <Sessions environment={environment} />
      <h2 id="events">Events</h2>
      <Events environment={environment} />
      <h2 id="addresses">Addresses</h2>
      <Addresses environment={environment} />
      <h2 id="settings">Settings</h2>
      <SettingsForms environment={environment} keyIds={keyIds} />
    </Page>
  )
}
