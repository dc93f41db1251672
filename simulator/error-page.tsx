import type { Context } from 'hono'
import type { Child } from 'hono/jsx'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { Page, sendPage } from './page.tsx'

/**
 * Scalekit's own error page, for a "no" that must not be sent to the application.
 *
 * @param evidence what was sent beside what there is, and what can be done about it here
 */
export function errorPage(
  c: Context,
  status: ContentfulStatusCode,
  code: string,
  description: string,
  evidence?: Child,
) {
  c.set('refusal', { code, description })
  return sendPage(
    c,
    <Page title="This did not work">
      <p>{description}</p>
      <dl>
        <dt>Error</dt>
        <dd>
          <code>{code}</code>
        </dd>
      </dl>
      {evidence}
      <p>
        <a href="/operator/requests">The requests that led here</a>, and{' '}
        <a href="/operator">what this simulator knows</a>
      </p>
    </Page>,
    status,
  )
}
