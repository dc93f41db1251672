import type { Refusal } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { clearCookie, readCookie } from '../request/cookies.ts'
import { askedLanguage, LANGUAGES, type Language } from '../request/language.ts'
import { cookieScope, type Visit } from '../request/visit.ts'
import { bindingSuffix, parseBinding } from './binding-cookie.ts'
import { checkCallback } from './rate-limit.ts'

/** A login that somebody comes back with, and the cookie by which their browser shows that it is theirs. */
export interface PresentedLogin {
  /** Of its `state`. */
  readonly hash: string
  readonly binding: string
  /** The `Set-Cookie` value with which it is over, however it ends. */
  readonly cookies: readonly string[]
}

/** @returns it, or that there were too many, or that this browser has no such login */
export async function presentedLogin(
  deployment: Deployment,
  visit: Visit,
  hash: string,
): Promise<Result<PresentedLogin, Refusal>> {
  const scope = cookieScope(visit)
  const suffix = bindingSuffix(hash)
  const binding = readCookie(visit.cookies, 'login', scope, suffix)
  visit.speech.asked = languageOf(binding) ?? visit.speech.asked
  const limited = await checkCallback(deployment, visit, { hash, binding })
  if (limited !== undefined) return err(limited)
  return binding === undefined
    ? err({ reason: 'binding_cookie_missing' })
    : ok({ hash, binding, cookies: [clearCookie('login', scope, suffix)] })
}

/** The language that its link asked for. Nothing is proven of the cookie yet, and nothing has to be for a language. */
function languageOf(binding: string | undefined): Language | undefined {
  const query = binding === undefined ? undefined : parseBinding(binding)?.query
  return askedLanguage(new URLSearchParams(query).get('ui_locales'), LANGUAGES)
}
