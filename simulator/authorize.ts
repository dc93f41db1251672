import type { Handler } from 'hono'
import { checkAuthorizationRequest } from './authorization-request.ts'
import { selectConnection } from './connections.ts'
import { isBarred } from './directory.ts'
import type { Environment } from './environment.ts'
import { errorPage } from './error-page.tsx'
import { randomId } from './identifiers.ts'
import { issueCode } from './issue-code.ts'
import { createLogin } from './login.ts'
import { readParameters } from './parameters.ts'
import { takeReady } from './ready-sign-in.ts'
import { isRegistered, withQuery } from './redirect-urls.ts'
import { refusalEvidence } from './refusal-evidence.tsx'
import { refusal, type SsoRefusal } from './sso-errors.ts'

/** Scalekit forgets a login request after about ten minutes. */
const PENDING_LOGIN_SECONDS = 600

/**
 * `GET /oauth/authorize`: checks the request, chooses the connection, and sends the browser to its identity provider.
 *
 * Until client and redirect URI are known to be good, a "no" is a page here: the address may be an attacker's
 * (RFC 6749 section 4.1.2.1).
 */
export function authorize(environment: Environment): Handler {
  return async (c) => {
    const { pathname, search, searchParams } = new URL(c.req.url)
    const parameters = readParameters(searchParams)
    const evidence = (code: string) =>
      refusalEvidence({ environment, code, get: parameters.get, back: pathname + search })
    if (parameters.get('client_id') !== environment.client.id) {
      return errorPage(
        c,
        400,
        'invalid_client',
        'client_id is missing, repeated, or not one of this environment.',
        evidence('invalid_client'),
      )
    }
    const redirectUri = parameters.get('redirect_uri')
    if (redirectUri === undefined || !isRegistered(environment.redirectUrls.post_login_uris, redirectUri)) {
      return errorPage(
        c,
        400,
        'invalid_redirect_uri',
        'redirect_uri is missing, repeated, or not exactly one of the allowed callback URLs.',
        evidence('invalid_redirect_uri'),
      )
    }

    const state = environment.settings.echo_state_on_error ? parameters.get('state') : undefined
    const refuse = ({ error, description }: SsoRefusal) =>
      c.redirect(withQuery(redirectUri, { error, error_description: description, state }), 302)

    const checked = checkAuthorizationRequest(parameters, redirectUri)
    if (!checked.ok) return refuse(checked)
    const selected = selectConnection(environment.organizations, parameters)
    if (!selected.ok) return refuse(selected)
    // The simulator sets no cookie, so it never knows the browser again.
    if (checked.request.prompt === 'none') return refuse(refusal('login_required'))

    const ready = takeReady(environment, selected, checked.request.loginHint)
    if (ready !== undefined) {
      if (isBarred(environment, selected.organization, ready.email)) return refuse(refusal('user_not_active'))
      const login = await createLogin(selected.connection, selected.organization, ready)
      return c.redirect(issueCode(environment, checked.request, login), 302)
    }

    const now = environment.now()
    const id = randomId('ar_')
    const connectionId = selected.connection.id
    environment.pendingLogins.put(
      id,
      { request: checked.request, connectionId },
      now + PENDING_LOGIN_SECONDS,
      now,
    )
    return c.redirect(`/idp/${connectionId}?request=${id}`, 302)
  }
}
