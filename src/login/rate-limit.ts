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

/**
 * Counts a request against what one client may do. One household or office has a whole IPv6 /64, so single
 * addresses would count nobody (CVE-2026-45364). On a developer's machine there is nobody to hold back, and
 * tests come fast.
 *
 * @returns the refusal, or `undefined` to go on
 */
export async function checkRateLimit(
  { env, development }: Deployment,
  { request }: Visit,
  route: 'login' | 'callback',
): Promise<Refusal | undefined> {
  if (development) return undefined
  const address = request.headers.get('CF-Connecting-IP') ?? 'unknown'
  const { success } = await env.LOGIN_RATE_LIMIT.limit({ key: `${route}:${clientNetwork(address)}` })
  return success ? undefined : { reason: 'rate_limited', route }
}

/** An IPv4 address, as it is or mapped into IPv6, or the /64 of an IPv6 address; what is neither stays as it is. */
export function clientNetwork(address: string): string {
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
