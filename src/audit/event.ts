import type { Refusal } from '../base/refusal.ts'

/**
 * Every event of the log: what happened, what to do, and what its fields say. The types of events follow from it, the tables of docs/logs.md
 * are made from it, and `gatehouse tail` knows its remedies. The Worker imports types only, so none of these words are in its bundle.
 *
 * Names and meanings are a promise to whoever reads logs by script: new ones may come, those that are there stay.
 */

/** What the kinds of fields are in TypeScript. */
interface Kinds {
  readonly text: string
  readonly number: number
  readonly boolean: boolean
  readonly texts: readonly string[]
  readonly refusal: Refusal
  /** Scalekit's `sub`, of which the log has a keyed hash unless the configuration says otherwise. */
  readonly subject: string
}

/** One of several words, each with its meaning, and what to do where that differs from word to word. */
export type Choices = Readonly<Record<string, { readonly means: string; readonly remedy?: string }>>

export interface Field {
  readonly is: keyof Kinds | Choices
  readonly means: string
  readonly optional?: true
}

export interface EventSchema {
  readonly happened: string
  readonly remedy: string
  readonly fields: Readonly<Record<string, Field>>
}

const NOTHING_IF_RARE = 'nothing, if rare'

/** Why access was taken away: `cause` of `sessions_revoked` and of the reason `access_withdrawn`. */
const REVOCATION_CAUSES = {
  organization_deleted: { means: '`organization.deleted`' },
  connection_disabled: { means: '`organization.sso_disabled`, `organization.sso_deleted`' },
  user_deactivated: {
    means: '`organization.directory.user_deleted`, or `user_updated` with `active: false`',
  },
  roles_changed: { means: 'other roles or groups of a person, a group, or the directory switched off' },
  membership_deleted: { means: '`user.organization_membership_deleted`' },
  scalekit_logout: { means: '`user.logout`' },
  backchannel_logout: { means: 'a logout token' },
  operator_ended: { means: 'an operator: the line `operator_request` with the same reference says which' },
} as const satisfies Choices

/** What the request went on without. */
const DEGRADATIONS = {
  'logout without the registry': {
    means:
      "the person's cookies are gone; the session goes on in the registry until a limit, and at Scalekit",
    remedy: NOTHING_IF_RARE,
  },
  'the replaced session was not ended': {
    means: 'somebody signed in with another organization, and the old session goes on until a limit',
    remedy: NOTHING_IF_RARE,
  },
  'whose a connection is was not noted': {
    means:
      'sessions of a connection that a site names alone may be ended by events of another customer, until its next `organization.sso_…` event',
    remedy: 'name the `organization` beside the connection in the site, where it is known',
  },
  'a site in KV could not be read again': {
    means: 'its people are let in by the record as it was, for an hour at most; then the site answers 503',
    remedy: 'look at Cloudflare’s status page, if it lasts',
  },
  'words of a language did not load': {
    means: 'somebody reads a page of ours in English who wanted another language',
    remedy: 'deploy again, if it lasts',
  },
  'an event was not noted as seen': {
    means: 'if it is delivered again it is applied again, which changes nothing',
    remedy: 'nothing',
  },
  'back-channel logout may miss a session': {
    means: 'a session that was just opened was not noted under its `sid` or `sub`',
    remedy: NOTHING_IF_RARE,
  },
  'a login under way may miss a back-channel logout': {
    means: 'somebody who was signing in at that moment may come in all the same',
    remedy: NOTHING_IF_RARE,
  },
  'a line is missing from the data set AUDIT': {
    means: 'it is in the log; the Analytics Engine did not take it',
    remedy: 'nothing, if rare; otherwise compare the binding `AUDIT` with docs/configuration.md',
  },
} as const satisfies Choices

/** Why a session is over, as the Worker learns it. */
const ENDINGS = {
  ...REVOCATION_CAUSES,
  limit: { means: 'its idle or absolute limit passed' },
  logout: { means: 'its holder signed out, here or everywhere' },
  user_ended: { means: 'its holder ended it from the list of sessions' },
  reuse: { means: 'a copy of its refresh token was presented; see `session_reuse`' },
  replaced: { means: 'the same browser signed in anew' },
  surplus: { means: 'the person holds 50 newer ones' },
  unknown: { means: 'the registry does not know it: long over, or of another registry' },
  strict: { means: 'a request that asks each time was told that it is over; the line of its end says why' },
} as const satisfies Choices

export const EVENTS = {
  login_started: {
    happened: 'somebody was sent to Scalekit, or by a site to the login host',
    remedy: 'nothing. Many more of these than of `login_succeeded`: look at the refusals between',
    fields: {},
  },
  login_restarted: {
    happened: 'the record of a login was not there in time, and it began again by itself',
    remedy: 'nothing, if rare; otherwise KV is slow',
    fields: {},
  },
  return_to_dropped: {
    happened: 'a login began with a `return_to` too long to keep, so the person comes back to `/`',
    remedy: 'shorten the addresses that people sign in for',
    fields: {
      length: { is: 'number', means: 'of the address, in characters' },
      limit: { is: 'number', means: 'up to which one is kept' },
    },
  },
  login_succeeded: {
    happened: 'a session was opened',
    remedy: 'nothing',
    fields: {},
  },
  login_handed_over: {
    happened:
      'the login host sent a person on to a site with a ticket; `session` is its own. A `login_succeeded` of the site follows within a minute',
    remedy: 'nothing. Many without one: look at the refusals of the site',
    fields: { site: { is: 'text', means: 'the host of the site' } },
  },
  identity_change_asked: {
    happened:
      'a login that another site began came back as somebody else than who is signed in, and the person was asked',
    remedy: 'nothing. Many of them: somebody spreads such links',
    fields: {
      from: { is: 'subject', means: 'who is signed in' },
      to: { is: 'subject', means: 'who came back' },
    },
  },
  session_renewed: {
    happened: 'a session token had run out, and the registry says that the session goes on',
    remedy: 'nothing',
    fields: {},
  },
  logout: {
    happened: 'a person signed out',
    remedy: 'nothing',
    fields: { everywhere: { is: 'boolean', means: 'whether all sessions of the person ended with it' } },
  },
  sessions_ended: {
    happened: 'a person ended sessions of theirs from the list',
    remedy: 'nothing',
    fields: { count: { is: 'number', means: 'how many' } },
  },
  session_ended: {
    happened:
      'a browser came with a session that is over, or gave one up for another. The line is of that request: the session may have ended long before',
    remedy: 'nothing',
    fields: { reason: { is: ENDINGS, means: 'why it is over' } },
  },
  session_reuse: {
    happened:
      'a refresh token was presented that its holder had moved on from: somebody has a copy. The session is over for both',
    remedy:
      'ask the person whose device or backup it may be; they end other sessions of theirs at `/auth/sessions`',
    fields: {},
  },
  sessions_revoked: {
    happened: 'an event, a back-channel logout or the `end` of an operator was applied',
    remedy: 'nothing',
    fields: {
      cause: { is: REVOCATION_CAUSES, means: 'what was applied' },
      registrants: { is: 'texts', means: 'the organizations and connections in whose registries' },
      count: { is: 'number', means: 'how many sessions ended by it, may be 0' },
    },
  },
  operator_request: {
    happened:
      'somebody who runs the deployment listed sessions, or ended them. `organization` and the like say of whom, as far as the request does; one that was not believed is `refused`',
    remedy: 'make sure that it was one of you',
    fields: {
      operator: { is: 'text', means: 'the `kid` of the key that signed it' },
      command: {
        is: { list: { means: 'they were shown' }, end: { means: 'they were ended' } },
        means: 'what was asked for',
      },
      count: { is: 'number', means: 'how many sessions were shown, or ended' },
    },
  },
  webhook_ignored: {
    happened: 'an event that is genuine ends no session, or came a second time',
    remedy:
      'nothing; `ends no session` for a type in [flows.md](flows.md#the-end-of-a-session) means that it lacks what sessions would be found by',
    fields: {
      type: { is: 'text', means: 'of the event' },
      why: {
        is: {
          'ends no session': { means: 'by its type, or since it lacks what sessions would be found by' },
          'seen before': { means: 'it has been applied already' },
        },
        means: 'why nothing was done',
      },
    },
  },
  admin_portal_opened: {
    happened:
      'somebody was sent to the admin portal of their organization, where single sign-on is set up; the link itself is written down nowhere',
    remedy: 'nothing',
    fields: {},
  },
  refused: {
    happened: 'an expected no: see the reasons below',
    remedy: 'depends on the reason',
    fields: {
      refusal: { is: 'refusal', means: 'the reason, and its evidence' },
      site: { is: 'text', means: 'its key in the configuration, empty where none was found' },
      rule: { is: 'number', means: 'the position of the rule that decided', optional: true },
    },
  },
  degraded: {
    happened: 'the request went on without something',
    remedy: 'look whether it lasts',
    fields: {
      what: { is: DEGRADATIONS, means: 'what it went on without' },
      detail: { is: 'text', means: 'what the platform says' },
    },
  },
  misconfigured: {
    happened:
      'nobody is let in: anywhere, or, where each problem begins with `KV site:`, on the hosts of that record only',
    remedy: 'fix what `problems` lists: all of it, in one round',
    fields: { problems: { is: 'texts', means: 'a sentence for each' } },
  },
  configuration_warning: {
    happened:
      'a setting works, and probably not as it was meant; said once by each isolate, on its first request',
    remedy: 'do what `warning` says',
    fields: { warning: { is: 'text', means: 'which setting, and what to do' } },
  },
  fault: {
    happened:
      'an exception, answered with 503 `unavailable` and a second line, `refused` with the reason `fault`',
    remedy: 'look at Cloudflare’s status page where `error` is about KV; otherwise report it, with the stack',
    fields: {
      error: { is: 'text', means: 'what was thrown' },
      stack: { is: 'text', means: 'where', optional: true },
    },
  },
} as const satisfies Readonly<Record<string, EventSchema>>

/** What every line has, whatever the event. */
export const LINE = {
  event: { is: 'text', means: 'what happened: see below' },
  reference: {
    is: 'text',
    means:
      'what the page showed, or the `reference` of problem details. Behind Cloudflare the ray (`CF-Ray`), otherwise 13 random characters',
  },
  time: { is: 'text', means: 'when the request came, RFC 3339' },
  host: { is: 'text', means: 'that was asked for; `this site` where the address could not be read' },
  method: { is: 'text', means: 'of the request' },
  path: { is: 'text', means: 'without the query, which may hold codes and addresses of people' },
  client: {
    is: 'text',
    means: 'the address that the request came from, where Cloudflare says it',
    optional: true,
  },
  user_agent: { is: 'text', means: 'the browser, at most 256 characters', optional: true },
  organization: {
    is: 'text',
    means:
      'of the session, of the event of Scalekit’s, or of the login: the one that was asked for, then the one that came back',
    optional: true,
  },
  connection: { is: 'text', means: 'the same for the connection', optional: true },
  subject: { is: 'subject', means: 'whose session or login it is, a keyed hash', optional: true },
  email: {
    is: 'text',
    means: 'the same by e-mail address: a keyed hash, and the domain as it is',
    optional: true,
  },
  session: { is: 'text', means: 'the ID of the session, which opens nothing', optional: true },
} as const satisfies Readonly<Record<string, Field>>

type ValueOf<F extends Field> = F['is'] extends keyof Kinds ? Kinds[F['is']] : keyof F['is']
type FieldsOf<S extends EventSchema> = {
  readonly [K in keyof S['fields'] as S['fields'][K] extends { readonly optional: true }
    ? never
    : K]: ValueOf<S['fields'][K]>
} & {
  readonly [K in keyof S['fields'] as S['fields'][K] extends { readonly optional: true } ? K : never]?:
    | ValueOf<S['fields'][K]>
    | undefined
}

export type EventName = keyof typeof EVENTS

/** What is worth a line in the log, which is the audit trail too. Never a token, code, cookie, secret or whole address. */
export type LogEvent = {
  [E in EventName]: { readonly event: E } & FieldsOf<(typeof EVENTS)[E]>
}[EventName]

export type RevocationCause = keyof typeof REVOCATION_CAUSES

/** A line of the log: an event, and {@link LINE}. */
export type LogLine = LogEvent & LineFields

type LineFields = FieldsOf<{
  readonly happened: string
  readonly remedy: string
  readonly fields: Omit<typeof LINE, 'event'>
}>
