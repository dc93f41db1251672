import type { Refusal } from '../base/refusal.ts'

/** What is worth a line in the log, which is the audit trail too. Never a token, code, cookie, secret or whole address. */
export type LogEvent =
  | { readonly event: 'login_started' | 'login_restarted' }
  | {
      readonly event: 'login_succeeded'
      readonly subject: string
      readonly organization: string | undefined
      readonly connection: string | undefined
      readonly session: string
    }
  /** The login host gave a site its word about who is signed in. */
  | {
      readonly event: 'login_handed_over'
      readonly subject: string
      /** The host that it went to. */
      readonly site: string
      /** The login host's own. */
      readonly session: string
    }
  /** A login that another site began came back as somebody else than the browser's owner, who is asked. */
  | { readonly event: 'identity_change_asked'; readonly from: string; readonly to: string }
  | {
      readonly event: 'logout'
      readonly subject: string
      readonly session: string
      readonly everywhere: boolean
    }
  /** A person ended sessions of theirs from the list. */
  | { readonly event: 'sessions_ended'; readonly subject: string; readonly count: number }
  /** Somebody was sent to the admin portal of their organization. */
  | { readonly event: 'admin_portal_opened'; readonly organization: string; readonly subject: string }
  /** A refresh token was presented that its holder had moved on from: it was copied, and the session is over. */
  | { readonly event: 'session_reuse'; readonly subject: string; readonly session: string }
  /** An event of Scalekit's was applied. */
  | {
      readonly event: 'sessions_revoked'
      readonly cause: string
      /** Organizations and connections. */
      readonly registrants: readonly string[]
      readonly count: number
    }
  | { readonly event: 'webhook_ignored'; readonly type: string; readonly why: string }
  | {
      readonly event: 'refused'
      readonly refusal: Refusal
      /** The key of the site, and the position of the rule that decided, where one did. */
      readonly site: string
      readonly rule: number | undefined
    }
  /** A page that was too long an address to come back to; the login leads to the home page. */
  | { readonly event: 'return_to_dropped'; readonly length: number; readonly limit: number }
  | { readonly event: 'degraded'; readonly what: string; readonly detail: string }
  | { readonly event: 'misconfigured'; readonly problems: readonly string[] }
  /** Said once by each isolate, on its first request. */
  | { readonly event: 'configuration_warning'; readonly warning: string }
  | { readonly event: 'fault'; readonly error: string; readonly stack: string | undefined }

/** What of a request every line tells. */
interface Logged {
  readonly reference: string
  readonly url: { readonly host: string; readonly path: string }
  readonly request: Request
}

const MAX_USER_AGENT = 256

/** One line of JSON, which Workers Logs indexes by field. Of the address the path alone: a query may hold codes and addresses of people. */
export function log(event: LogEvent, { reference, url, request }: Logged): void {
  const { method, headers } = request
  const line = {
    ...event,
    reference,
    host: url.host,
    method,
    path: url.path,
    client: headers.get('CF-Connecting-IP') ?? undefined,
    user_agent: headers.get('User-Agent')?.slice(0, MAX_USER_AGENT),
  }
  console.log(JSON.stringify(line))
}

/** What a thrown value says, for the log. */
export const faultDetail = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)
