import type { EpochSeconds } from '../base/time.ts'
import type { Session } from './session.ts'
import type { TokenScope } from './signed-token.ts'

/**
 * A session takes about 5 KB with its token; the people who use a site at the same time fit, and an isolate
 * stays small.
 */
const MAX_REMEMBERED = 1000

/**
 * Session tokens that this isolate has verified, so that a page costs no cryptography after the first. By the
 * whole text of the token: nothing that differs in a single character is found, and nothing but what was
 * verified is put in. Nobody is believed longer for it, since a token holds until it expires anyway; a
 * dropped key comes with a new isolate.
 */
export class VerifiedSessions {
  readonly #remembered = new Map<string, { readonly scope: TokenScope; readonly session: Session }>()

  find(token: string, scope: TokenScope, now: EpochSeconds): Session | undefined {
    const found = this.#remembered.get(token)
    if (found === undefined || found.session.expiresAt <= now) return undefined
    const { issuer, audience } = found.scope
    return issuer === scope.issuer && audience === scope.audience ? found.session : undefined
  }

  remember(token: string, scope: TokenScope, session: Session): void {
    if (this.#remembered.size >= MAX_REMEMBERED) {
      const [oldest] = this.#remembered.keys()
      if (oldest !== undefined) this.#remembered.delete(oldest)
    }
    this.#remembered.set(token, { scope, session })
  }
}
