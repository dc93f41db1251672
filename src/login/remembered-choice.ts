import { hours } from '../base/time.ts'
import { seal, unseal } from '../crypto/sealing.ts'
import type { Deployment } from '../deployment/deployment.ts'
import { readCookie, setCookie } from '../request/cookies.ts'
import { cookieScope, type Visit } from '../request/visit.ts'
import type { Selectors } from './authorization-request.ts'
import { DOMAIN } from './login-query.ts'
import type { LoginTransaction } from './login-transaction.ts'

/** A domain that led to a login in this browser. */
export interface RememberedChoice {
  readonly domain: string
  /** What a person is shown of the address: never the part before the @, which is not kept. */
  readonly shown: string
}

const LIFETIME = hours(365 * 24)

/**
 * What a login that begins may leave behind: the domain, where a page of this site sent it and nothing but the domain says whom to
 * ask. A link on another site, or in an e-mail, chooses nothing for the logins to come.
 */
export function choiceOf(
  { request }: Visit,
  { domainHint, loginHint, ...others }: Selectors,
): Pick<LoginTransaction, 'chosenDomain'> {
  if (request.headers.get('Sec-Fetch-Site') !== 'same-origin' || Object.keys(others).length > 0) return {}
  // In the order in which Scalekit goes by them.
  const chosenDomain = domainHint ?? loginHint?.slice(loginHint.lastIndexOf('@') + 1)
  // The button sends it as a domain hint, which has to be one.
  return chosenDomain !== undefined && DOMAIN.test(chosenDomain) ? { chosenDomain } : {}
}

/**
 * The address alone that a login goes by, where a page of this site sent it: one that another site's link brought would stand in a field of
 * ours as if its reader had written it.
 */
export function typedAddressOf(
  { request }: Visit,
  { loginHint, ...others }: Selectors,
): Pick<LoginTransaction, 'typedAddress'> {
  const isOwn = request.headers.get('Sec-Fetch-Site') === 'same-origin' && Object.keys(others).length === 0
  return isOwn && loginHint !== undefined ? { typedAddress: loginHint } : {}
}

/**
 * `Set-Cookie` values for a login that has succeeded, so that no mistyped address is ever remembered.
 *
 * @param domain of {@link choiceOf}
 */
export async function rememberChoice(
  { keyRing }: Deployment,
  visit: Visit,
  domain: string | undefined,
): Promise<string[]> {
  if (domain === undefined) return []
  const sealed = await seal(domain, sealingContext(visit), keyRing)
  return [setCookie('hint', cookieScope(visit), sealed, LIFETIME)]
}

/** @returns nothing where the cookie is missing or altered, or was sealed for another host or with a key that was dropped */
export async function rememberedChoice(
  { keyRing }: Deployment,
  visit: Visit,
): Promise<RememberedChoice | undefined> {
  const sealed = readCookie(visit.cookies, 'hint', cookieScope(visit))
  const domain = sealed && (await unseal(sealed, sealingContext(visit), keyRing))
  const form = domain && displayForm(domain)
  return form ? { domain, shown: `…@${form}` } : undefined
}

const sealingContext = ({ url }: Visit) => ({ purpose: 'remembered choice', record: url.host }) as const

/** ASCII, and the Latin letters with marks that nobody takes for others (without ı, ĸ, ſ and the like). */
const UNMISTAKABLE = /^[a-z0-9.\-ß-öø-įĵ-ķĺ-ňŋ-ž]+$/

/**
 * A domain as a person may read it. Letters that look like others, as those of another script do, are shown in ASCII (RFC 3492), as in
 * an address bar.
 *
 * @returns `undefined` where there is no such form
 */
export const displayForm = (domain: string): string | undefined =>
  UNMISTAKABLE.test(domain) ? domain : URL.parse(`https://${domain}`)?.hostname
