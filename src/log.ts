import type { Refusal } from './refusal.ts'

/** What is worth a line in the log. Never a token, code, cookie, secret or whole address. */
export type LogEvent =
  | { readonly event: 'login_started' | 'login_restarted' }
  | {
      readonly event: 'login_succeeded'
      readonly subject: string
      readonly organization: string | undefined
      readonly connection: string | undefined
    }
  | { readonly event: 'logout'; readonly subject: string }
  | { readonly event: 'refused'; readonly refusal: Refusal }
  | { readonly event: 'degraded'; readonly what: string; readonly detail: string }
  | { readonly event: 'misconfigured'; readonly problems: readonly string[] }
  | { readonly event: 'fault'; readonly error: string; readonly stack: string | undefined }

/** One line of JSON, which Workers Logs indexes by field. */
export function log(
  event: LogEvent,
  request: { readonly reference: string; readonly url: { readonly host: string } },
): void {
  console.log(JSON.stringify({ ...event, reference: request.reference, host: request.url.host }))
}

/** What a thrown value says, for the log. */
export const faultDetail = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)
