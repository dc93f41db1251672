import * as v from 'valibot'
import { isLocalHost } from '../base/local-host.ts'
import { err, ok, type Result } from '../base/result.ts'
import type { EpochSeconds } from '../base/time.ts'
import type { ScalekitClient } from './client.ts'
import { askManagement, failureOf, type ManagementFailure, unusable } from './management-api.ts'
import type { ManagementToken } from './management-token.ts'

/** For everything together, a second token included. */
const TIMEOUT_MS = 10_000

const made = v.pipe(v.string(), v.parseJson(), v.object({ link: v.object({ location: v.string() }) }))

/**
 * Makes a link into Scalekit's admin portal for one organization. Whoever holds it can change that organization's single sign-on, so it
 * is good for one person and one use, is never kept and never logged.
 *
 * @param organizationId `org_…`
 * @returns an address that a browser may be sent to
 */
export async function createPortalLink(
  client: ScalekitClient,
  managementToken: ManagementToken,
  organizationId: string,
  fetcher: typeof fetch,
  now: EpochSeconds,
): Promise<Result<string, ManagementFailure>> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const address = `${client.issuer}/api/v1/organizations/${encodeURIComponent(organizationId)}/portal_links`
  const ask = async () => {
    const token = await managementToken.get(now, signal)
    if (!token.ok) return token
    const headers = { Accept: 'application/json', Authorization: `Bearer ${token.value}` }
    const answer = await askManagement('portal_links', fetcher, address, { method: 'PUT', headers, signal })
    return ok({ token: token.value, answer })
  }

  let asked = await ask()
  if (asked.ok && 'status' in asked.value.answer && asked.value.answer.status === 401) {
    // Signing keys may have been changed, or tokens withdrawn, long before the token's own time.
    managementToken.forget(asked.value.token)
    asked = await ask()
  }
  if (!asked.ok) return asked
  const { answer } = asked.value
  if ('reason' in answer) return err(answer)
  if (answer.status !== 200 && answer.status !== 201) return err(failureOf('portal_links', answer))
  const parsed = v.safeParse(made, answer.body)
  if (!parsed.success) return err(unusable('portal_links', `a ${answer.status} without a link`))
  const location = addressFor(parsed.output.link.location)
  return location === undefined
    ? err(unusable('portal_links', 'a link that is no https address'))
    : ok(location)
}

/** https, or http on this machine, without a name or password in it; nothing else is for a browser to follow. */
function addressFor(location: string): string | undefined {
  const url = URL.parse(location)
  if (url === null || url.username !== '' || url.password !== '') return undefined
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLocalHost(url.hostname))
  return isSafe ? url.href : undefined
}
