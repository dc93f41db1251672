import type { Handler } from 'hono'
import type { Environment } from './environment.ts'
import { errorPage } from './error-page.tsx'
import { logOut } from './operations.ts'
import { Page, sendPage } from './page.tsx'
import { readParameters } from './parameters.ts'
import { inBackground, tell } from './perform.ts'
import { isRegistered, withQuery } from './redirect-urls.ts'
import { RefusalEvidence } from './refusal-evidence.tsx'

/**
 * `GET /oidc/logout`: RP-initiated logout. An expired ID token is good enough as a hint, one of another environment or
 * client is not. Without a hint nothing ends: Scalekit would know the session by its cookie, the simulator has none.
 *
 * @see OpenID Connect RP-Initiated Logout 1.0 section 2 and 3
 */
export function logout(environment: Environment): Handler {
  return async (c) => {
    const { pathname, search, searchParams } = new URL(c.req.url)
    const { get, repeated } = readParameters(searchParams)
    if (repeated.length > 0) return errorPage(c, 400, 'invalid_request', 'A parameter occurs more than once.')

    const target = get('post_logout_redirect_uri')
    if (target !== undefined && !isRegistered(environment.redirectUrls.post_logout_redirect_uris, target)) {
      return errorPage(
        c,
        400,
        'invalid_redirect_uri',
        'post_logout_redirect_uri is not exactly one of the registered post-logout URLs.',
        <RefusalEvidence
          environment={environment}
          code="invalid_redirect_uri"
          get={get}
          back={pathname + search}
        />,
      )
    }

    const hint = get('id_token_hint')
    if (hint !== undefined) {
      const claims = await environment.keys.verifySignature(hint)
      const isOurs = claims?.iss === environment.issuer(c.req.raw) && claims['azp'] === environment.client.id
      if (!isOurs)
        return errorPage(c, 400, 'invalid_id_token', 'id_token_hint is not an ID token issued here.')
      const session = environment.sessions.get(String(claims['sid']))
      if (session?.status === 'active') {
        const { event, ...outcome } = await logOut(environment, session)
        // Events of users belong to Full-Stack Auth. The browser does not wait for other people's servers.
        const isFsa = environment.settings.mode === 'fsa'
        const told = tell(c, environment, { ...outcome, event: isFsa ? event : undefined })
        inBackground(c)(told.then(() => undefined))
      }
    }

    if (target !== undefined) return c.redirect(withQuery(target, { state: get('state') }), 302)
    return sendPage(
      c,
      <Page title="Signed out">
        <p>
          {hint === undefined
            ? 'No session was named, so none was ended.'
            : 'The session at Scalekit has ended.'}
        </p>
      </Page>,
    )
  }
}
