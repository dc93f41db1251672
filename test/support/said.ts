import type { AmbiguousPart, ExpectedForm } from '../../src/base/evidence.ts'
import type { Refusal } from '../../src/base/refusal.ts'
import type { Lack } from '../../src/pages/denial.ts'
import { type Explanation, explain } from '../../src/pages/words/explanation.ts'
import type { Words } from '../../src/pages/words/words.ts'
import { SCALEKIT_ERROR_CODES, scalekitError } from '../../src/scalekit/error-catalogue.ts'
import { sampleRefusals } from './sample-refusals.ts'

/** Something that a language says, where it stands in the table, and what has to be in it. */
export interface Said {
  readonly at: string
  readonly text: string
  readonly holds: readonly string[]
}

/** What a text is made with that takes something: a call for each form that it may have. One that is missing does not compile. */
type Calls<W> = {
  readonly [K in keyof W as W[K] extends string ? never : K]: W[K] extends (...given: infer Given) => unknown
    ? readonly Given[]
    : Calls<W[K]>
}

const link = (label: string): string => `<${label}>`

const CALLS: Calls<Omit<Words, 'refusals'>> = {
  backToSite: [['docs.example.com']],
  refusalPage: { whomToAsk: [['Ann Contact']] },
  unsentForm: { asItWas: [[link]] },
  details: { line: [['Label', 'value-7']] },
  mail: {
    subject: [['docs.example.com']],
    body: [['docs.example.com', 'It says so.', 'Detail 7']],
    subjectOfPage: [['https://docs.example.com/a']],
    bodyOfPage: [
      ['https://docs.example.com/a', 'jane@acme.example', 'It says so.', 'Detail 7'],
      ['https://docs.example.com/a', undefined, 'It says so.', 'Detail 7'],
    ],
  },
  folded: {},
  keepFragment: {},
  signIn: {
    title: [['Example Docs']],
    continueAs: [['jane@acme.example']],
    didYouMean: [['jane@gmail.example']],
    use: [['jane@gmail.example']],
    continueWith: [['jane@gmail.example']],
    workAddress: [['gmail.example']],
  },
  signOut: { endsEverywhere: [[1], [2], [7]] },
  stillSignedIn: { who: [['jane@acme.example']] },
  signedOut: {
    endedOfAllAndAtService: [[1], [2], [7]],
    endedOfAllOnly: [[1], [2], [7]],
    endedEverywhereAndAtService: [[1], [2], [7]],
    endedEverywhereOnly: [[1], [2], [7]],
    endedHereMaybeNotAtLoginHost: [['login.example.com']],
    endedHereNotAtLoginHost: [['login.example.com']],
    othersGoOn: [
      [1, link],
      [2, link],
      [7, link],
    ],
    othersMayGoOn: [[link]],
  },
  sessions: {
    who: [['jane@acme.example']],
    lastActive: [['2026-11-26 11:00']],
    signedIn: [['2026-11-26 11:00']],
    endNamed: [['Device 7', '2026-11-26 11:00']],
    endsOthers: [
      [1, ' (docs.example.com)'],
      [2, ' (docs.example.com, wiki.example.com)'],
      [7, ''],
    ],
    ended: [
      [1, 7],
      [7, 1],
    ],
  },
  device: { on: [['Firefox', 'Linux']] },
  changeOfIdentity: {
    title: [['Next Person']],
    whatHappened: [['Now Person', 'Next Person', link]],
    whatHappenedForSite: [['docs.example.com', 'Now Person', 'Next Person', link]],
    whatFollowsForSite: [['Now Person', 'Next Person']],
    whatFollows: [['Next Person']],
    anotherAccount: [['Next Person']],
    anotherOrganization: [['Next Person']],
    stay: [['Now Person']],
    submit: [['Next Person']],
  },
}

/** All that a language can say. */
export function allSaid(words: Words): Said[] {
  const { refusals: _refusals, language: _language, direction: _direction, ...pages } = words
  return [...saidIn(pages, CALLS, []), ...saidOfRefusals(words)]
}

type Tree = { readonly [name: string]: unknown }

function saidIn(texts: Tree, calls: Tree, path: readonly string[]): Said[] {
  return Object.entries(texts).flatMap(([name, text]) => {
    const at = [...path, name]
    if (typeof text === 'string') return [{ at: at.join('.'), text, holds: [] }]
    if (typeof text !== 'function') return saidIn(text as Tree, (calls[name] ?? {}) as Tree, at)
    return (calls[name] as readonly (readonly unknown[])[]).map((given) => ({
      at: `${at.join('.')}(${given.filter((each) => typeof each !== 'function')})`,
      text: [text(...given)].flat().join(''),
      // One, and in some languages two, may be words.
      holds: given
        .filter((each) => typeof each !== 'function' && each !== 1 && each !== 2 && each !== undefined)
        .map(String),
    }))
  })
}

const EVIDENCE = 'evidence'

const PARTS: Readonly<Record<AmbiguousPart, true>> = {
  'a backslash behind the host': true,
  'a character that has to be percent-encoded': true,
  'a control character': true,
  'a dot segment': true,
  'a spelling of the prefix that cannot be taken off': true,
  'a user name before the host': true,
  'an incomplete percent-encoding': true,
  'an invalid host': true,
  'more ways to read it than can be judged': true,
  'percent-encoding that is not valid UTF-8': true,
  'something that is not a plain path and query': true,
}

const FORMS: Readonly<Record<ExpectedForm, true>> = {
  'a code of visible characters': true,
  'a connection ID, conn_…': true,
  'a domain': true,
  'a session, or others=1': true,
  'a signed JWT': true,
  'an e-mail address': true,
  'an error code (RFC 6749 section 4.1.2.1)': true,
  'an organization ID, org_…': true,
  elsewhere: true,
  'login, create, select_account, consent or none': true,
  'the address of the sign-in service': true,
  'the name of a social provider, such as google': true,
  'what a site sent': true,
  'what the login host sent': true,
  'what this site sent': true,
}

const namesOf = <Name extends string>(record: Readonly<Record<Name, true>>) => Object.keys(record) as Name[]

const LACKS: readonly Lack[] = (
  ['anyOrganization', 'organizations', 'connections', 'emails', 'emailDomains', 'roles', 'groups'] as const
).flatMap((kind) => [
  { kind, wanted: undefined },
  { kind, wanted: ['wanted-1'] },
  { kind, wanted: ['wanted-1', 'wanted-2', 'wanted-3'] },
])

/** What of a lack is told, wherever it may be. */
const TOLD: ReadonlySet<Lack['kind']> = new Set(['organizations', 'emailDomains', 'roles', 'groups'])

/** Refusals that are told in more than one way. */
const OTHERS: readonly Refusal[] = [
  ...SCALEKIT_ERROR_CODES.map(
    (code) => ({ reason: 'scalekit_error', error: scalekitError(code), received: '' }) as const,
  ),
  ...namesOf(PARTS).map((part) => ({ reason: 'url_ambiguous', part }) as const),
  ...namesOf(FORMS).map((expected) => ({ reason: 'parameter_invalid', parameter: 'p', expected }) as const),
  { reason: 'login_required', unsent: true },
  { reason: 'login_required' },
  { reason: 'request_too_large', part: 'address', limit: 8192 },
  { reason: 'request_too_large', part: 'headers', limit: 8192 },
  { reason: 'organization_mismatch', demanded: '', received: '' },
  { reason: 'organization_mismatch', demanded: '', received: '', who: EVIDENCE },
  { reason: 'connection_mismatch', demanded: '', received: '' },
  { reason: 'connection_mismatch', demanded: '', received: '', who: EVIDENCE },
  { reason: 'access_withdrawn', cause: 'operator_ended' },
]

function saidOfRefusals({ refusals }: Words): Said[] {
  const { requirement_unmet: denied } = refusals
  const explanations: readonly (readonly [name: string, Explanation, holds: readonly string[]])[] = [
    ...[...sampleRefusals(EVIDENCE), ...OTHERS].map(
      (refusal) =>
        [
          JSON.stringify(refusal),
          explain(refusals, refusal, { nameOf: () => 'Acme', organizationId: 'org_1' }),
          'who' in refusal ? [EVIDENCE, ...('demanded' in refusal ? ['Acme'] : [])] : [],
        ] as const,
    ),
    ...LACKS.map((lack) => {
      const { kind, wanted = [] } = lack
      const told = denied({
        reason: 'requirement_unmet',
        who: 'Ann',
        organization: undefined,
        lacks: [lack],
        mayBeNew: kind === 'roles' || kind === 'groups',
      })
      return [`denied: ${kind} ${wanted}`, told, ['Ann', ...(TOLD.has(kind) ? wanted : [])]] as const
    }),
  ]
  return explanations.flatMap(([name, { title, detail, remedy, causes = [], technical, command }, holds]) => [
    { at: `${name} title`, text: title, holds: [] },
    { at: `${name} detail`, text: detail, holds },
    { at: `${name} remedy`, text: remedy, holds: [] },
    ...causes.map((text, index) => ({ at: `${name} cause ${index}`, text, holds: [] })),
    ...(technical === undefined ? [] : [{ at: `${name} technical`, text: technical, holds: [] }]),
    ...(command === undefined ? [] : [{ at: `${name} command`, text: command, holds: [] }]),
  ])
}
