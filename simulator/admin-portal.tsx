import type { Handler } from 'hono'
import type { Environment } from './environment.ts'
import { errorPage } from './error-page.tsx'
import { Page, sendPage } from './page.tsx'

/**
 * `GET /magicLink/{link}`: where a customer's administrator sets up single sign-on. Whoever opens the link is taken for that
 * administrator, so it opens once, and within its minute.
 */
export function adminPortal(environment: Environment): Handler<object, '/magicLink/:link'> {
  return (c) => {
    const taken = environment.portalLinks.take(c.req.param('link'), environment.now())
    switch (taken.kind) {
      case 'unknown':
        return errorPage(
          c,
          404,
          'link_expired',
          'This link to an admin portal is unknown, or older than a minute.',
        )
      case 'replayed':
        return errorPage(
          c,
          410,
          'link_used',
          'This link to an admin portal has been used: each opens it once.',
        )
      case 'taken': {
        const { id, display_name, domains } = taken.value
        return sendPage(
          c,
          <Page title={`Admin portal of ${display_name}`}>
            <p>
              Here {display_name}’s own administrator would connect an identity provider and a directory. The
              link that led here opened this page once, and opens nothing any more.
            </p>
            <dl>
              <dt>Organization</dt>
              <dd>
                <code>{id}</code>
              </dd>
              <dt>Domains</dt>
              <dd>{domains.join(', ')}</dd>
            </dl>
          </Page>,
        )
      }
    }
  }
}
