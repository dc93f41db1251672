import type { Result } from '../../../src/base/result.ts'
import type { HttpAnswer } from '../../network/ask.ts'
import type { NetworkFailure } from '../../network/network-failure.ts'
import { type Finding, problem, skipped, sound, type Trouble, warning } from '../finding.ts'
import { addressesOf, isCovered } from './addresses.ts'
import { type Judgement, type NamedJudgement, REDIRECTS } from './judgement.ts'

type Answer = Result<HttpAnswer, NetworkFailure>

/** What an environment thinks of a URL that it is to send browsers to. */
export type Verdict = 'accepted' | 'refused' | 'unknown_client' | 'unclear'

/**
 * By the answer to a request that names it. Whoever is sent there, with whatever error, was sent to a registered URL; an unregistered one is said on a page of
 * the environment's own, since it may be an attacker's (RFC 6749 section 4.1.2.1). How that page looks, Scalekit does not say.
 *
 * @param registered what the environment says is registered, where it does
 */
export function verdictOn(url: string, answer: Answer | undefined, registered?: readonly string[]): Verdict {
  const location = answer?.ok ? (answer.value.headers.get('location') ?? '') : ''
  if (location.split(/[?#]/)[0] === url) return 'accepted'
  const said = answer?.ok ? `${location} ${answer.value.body}` : ''
  if (/invalid_redirect_uri|redirect_uri_mismatch/.test(said)) return 'refused'
  if (/invalid_client/.test(said)) return 'unknown_client'
  if (registered !== undefined) return isCovered(registered, url) ? 'accepted' : 'refused'
  return 'unclear'
}

const callbackUrls: Judgement = ({ target, authorize, managed }, { config }) => {
  if (!config.ok) return []
  const { callbacks, unlisted } = addressesOf(config.value)
  const verdicts = callbacks
    .filter((url) => authorize.has(url))
    .map((url) => [url, verdictOn(url, authorize.get(url), managed?.registered?.callbacks)] as const)
  const stranger = verdicts.some(([, verdict]) => verdict === 'unknown_client')
  if (stranger)
    return [
      problem({
        found: `${target.environmentUrl} does not know the client ${target.clientId}.`,
        why: 'Every login ends on an error page of Scalekit (invalid_client).',
        remedy: 'Copy SCALEKIT_CLIENT_ID from API credentials in the Scalekit dashboard.',
      }),
    ]
  return summed(verdicts, unlisted, (url) =>
    problem({
      found: `${url} is not an allowed callback URL.`,
      why: 'Every login of this host ends on an error page of Scalekit (invalid_redirect_uri).',
      remedy: `${REDIRECTS} > Allowed callback URLs: add ${url}`,
    }),
  )
}

const postLogoutUrls: Judgement = ({ logout, managed }, { config }) => {
  if (!config.ok) return []
  const { signedOut, unlisted } = addressesOf(config.value)
  const verdicts = signedOut
    .filter((url) => logout.has(url))
    .map((url) => [url, verdictOn(url, logout.get(url), managed?.registered?.signedOut)] as const)
  return summed(verdicts, unlisted, (url) =>
    problem({
      found: `${url} is not a registered post-logout URL.`,
      why: 'Whoever signs out here ends up on an error page of Scalekit, and does not come back.',
      remedy: `${REDIRECTS} > Post logout URLs: add ${url}`,
    }),
  )
}

/** Troubles, or what is well, then what nobody can tell. */
function summed(
  verdicts: readonly (readonly [url: string, verdict: Verdict])[],
  unlisted: readonly string[],
  refused: (url: string) => Trouble,
): readonly Finding[] {
  const withVerdict = (wanted: Verdict) =>
    verdicts.filter(([, verdict]) => verdict === wanted).map(([url]) => url)
  const troubles = withVerdict('refused').map(refused)
  const unclear = withVerdict('unclear')
  const accepted = withVerdict('accepted')
  return [
    ...troubles,
    ...(accepted.length > 0 ? sound(accepted.join(', ')) : []),
    ...(unclear.length > 0
      ? skipped(`the environment does not say; look at ${REDIRECTS} for ${unclear.join(', ')}`)
      : []),
    ...(unlisted.length > 0 ? skipped(`not asked for ${unlisted.join(', ')}, which may be any host`) : []),
    ...(verdicts.length + unlisted.length === 0
      ? sound('not needed: no site is for another host than this machine')
      : []),
  ]
}

const initiateLoginUrl: Judgement = ({ managed }, { config }) => {
  if (!config.ok) return []
  const { initiateLogin } = addressesOf(config.value)
  if (initiateLogin.length === 0) return sound('not needed: no site is for another host than this machine')
  const wanted = initiateLogin.join(' or ')
  if (managed?.registered === undefined)
    return skipped(`the environment does not say; look at ${REDIRECTS} > Initiate login URL for ${wanted}`)
  const { initiateLogin: registered } = managed.registered
  if (initiateLogin.some((url) => isCovered([registered], url))) return sound(registered)
  return [
    warning({
      found:
        registered === '' ? 'There is no initiate login URL.' : `The initiate login URL is ${registered}.`,
      why: 'People who start at the portal of their identity provider, or open an invitation, do not arrive here.',
      remedy: `${REDIRECTS} > Initiate login URL: ${wanted}`,
    }),
  ]
}

export const SCALEKIT_URL_CHECKS: readonly NamedJudgement[] = [
  ['callback-urls', 'Callback URLs', callbackUrls],
  ['post-logout-urls', 'Post-logout URLs', postLogoutUrls],
  ['initiate-login-url', 'Initiate login', initiateLoginUrl],
]
