import type { DecodedToken } from './decoded-token.ts'
import type { Environment } from './environment.ts'
import { Badge } from './operator-form.tsx'
import { RefusalEvidence } from './refusal-evidence.tsx'
import type { LoggedRequest } from './request-log.ts'

interface RequestItemProps {
  readonly environment: Environment
  readonly request: LoggedRequest
}

/** One request in a line, and folded all that may be shown of it. */
export function RequestItem({ environment, request }: RequestItemProps) {
  const { id, at, direction, what, method, address, status, milliseconds } = request
  const { parameters, leadsTo, refusal, tokens, faults } = request
  return (
    <li data-id={id}>
      <details>
        <summary>
          <time datetime={at}>{at.slice(11, 19)}</time>
          <b>{what}</b>
          <span>
            <code>
              {direction === 'sent' && 'to '}
              {method} {address}
            </code>{' '}
            <span class="soft">{refusal?.code ?? subjectOf(request)}</span>
          </span>
          <Status status={status} refused={refusal !== undefined} />
        </summary>
        <dl>
          <dt>When</dt>
          <dd>
            {at.slice(0, 10)} {at.slice(11, 23)} UTC, in {milliseconds} ms
          </dd>
          {leadsTo && (
            <>
              <dt>Sent on to</dt>
              <dd>
                <code>{leadsTo}</code>
              </dd>
            </>
          )}
          {refusal && (
            <>
              <dt>Refused</dt>
              <dd>
                <code>{refusal.code}</code> {refusal.description}
              </dd>
            </>
          )}
          {faults.length > 0 && (
            <>
              <dt>Faults</dt>
              <dd>{faults.join(', ')}</dd>
            </>
          )}
          {parameters.map(([name, value]) => (
            <>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>
                <code>{value}</code>
              </dd>
            </>
          ))}
        </dl>
        {refusal && direction === 'received' && (
          <RefusalEvidence
            environment={environment}
            code={refusal.code}
            get={(wanted) => parameters.find(([name]) => name === wanted)?.[1]}
            back="/operator/requests"
          />
        )}
        {tokens.map((token) => (
          <Token token={token} />
        ))}
      </details>
    </li>
  )
}

function Status({ status, refused }: { status: number | null; refused: boolean }) {
  const isBad = refused || status === null || status >= 400
  return <Badge kind={isBad ? 'bad' : 'good'}>{status ?? 'no answer'}</Badge>
}

/** What tells it from others of its kind. */
const subjectOf = ({ parameters }: LoggedRequest): string | undefined =>
  ['type', 'grant_type', 'login_hint', 'email', 'scenario']
    .map((wanted) => parameters.find(([name]) => name === wanted)?.[1])
    .find((value) => value !== undefined)

function Token({ token: { name, header, claims } }: { token: DecodedToken }) {
  return (
    <>
      <h3>
        <code>{name}</code>
      </h3>
      <dl class="claims">
        <dt>header</dt>
        <dd>
          <code>{JSON.stringify(header)}</code>
        </dd>
        {Object.entries(claims).map(([claim, value]) => (
          <>
            <dt>
              <code>{claim}</code>
            </dt>
            <dd>
              <code>{JSON.stringify(value)}</code>
              <span class="soft">{TIMES.includes(claim) && inWords(value)}</span>
            </dd>
          </>
        ))}
      </dl>
    </>
  )
}

const TIMES = ['iat', 'nbf', 'exp', 'auth_time']

/** Anybody can write a token, with a time that no calendar has. */
function inWords(seconds: unknown): string | undefined {
  const date = new Date(Number(seconds) * 1000)
  if (typeof seconds !== 'number' || Number.isNaN(date.getTime())) return undefined
  return ` ${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
