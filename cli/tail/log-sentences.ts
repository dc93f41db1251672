import { stripVTControlCharacters } from 'node:util'
import { EVENTS, type EventSchema, type LogEvent, type LogLine } from '../../src/audit/event.ts'
import { REASONS } from '../../src/audit/refusals.ts'
import type { Refusal, ScalekitError } from '../../src/base/refusal.ts'
import { scalekitWords } from '../../src/pages/words/en-scalekit.ts'
import type { Explanation } from '../../src/pages/words/explanation.ts'

/** A line of the log in words. */
interface Sentence {
  readonly text: string
  /** What to do, where there is something to do. */
  readonly remedy: string | undefined
  readonly tone: 'good' | 'plain' | 'no' | 'bad'
}

type Paint = (format: 'dim' | 'green' | 'yellow' | 'red', text: string) => string

const TONES = { good: 'green', no: 'yellow', bad: 'red' } as const

/**
 * A line of the log as a person reads it: when, where, what, what to do, and by what to find the rest.
 *
 * @param called what people are called who are known: by what the log has for them
 */
export function asText(line: LogLine, called: ReadonlyMap<string, string>, paint: Paint): string {
  const { text, remedy, tone } = sentenceFor(line, called)
  const { host, method, path, reference } = line
  return [
    paint('dim', timeOfDay(line.time)),
    visible(host),
    tone === 'plain' ? visible(text) : paint(TONES[tone], visible(text)),
    ...(remedy === undefined ? [] : [`→ ${visible(remedy)}`]),
    paint('dim', visible(`(${method} ${path}, ${reference})`)),
  ].join('  ')
}

/** Of this machine's time zone, as on the clock beside the screen. */
const timeOfDay = (time: string): string => new Date(time).toTimeString().slice(0, 8)

/** As a terminal shows it without acting on it: a path or a browser's name may hold anything. Marks of Markdown are for the page. */
const visible = (text: string): string =>
  text
    .replace(/\[([^\]]+)\]\(([^)]+)\)/g, 'docs/$1')
    .replaceAll('`', '')
    .replace(UNSEEN, escaped)

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** What others wrote into the log, as harmless: further lines are indented, so that none looks like one of ours. */
export const ofOthers = (text: string): string =>
  stripVTControlCharacters(text).replace(UNSEEN, (each) => {
    if (each === '\n') return '\n    '
    return each === '\t' ? each : escaped(each)
  })

/** @param called what people are called who are known: by what the log has for them */
function sentenceFor(line: LogLine, called: ReadonlyMap<string, string>): Sentence {
  const name = (text: string) => {
    const known = called.get(text.toLowerCase())
    return known === undefined || known === text ? text : `${known} (${text})`
  }
  const who = name(line.email ?? line.subject ?? '') || SOMEBODY
  const say = (Object.hasOwn(SENTENCES, line.event) ? SENTENCES[line.event] : undefined) as
    | ((line: LogLine, who: string, name: Namer) => string)
    | undefined
  // Of a newer Gatehouse, or of the application around it.
  if (say === undefined) return { text: JSON.stringify(line), remedy: undefined, tone: 'plain' }
  return { text: say(line, who, name), remedy: remedyFor(line), tone: toneOf(line) }
}

const SOMEBODY = 'Somebody'

type Namer = (text: string) => string

/** A new event does not compile until it has a sentence. */
const SENTENCES: {
  readonly [E in LogEvent['event']]: (
    line: Extract<LogLine, { readonly event: E }>,
    who: string,
    name: Namer,
  ) => string
} = {
  login_started: ({ organization, connection }) =>
    `${SOMEBODY} was sent to sign in${forWhom(organization ?? connection)}`,
  login_restarted: () => 'A login began again by itself: its record was not there in time',
  return_to_dropped: ({ length, limit }) =>
    `A login will end at the home page: the address of its page has ${length} characters, and at most ${limit} are kept`,
  login_succeeded: (_, who) => `${who} signed in`,
  login_handed_over: ({ site }, who) => `${who} was sent on to ${site}, signed in`,
  identity_change_asked: ({ from, to }, _, name) =>
    `${name(from)} came back as ${name(to)} from a login that another site began, and was asked whether to change`,
  session_renewed: (_, who) => `The session of ${inside(who)} was renewed`,
  logout: ({ everywhere }, who) => `${who} signed out${everywhere ? ' everywhere' : ''}`,
  sessions_ended: ({ count }, who) => `${who} ended ${numberOf(count, 'session')} of their own`,
  session_ended: ({ reason }, who) =>
    `The session of ${inside(who)} is over: ${meaningOf('session_ended', 'reason', reason)}`,
  session_reuse: (_, who) =>
    `A copied refresh token of ${inside(who)} was presented, and the session ended for all who hold it`,
  sessions_revoked: ({ count, registrants, cause }) =>
    `${numberOf(count, 'session')} ended at ${registrants.join(', ') || 'no organization'}: ${meaningOf('sessions_revoked', 'cause', cause)}`,
  operator_request: ({ operator, command, count, organization, connection }, who) => {
    const whose = who === SOMEBODY ? (organization ?? connection) : who
    const done = command === 'list' ? 'was shown' : 'ended'
    return `The operator ${operator} ${done} ${numberOf(count, 'session')}${whose === undefined ? '' : ` of ${whose}`}`
  },
  webhook_ignored: ({ type, why }) => `The event ${type} changed nothing: ${why}`,
  admin_portal_opened: ({ organization }, who) => `${who} was sent to the admin portal of ${organization}`,
  refused: ({ refusal }, who, name) => {
    const person = 'who' in refusal && refusal.who !== undefined ? name(refusal.who) : who
    const evidence = evidenceInWords(refusal)
    return `${person} was refused: ${refusal.reason}: ${REASONS[refusal.reason]?.happened ?? ''}${evidence === '' ? '' : ` (${evidence})`}`
  },
  degraded: ({ what, detail }) =>
    `It went on, but ${what}: ${meaningOf('degraded', 'what', what)} (${detail})`,
  misconfigured: ({ problems }) => `Nobody is let in: ${problems.join(' · ')}`,
  configuration_warning: ({ warning }) => `The configuration works, but: ${warning}`,
  fault: ({ error }) => `An exception: ${error}`,
}

/** Of a sentence. */
const inside = (who: string) => (who === SOMEBODY ? 'somebody' : who)

const forWhom = (organization: string | undefined) =>
  organization === undefined ? '' : ` for ${organization}`

const numberOf = (count: number, thing: string) => `${count} ${thing}${count === 1 ? '' : 's'}`

function meaningOf(event: keyof typeof EVENTS, field: string, word: string): string {
  const { is } = (EVENTS[event] as EventSchema).fields[field] ?? {}
  return typeof is === 'object' ? (is[word]?.means ?? word) : word
}

/** What says more than the reason. */
function evidenceInWords(refusal: Refusal): string {
  switch (refusal.reason) {
    case 'requirement_unmet':
      return refusal.unmet.map(({ key, accepted }) => `${key}: ${accepted.join(' or ')}`).join('; ')
    case 'rules_disagree':
      return refusal.met.map(({ reading, rule }) => `${reading}: ${rule}`).join('; ')
    case 'scalekit_error':
    case 'client_rejected':
      return `${refusal.received}: ${wordsOf(refusal.error).detail}`
    default: {
      const { reason: _reason, ...evidence } = refusal
      return Object.entries(evidence)
        .filter(([key, value]) => key !== 'who' && value !== undefined)
        .map(([key, value]) => `${key} ${value}`)
        .join(', ')
    }
  }
}

function remedyOf(error: ScalekitError): string {
  const { technical, remedy } = wordsOf(error)
  return technical ?? remedy
}

/** A line may be of another version, with codes that this one does not know. */
function wordsOf({ code }: ScalekitError): Omit<Explanation, 'title'> {
  const words = scalekitWords()
  return words[Object.hasOwn(words, code) ? code : 'unknown']
}

function remedyFor(line: LogLine): string | undefined {
  if (line.event === 'refused') {
    const { refusal } = line
    const remedy =
      refusal.reason === 'scalekit_error' ? remedyOf(refusal.error) : REASONS[refusal.reason]?.remedy
    return remedy === 'nothing' ? undefined : remedy
  }
  if (line.event === 'degraded') return EVENTS.degraded.fields.what.is[line.what]?.remedy
  const { remedy } = EVENTS[line.event]
  return remedy.startsWith('nothing') ? undefined : remedy
}

function toneOf({ event }: LogLine): Sentence['tone'] {
  switch (event) {
    case 'login_succeeded':
      return 'good'
    case 'fault':
    case 'misconfigured':
    case 'session_reuse':
      return 'bad'
    case 'refused':
    case 'degraded':
    case 'configuration_warning':
      return 'no'
    default:
      return 'plain'
  }
}
