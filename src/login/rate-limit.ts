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

/** An IPv4 address, or the /64 of an IPv6 address. */
export function clientNetwork(address: string): string {
  if (!address.includes(':')) return address
  // The first four groups; `::` stands for as many empty ones as are missing (RFC 4291 section 2.2).
  const [head = '', tail = ''] = address.toLowerCase().split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const missing = Math.max(0, 8 - groups(head).length - groups(tail).length)
  const all = [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)]
  return `${all
    .slice(0, 4)
    .map((group) => group.padStart(4, '0'))
    .join(':')}::/64`
}
