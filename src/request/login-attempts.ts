import { fnv1a } from '../base/fnv1a.ts'
import type { Refusal } from '../base/refusal.ts'
import { type EpochSeconds, elapsed, minutes } from '../base/time.ts'
import { clearCookie, readCookie, setCookie } from './cookies.ts'
import { type ReturnTo, withoutFragment } from './return-to.ts'
import { cookieScope, type Visit } from './visit.ts'

/** So many logins that came back, for the same page and within so long, and the page was never opened: a loop. */
const LIMIT = 3
const WINDOW = minutes(1)
const LIFETIME = minutes(2)
/** Ten restored tabs are ten logins, which is no loop. */
const MAX_NOTED = 12

interface Attempt {
  readonly cameBack: EpochSeconds
  /** The page that was wanted, in short. */
  readonly target: string
}

/** Whether one more login for a page would only go round in circles. */
export const isLooping = (visit: Visit, returnTo: ReturnTo): boolean =>
  recentAttempts(visit).filter(({ target }) => target === short(returnTo)).length >= LIMIT

/** @param why what sent the person to sign in again */
export function loopRefusal(visit: Visit, why: string): Refusal {
  const sentSession = readCookie(visit.cookies, 'session', cookieScope(visit)) !== undefined
  return { reason: 'login_loop', why, sentSession }
}

/** A `Set-Cookie` value that adds a login which comes back now. */
export function noteAttempt(visit: Visit, returnTo: ReturnTo): string {
  const attempts = [...recentAttempts(visit), { cameBack: visit.now, target: short(returnTo) }]
  const noted = attempts.slice(-MAX_NOTED).map(({ cameBack, target }) => `${cameBack.toString(36)}-${target}`)
  return setCookie('attempts', cookieScope(visit), noted.join('.'), LIFETIME)
}

/** `Set-Cookie` values that leave no note which says nothing any more. */
export const tidyAttempts = (visit: Visit): string[] =>
  recentAttempts(visit).length > 0 ? [] : forgetAttempts(visit)

/** `Set-Cookie` values once a login has led to a page, or a person has read why it did not; none where nothing is noted. */
export function forgetAttempts(visit: Visit): string[] {
  return noted(visit) === undefined ? [] : [clearCookie('attempts', cookieScope(visit))]
}

/**
 * When the logins of this browser came back, of the last minute. The cookie is the browser's own note to itself: whoever alters it
 * only moves the page that explains loops to another time.
 */
function recentAttempts(visit: Visit): Attempt[] {
  return (noted(visit)?.split('.') ?? []).slice(-MAX_NOTED).flatMap((text) => {
    const [cameBack = '', target = ''] = text.split('-')
    const attempt = { cameBack: Number.parseInt(cameBack, 36) as EpochSeconds, target }
    const age = elapsed(attempt.cameBack, visit.now)
    return age >= 0 && age < WINDOW ? [attempt] : []
  })
}

const noted = (visit: Visit): string | undefined => readCookie(visit.cookies, 'attempts', cookieScope(visit))

/** The gate, which looks for it too, is never told the fragment. */
const short = (returnTo: ReturnTo): string => fnv1a(withoutFragment(returnTo)).toString(36)
