import * as v from 'valibot'
import type { Refusal } from '../base/refusal.ts'

/** Why the management API did not do what it was asked for. */
export type ManagementFailure = Extract<
  Refusal,
  { readonly reason: 'management_unreachable' | 'management_limited' | 'management_refused' }
>

/** What was asked: the token that the API wants to see, or a link to the admin portal. */
export type ManagementEndpoint = ManagementFailure['endpoint']

/** An answer as it came. */
export interface ManagementAnswer {
  readonly status: number
  readonly body: string
}

/** One request, without redirects: it holds a secret. A body that breaks off is no answer either. */
export async function askManagement(
  endpoint: ManagementEndpoint,
  fetcher: typeof fetch,
  address: string,
  init: RequestInit,
): Promise<ManagementAnswer | ManagementFailure> {
  try {
    const response = await fetcher(address, { ...init, redirect: 'manual' })
    return { status: response.status, body: await response.text() }
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'unknown', message: String(error) }
    return { reason: 'management_unreachable', endpoint, detail: name, cause: message }
  }
}

/** An answer other than 200, as far as it can be told. */
export function failureOf(
  endpoint: ManagementEndpoint,
  { status, body }: ManagementAnswer,
): ManagementFailure {
  if (status === 429) return { reason: 'management_limited', endpoint }
  return status >= 400 && status < 500
    ? { reason: 'management_refused', endpoint, status, error: errorCodeOf(body) }
    : unusable(endpoint, `status ${status}`)
}

/** @param detail what is wrong with the answer, without a word out of it */
export const unusable = (endpoint: ManagementEndpoint, detail: string): ManagementFailure => ({
  reason: 'management_unreachable',
  endpoint,
  detail,
})

const code = v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/))
/** RFC 6749 section 5.2 */
const tokenError = v.object({ error: code })
/** As Scalekit's management API writes it. */
const apiError = v.object({ details: v.tupleWithRest([v.object({ error_code: code })], v.unknown()) })
const failure = v.pipe(v.string(), v.parseJson(), v.union([tokenError, apiError]))

/** Which error it is, in Scalekit's own word; bodies of errors may be empty, or no JSON. */
function errorCodeOf(body: string): string {
  const parsed = v.safeParse(failure, body)
  if (!parsed.success) return 'none'
  return 'error' in parsed.output ? parsed.output.error : parsed.output.details[0].error_code
}
