import type { AuthorizationRequest } from './authorization-request.ts'
import type { Environment } from './environment.ts'
import { randomSecret } from './identifiers.ts'
import { type Login, sessionOf } from './login.ts'
import { withQuery } from './redirect-urls.ts'

/** An authorization code is good for about ten minutes. */
const CODE_SECONDS = 600

/** Opens the session of a login. @returns the address that takes its code to the application */
export function issueCode(environment: Environment, request: AuthorizationRequest, login: Login): string {
  const now = environment.now()
  environment.sessions.set(login.sessionId, sessionOf(login, now))
  const code = randomSecret()
  environment.codes.put(code, { request, login }, now + CODE_SECONDS, now)
  return withQuery(request.redirectUri, { code, state: request.state })
}
