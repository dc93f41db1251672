import type { Environment } from './environment.ts'
import { defaultCallback } from './redirect-urls.ts'

const IDP_INITIATED_LOGIN_SECONDS = 300

interface IdpInitiatedLogin {
  readonly organizationId: string
  readonly connectionId: string
  readonly loginHint: string
  readonly relayState: string | undefined
}

/**
 * The JWT that tells the application to start a login. It signs nobody in; like Scalekit's it has no `aud`, `sub` or
 * `jti`.
 *
 * @see https://docs.scalekit.com/sso/guides/idp-init-sso/
 */
export function buildIdpInitiatedLogin(
  { keys, now }: Environment,
  issuer: string,
  { organizationId, connectionId, loginHint, relayState }: IdpInitiatedLogin,
): Promise<string> {
  const iat = now()
  return keys.sign({
    organization_id: organizationId,
    connection_id: connectionId,
    login_hint: loginHint,
    ...(relayState !== undefined && { relay_state: relayState }),
    iss: issuer,
    iat,
    nbf: iat,
    exp: iat + IDP_INITIATED_LOGIN_SECONDS,
  })
}

/** Where it is delivered; undefined if no such address is registered. */
export const idpInitiatedTarget = ({ settings, redirectUrls }: Environment): string | undefined =>
  settings.idp_initiated_target === 'callback'
    ? defaultCallback(redirectUrls)
    : redirectUrls.initiate_login_uri
