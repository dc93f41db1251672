import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { Page, sendPage } from './page.tsx'

/** Scalekit's own error page, for a "no" that must not be sent to the application. */
export function errorPage(c: Context, status: ContentfulStatusCode, code: string, description: string) {
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
      <p>
        <a href="/">What this simulator knows</a>
      </p>
    </Page>,
    status,
  )
}
