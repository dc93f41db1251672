import { Hono } from 'hono'
import { html } from 'hono/html'
import type { Environment } from './environment.ts'
import { Page, pageHeaders, sendPage } from './page.tsx'
import { RequestItem } from './request-item.tsx'
import { KEPT_REQUESTS } from './request-log.ts'

/** `/operator/requests`: what the simulator was asked and what it sent, as it happens. */
export function operatorRequests(environment: Environment): Hono {
  const { requestLog } = environment
  const pages = new Hono()

  pages.get('/', (c) => sendPage(c, <Requests environment={environment} />, 200, { hasScript: true }))

  /** The items that a page does not have yet, for its script. */
  pages.get('/newer', (c) => {
    const than = Number(c.req.query('than'))
    const [newest] = requestLog.newestFirst
    if (than > (newest?.id ?? 0)) return c.body(null, 409)
    const fresh = requestLog.newestFirst.filter(({ id }) => id > than)
    if (fresh.length === 0) return c.body(null, 204)
    const items = fresh.map((request) => <RequestItem environment={environment} request={request} />)
    return c.html(html`${items}`, 200, pageHeaders())
  })

  pages.post('/clear', (c) => {
    requestLog.clear()
    return c.redirect('/operator/requests', 303)
  })

  return pages
}

function Requests({ environment }: { environment: Environment }) {
  const requests = environment.requestLog.newestFirst
  return (
    <Page title="Requests" script="/live.js">
      <p class="lead">
        What the application and its browsers asked, what was answered, and the webhooks that were sent, the
        latest first. Codes, tokens and secrets are shortened; of tokens you read header and claims.
      </p>
      <div class="actions">
        <form method="post" action="/operator/requests/clear">
          <button type="submit" class="quiet small">
            Clear the list
          </button>
        </form>
        <button class="quiet small" type="button" data-pause hidden>
          Pause
        </button>
        <span class="soft" role="status" data-state>
          Reload the page for later ones.
        </span>
      </div>
      <h2>The latest {KEPT_REQUESTS}</h2>
      {requests.length === 0 && (
        <p class="soft" data-none>
          Nothing yet: <a href="/">sign in as somebody</a>.
        </p>
      )}
      <ol class="requests" data-limit={KEPT_REQUESTS}>
        {requests.map((request) => (
          <RequestItem environment={environment} request={request} />
        ))}
      </ol>
    </Page>
  )
}
