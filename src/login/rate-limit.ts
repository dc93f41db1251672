import {
  convertIPv4BinaryToString,
  convertIPv4MappedIPv6ToIPv4,
  convertIPv6BinaryToString,
  convertIPv6ToBinary,
  expandIPv6,
  isIPv4MappedIPv6,
} from 'hono/utils/ipaddr'
import type { Refusal } from '../base/refusal.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { Visit } from '../request/visit.ts'
import { pastSession } from '../session/presented.ts'
import { isGenuine } from './binding-cookie.ts'
import { evidenceOf } from './login-evidence.ts'

/**
 * Further counters of a network, each as large as the first: people whose logins are under way, before any has finished. Ten times the
 * limit of wrangler.toml in ten minutes; only finished logins open more.
 */
const RESERVES = 9

/** So often in ten minutes a browser need not be counted with its network: nobody signs in more often. */
const STARTS_OF_A_BROWSER = 10

/** A request of a site, whose start was counted there: a login, and what is typed wrong on the way to it. */
const STARTS_OF_A_REQUEST = 3

/** A callback, loaded again once or twice. */
const CALLBACKS_OF_A_LOGIN = 3

/**
 * Whether one more login may start. What counts is what nobody finishes:
 *
 * 1. A browser that somebody has signed in with is counted by that session, and not with its network.
 * 2. Others are counted by network, as the binding does it: approximately, for each of Cloudflare's locations.
 * 3. Beyond that the network spends what its finished logins have earned, then its reserves; see {@link LoginEvidence}.
 *
 * On a developer's machine there is nobody to hold back, and tests come fast.
 *
 * @param request at the login host: the hash of the state of the login that it is for
 * @returns the refusal, or `undefined` to go on
 */
export async function checkStart(
  deployment: Deployment,
  visit: Visit,
  request?: string,
): Promise<Refusal | undefined> {
  if (deployment.development) return undefined
  const { now } = visit
  const evidence = evidenceOf(deployment)
  if (request !== undefined && evidence.mayUse(`request ${request}`, STARTS_OF_A_REQUEST, now)) {
    if (await isWithin(deployment, `login:request:${request}`)) return undefined
  }
  const past = await pastSession(deployment, visit)
  if (past !== undefined && evidence.mayUse(`session ${past.id}`, STARTS_OF_A_BROWSER, now)) {
    if (await isWithin(deployment, `login:session:${past.id}`)) return undefined
  }
  const network = networkOf(visit)
  if (await isWithin(deployment, `login:${network}`)) return undefined
  if (evidence.spend(network, now)) return undefined
  for (let reserve = evidence.usedUp(network, now) + 1; reserve <= RESERVES; reserve += 1) {
    if (await isWithin(deployment, `login:${network} ${reserve}`)) return undefined
    evidence.useUp(network, reserve, now)
  }
  return { reason: 'rate_limited', route: 'login' }
}

/**
 * Whether a callback may be looked into. One that shows the cookie of a login that was begun here is counted by that login, anything else by
 * network: its starts were counted already, and a crowd that comes back must not stop at a limit for rubbish.
 *
 * @param login the hash of the state, and the cookie that came with it
 * @returns the refusal, or `undefined` to go on
 */
export async function checkCallback(
  deployment: Deployment,
  visit: Visit,
  login: { readonly hash: string; readonly binding: string | undefined } | undefined,
): Promise<Refusal | undefined> {
  if (deployment.development) return undefined
  const isOurs =
    login?.binding !== undefined &&
    (await isGenuine(login.binding, login.hash, deployment.keyRing, visit.now)) &&
    evidenceOf(deployment).mayUse(`login ${login.hash}`, CALLBACKS_OF_A_LOGIN, visit.now)
  const client = isOurs ? `login:${login.hash}` : networkOf(visit)
  return (await isWithin(deployment, `callback:${client}`))
    ? undefined
    : { reason: 'rate_limited', route: 'callback' }
}

/** A login was finished, which speaks for the network that it came from. */
export const noteFinished = (deployment: Deployment, visit: Visit): void =>
  evidenceOf(deployment).finished(networkOf(visit), visit.now)

const isWithin = async ({ env }: Deployment, key: string): Promise<boolean> =>
  (await env.LOGIN_RATE_LIMIT.limit({ key })).success

/** One household or office has a whole IPv6 /64, so single addresses would count nobody (CVE-2026-45364). */
const networkOf = ({ request }: Visit): string =>
  clientNetwork(request.headers.get('CF-Connecting-IP') ?? 'unknown')

/** An IPv4 address, as it is or mapped into IPv6, or the /64 of an IPv6 address; what is neither stays as it is. */
export function clientNetwork(address: string): string {
  // The parser makes an error of each that is not IPv6, which most are not.
  if (!address.includes(':')) return address
  const binary = parseIPv6(address)
  if (binary === undefined) return address
  if (isIPv4MappedIPv6(binary)) return convertIPv4BinaryToString(convertIPv4MappedIPv6ToIPv4(binary))
  const groups = expandIPv6(convertIPv6BinaryToString(binary)).split(':')
  return `${groups.slice(0, 4).join(':')}::/64`
}

function parseIPv6(address: string): bigint | undefined {
  try {
    return convertIPv6ToBinary(address)
  } catch {
    return undefined
  }
}
