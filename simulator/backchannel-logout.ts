import type { Environment } from './environment.ts'
import { randomId } from './identifiers.ts'
import type { Session } from './login.ts'
import { type Attempt, post } from './webhooks.ts'

const LOGOUT_TOKEN_SECONDS = 120
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** A logout token that was posted, without the token. */
export interface SentLogoutToken {
  readonly jti: string
  readonly session_id: string
  readonly attempt: Attempt
}

/**
 * Tells the application that a session has ended. Scalekit does not document the request, so this one follows the
 * standard.
 *
 * @returns undefined where no address is registered
 * @see OpenID Connect Back-Channel Logout 1.0 section 2.4 and 2.5
 */
export async function sendLogoutToken(
  environment: Environment,
  issuer: string,
  session: Session,
): Promise<SentLogoutToken | undefined> {
  const uri = environment.redirectUrls.backchannel_logout_uri
  if (uri == null) return undefined
  const iat = environment.now()
  const jti = randomId('jti_')
  const claims = {
    iss: issuer,
    aud: [environment.client.id],
    iat,
    exp: iat + LOGOUT_TOKEN_SECONDS,
    jti,
    events: { [EVENT]: {} },
    sub: environment.settings.mode === 'fsa' ? session.user_id : session.modular_subject,
    sid: session.session_id,
  }
  const token = await environment.keys.sign(claims, 'logout+jwt')
  const result = await post(environment.fetch, uri, new URLSearchParams({ logout_token: token }).toString(), {
    'Content-Type': 'application/x-www-form-urlencoded',
  })
  const attempt = { at: new Date(iat * 1000).toISOString(), ...result }
  const sent = { jti, session_id: session.session_id, attempt }
  environment.sentLogoutTokens.push(sent)
  return sent
}
