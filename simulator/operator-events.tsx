import { useContext } from 'hono/jsx'
import type { Environment } from './environment.ts'
import { Action, Badge, Table, Time } from './operator-form.tsx'
import { Choice, Field, isRefused, RefusedFormContext, TypedForm } from './typed-form.tsx'
import type { Attempt, Delivery } from './webhooks.ts'

interface EventsProps {
  readonly environment: Environment
}

export function Events({ environment }: EventsProps) {
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
      <AnyEvent environment={environment} />
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

function AnyEvent({ environment }: EventsProps) {
  const isOpen = isRefused(useContext(RefusedFormContext), ['events'], {})
  return (
    <section class="card">
      <details open={isOpen}>
        <summary>Send any event</summary>
        <p class="soft">It changes nothing here: a made-up event, or one that comes late or out of order.</p>
        <TypedForm path="events" fields={{}}>
          <div class="pair">
            <Field name="type" label="Type" value="organization.directory_disabled" required />
            <Choice
              name="organization_id"
              label="Organization"
              value=""
              options={[
                ['', 'none'],
                ...environment.originalOrganizations.map(
                  ({ id, display_name }) => [id, display_name] as const,
                ),
              ]}
            />
          </div>
          <Field name="data" label="Data, a JSON object" value="{}" rows={4} />
          <Field
            name="occurred_at"
            label="Occurred at (empty: now)"
            placeholder="2026-01-31T12:00:00.000000000Z"
          />
          <button type="submit">Send event</button>
        </TypedForm>
      </details>
    </section>
  )
}
