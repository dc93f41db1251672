import type { Environment } from './environment.ts'
import { Action, Badge, Table, Time } from './operator-form.tsx'
import type { Attempt, Delivery } from './webhooks.ts'

interface EventsProps {
  readonly environment: Environment
  /** What was typed into the form and has to be corrected. */
  readonly draft?: EventDraftValues | undefined
}

export interface EventDraftValues {
  readonly type?: string | undefined
  readonly organization_id?: string | undefined
  readonly data?: string | undefined
  readonly occurred_at?: string | undefined
}

export function Events({ environment, draft }: EventsProps) {
  const { webhooks } = environment
  const deliveries = webhooks.deliveries.toReversed()
  return (
    <>
      <section class="card">
        {deliveries.length === 0 ? (
          <p class="soft">No events yet: they come with the actions on this page.</p>
        ) : (
          <Table
            caption="Events, the latest first"
            columns={['Event', 'Occurred (UTC)', 'Result', 'Attempts', 'Actions']}
          >
            {deliveries.map((delivery) => (
              <EventRow delivery={delivery} isDeliverable={webhooks.url !== undefined} />
            ))}
          </Table>
        )}
      </section>
      <AnyEvent environment={environment} draft={draft} />
    </>
  )
}

function EventRow({ delivery, isDeliverable }: { delivery: Delivery; isDeliverable: boolean }) {
  const { event, state, attempts, next_attempt_at } = delivery
  return (
    <tr id={event.id}>
      <th scope="row">
        {event.display_name}
        <br />
        <code>{event.type}</code>
        <br />
        <code class="soft">{event.id}</code>
        <details>
          <summary>Body</summary>
          <pre>{JSON.stringify(event, undefined, 2)}</pre>
        </details>
      </th>
      <td>
        <Time iso={event.occurred_at} />
      </td>
      <td>
        <Result state={state} />
      </td>
      <td>
        {attempts.length === 0 && <span class="soft">none</span>}
        <ol class="attempts">
          {attempts.map((attempt) => (
            <li>
              {attempt.at.slice(11, 19)} <strong>{resultOf(attempt)}</strong>
            </li>
          ))}
        </ol>
        {next_attempt_at && <span class="soft">next at {next_attempt_at.slice(11, 19)}</span>}
      </td>
      <td>
        {isDeliverable && (
          <Action
            path="events/deliver"
            fields={{ event_id: event.id }}
            label={attempts.length === 0 ? 'Deliver' : 'Deliver again'}
            target={event.id}
          />
        )}
      </td>
    </tr>
  )
}

export const resultOf = ({ status, problem }: Attempt): string => problem ?? String(status)

function Result({ state }: Pick<Delivery, 'state'>) {
  const kind = state === 'delivered' ? 'good' : state === 'failed' ? 'bad' : 'plain'
  return <Badge kind={kind}>{state}</Badge>
}

function AnyEvent({ environment, draft }: EventsProps) {
  return (
    <section class="card">
      <details open={draft !== undefined}>
        <summary>Send any event</summary>
        <p class="soft">It changes nothing here: a made-up event, or one that comes late or out of order.</p>
        <form method="post" action="/operator/events">
          <div class="pair">
            <label class="field">
              Type
              <input
                name="type"
                value={draft?.type ?? 'organization.directory_disabled'}
                required
                autocomplete="off"
                spellcheck={false}
              />
            </label>
            <label class="field">
              Organization
              <select name="organization_id">
                <option value="">none</option>
                {environment.originalOrganizations.map(({ id, display_name }) => (
                  <option value={id} selected={id === draft?.organization_id}>
                    {display_name}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <label class="field">
            Data, a JSON object
            <textarea name="data" rows={4} spellcheck={false}>
              {draft?.data ?? '{}'}
            </textarea>
          </label>
          <label class="field">
            Occurred at (empty: now)
            <input
              name="occurred_at"
              value={draft?.occurred_at}
              placeholder="2026-01-31T12:00:00.000000000Z"
              autocomplete="off"
            />
          </label>
          <button type="submit">Send event</button>
        </form>
      </details>
    </section>
  )
}
