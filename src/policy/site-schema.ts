import * as v from 'valibot'
import { seconds } from '../base/time.ts'
import { ANY_ORGANIZATION, MAX_SHARDS, METHODS, type Site } from '../config.ts'
import { CONNECTION_ID, ORGANIZATION_ID } from '../scalekit/ids.ts'
import { brand, organizationNames } from './brand-schema.ts'
import { isOrigin, isServer, ORIGIN_FORM, SERVER_FORM } from './canonical-url.ts'
import { passProblem } from './dropped-headers.ts'
import { readingsOfPattern } from './readings.ts'
import { ruleProblems } from './rule-problems.ts'

/** The `lang` under which problems speak to somebody who writes a site as JSON. Without it they speak TypeScript, as a configuration does. */
export const JSON_TERMS = 'json'

/** What is to be written, to whom it may concern. */
const inTermsOf =
  (typescript: string, json: string) =>
  ({ lang }: { readonly lang?: string | undefined }): string =>
    lang === JSON_TERMS ? json : typescript

type Message = string | ReturnType<typeof inTermsOf>

export const yesOrNo = v.boolean('must be true or false')

const nonEmpty = v.pipe(v.string('must be text'), v.nonEmpty('is empty'))

export const list = (what: string) => v.pipe(v.array(nonEmpty), v.nonEmpty(`lists no ${what}`))

/** A path that every server reads in the same way. */
const PLAIN_FOLDER = /^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/

const isBelow = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`)

const matching = (pattern: RegExp, message: Message) => v.pipe(v.string(message), v.regex(pattern, message))

/** Whatever is wrong with the number, it is one problem. */
const wholeNumber = (least: number, most: number, message: Message) =>
  v.pipe(
    v.number(message),
    v.check((number) => Number.isInteger(number) && number >= least && number <= most, message),
  )

/** Browsers keep no cookie longer (RFC 6265bis section 5.5). */
const MAX_SPAN = 400 * 24 * 60 * 60

export const span = v.pipe(
  wholeNumber(
    60,
    MAX_SPAN,
    inTermsOf(
      'must be a whole number of seconds, from 60 to 400 days, such as minutes(5)',
      `must be a whole number of seconds from 60 to ${MAX_SPAN}, which is 400 days, such as 300 for five minutes`,
    ),
  ),
  v.transform(seconds),
)

const requirement = v.pipe(
  v.strictObject({
    organizations: v.optional(
      v.pipe(
        list('organization'),
        v.check(
          (ids) => ids.length === 1 || !ids.includes(ANY_ORGANIZATION),
          inTermsOf(
            "holds '*', which means any organization, beside others: write either ['*'] or the organizations",
            'holds "*", which means any organization, beside others: write either ["*"] or the organizations',
          ),
        ),
      ),
    ),
    connections: v.optional(list('connection')),
    emails: v.optional(list('e-mail address')),
    emailDomains: v.optional(
      v.pipe(
        list('domain'),
        v.everyItem((domain) => !domain.includes('@'), 'must hold domains, without an @'),
      ),
    ),
    roles: v.optional(list('role')),
    groups: v.optional(list('group')),
  }),
  v.minEntries(
    1,
    inTermsOf("is empty; write access: 'authenticated'", 'is empty; write "access": "authenticated"'),
  ),
)

const pathPattern = v.pipe(
  v.string('must be text'),
  v.startsWith('/', 'must start with /'),
  v.regex(/^[^*]*(\/\*)?$/, 'may have a * only at its end, as /*'),
  v.check(
    (path) => !/[?#\\]|\/\/|\/\.{1,2}(\/|$)|%(2f|5c)/i.test(path),
    'must be a plain path: no query, //, \\, encoded slash or dot segment',
  ),
  v.check((path) => isReachable(path), 'has invalid percent-encoding, or encodes what no request may have'),
)

const cors = v.array(
  v.pipe(
    v.string(),
    v.check((text) => isOrigin(text) && new URL(text).origin === text, ORIGIN_FORM),
  ),
)

/** It becomes a source in a policy (CSP level 3 section 2.3.1), where a host says more in other characters. */
const embeddedIn = v.array(
  v.pipe(
    v.string(),
    v.check(
      (text) =>
        isOrigin(text) && new URL(text).origin === text && /^https?:\/\/[a-z0-9.-]+(:\d+)?$/.test(text),
      ORIGIN_FORM,
    ),
  ),
)

const passedHeader = v.pipe(
  v.string('must be text'),
  v.check(
    (name) => passProblem(name) === undefined,
    ({ input }) => passProblem(input) ?? '',
  ),
)

/** RFC 9111 section 5.2.2, RFC 8246, RFC 5861. */
const WITHOUT_A_LENGTH =
  'public|private|no-store|no-cache|no-transform|must-revalidate|proxy-revalidate|immutable'
const WITH_A_LENGTH = 'max-age|s-maxage|stale-while-revalidate|stale-if-error'
const CACHE_CONTROL = new RegExp(`^(?:(?:${WITHOUT_A_LENGTH}|(?:${WITH_A_LENGTH})=\\d+)(?:, ?(?!$)|$))+$`)

export const folder = (example: string) =>
  matching(PLAIN_FOLDER, `must be a path like ${example}, without a slash at its end`)

const HELPERS = inTermsOf(
  'must be assets(), origin(…), passthrough() or service(…); in a Hono app also app()',
  'must be {"kind":"assets"}, {"kind":"origin","url":"https://…"}, {"kind":"passthrough"} or {"kind":"service","binding":"…"}; in a Hono app also {"kind":"app"}',
)

const upstream = v.variant(
  'kind',
  [
    v.strictObject({
      kind: v.literal('assets'),
      folder: v.optional(folder('/acme')),
      spa: v.optional(yesOrNo),
    }),
    v.strictObject({
      kind: v.literal('origin'),
      url: v.pipe(v.string(HELPERS), v.check(isServer, SERVER_FORM)),
      stripPrefix: v.optional(folder('/api')),
      passHost: v.optional(yesOrNo),
    }),
    v.strictObject({ kind: v.literal('passthrough') }),
    v.strictObject({ kind: v.literal('service'), binding: nonEmpty }),
    v.strictObject({ kind: v.literal('app') }),
  ],
  HELPERS,
)

/** Of a Worker of its own, where nothing follows. */
const ownUpstream = v.pipe(
  upstream,
  v.check(
    ({ kind }) => kind !== 'app',
    inTermsOf(
      'is app(), the routes that follow gatehouse(config) in a Hono app, and here nothing follows',
      'is {"kind":"app"}, the routes of a Hono app, and this Worker is none',
    ),
  ),
)

const rule = (inApp: boolean) =>
  v.pipe(
    v.strictObject({
      path: pathPattern,
      methods: v.optional(
        v.pipe(
          v.array(v.picklist(METHODS, `must be one of ${METHODS.join(', ')}`)),
          v.nonEmpty('lists no method'),
        ),
      ),
      access: v.optional(
        v.picklist(
          ['public', 'authenticated'],
          inTermsOf("must be 'public' or 'authenticated'", 'must be "public" or "authenticated"'),
        ),
      ),
      require: v.optional(requirement),
      upstream: v.optional(inApp ? upstream : ownUpstream),
      maxAge: v.optional(span),
      strict: v.optional(yesOrNo),
      cors: v.optional(cors),
      cache: v.optional(
        matching(
          CACHE_CONTROL,
          inTermsOf(
            "must be Cache-Control directives, such as 'no-store' or 'max-age=600'",
            'must be Cache-Control directives, such as "no-store" or "max-age=600"',
          ),
        ),
      ),
    }),
    v.check(
      ({ path, upstream: to }) =>
        to?.kind !== 'origin' ||
        to.stripPrefix === undefined ||
        isBelow(path, to.stripPrefix.replace(/\/$/, '')),
      'has an upstream with a stripPrefix that its path is not below',
    ),
    v.check(
      (r) => r.access === undefined || r.require === undefined,
      'has both `access` and `require`: `require` alone is for people who are signed in',
    ),
    v.check(
      (r) =>
        r.access !== 'public' || (r.maxAge === undefined && r.strict === undefined && r.cors === undefined),
      'cannot be public and have maxAge, strict or cors, which are about sessions',
    ),
    v.check(
      (r) => r.access === 'public' || !/public|s-maxage/.test(r.cache ?? ''),
      'is not public, so its cache cannot be public or have an s-maxage',
    ),
  )

export const claimNames = v.strictObject({ roles: v.optional(nonEmpty), groups: v.optional(nonEmpty) })

/** For every path of a site, of which a prefix can only be part of some. */
const siteUpstream = <S extends typeof upstream | typeof ownUpstream>(schema: S) =>
  v.pipe(
    schema,
    v.check(
      (value) => value.kind !== 'origin' || value.stripPrefix === undefined,
      'has a stripPrefix, which is for the upstream of a rule whose path is below it',
    ),
  )

/** What of the rest of the configuration a site is held against. */
export interface Around {
  readonly basePath: string
  readonly loginHost: string | undefined
  readonly sitesInKv: boolean
  /** Whether Gatehouse stands inside a Hono app, whose routes are the upstream where a site names none. */
  readonly inApp: boolean
}

export const site = ({ basePath, loginHost: host, inApp }: Around) =>
  v.pipe(
    v.strictObject({
      organization: v.optional(matching(ORGANIZATION_ID, 'must look like org_…')),
      connection: v.optional(matching(CONNECTION_ID, 'must look like conn_…')),
      upstream: inApp ? v.optional(siteUpstream(upstream)) : siteUpstream(ownUpstream),
      rules: v.optional(v.array(rule(inApp))),
      claims: v.optional(claimNames),
      cors: v.optional(cors),
      embeddedIn: v.optional(embeddedIn),
      caseSensitive: v.optional(yesOrNo),
      passHeaders: v.optional(v.array(passedHeader)),
      explainDenials: v.optional(yesOrNo),
      brand: v.optional(brand(basePath)),
      organizations: v.optional(organizationNames),
      keepFragment: v.optional(yesOrNo),
      audience: v.optional(nonEmpty),
      registryShards: v.optional(
        wholeNumber(1, MAX_SHARDS, `must be a whole number from 1 to ${MAX_SHARDS}`),
      ),
      loginHost: v.optional(v.literal(false, 'can only be false: the site signs people in itself')),
    }),
    // A login host has no part in frames: its cookies do not come along there, and its pages do not show.
    v.check(
      ({ embeddedIn: portals = [], loginHost: own }) =>
        host === undefined || portals.length === 0 || own === false,
      inTermsOf(
        'is shown in frames, where nobody can sign in at the login host: write loginHost: false beside embeddedIn',
        'is shown in frames, where nobody can sign in at the login host: write "loginHost": false beside embeddedIn',
      ),
    ),
    v.rawCheck(({ dataset, addIssue, config: { lang } }) => {
      if (!dataset.typed) return
      const { value } = dataset
      const rules = value.rules ?? []
      const flawed = new Set(dataset.issues?.map(({ path }) => path?.[1]?.key))
      // The schema repeats the interface; only `undefined` under optional keys is typed more loosely.
      for (const { index, message } of ruleProblems(value as Site, flawed, basePath, lang === JSON_TERMS)) {
        addIssue({
          message,
          path: [
            { type: 'object', origin: 'value', input: value, key: 'rules', value: rules },
            { type: 'array', origin: 'value', input: rules, key: index, value: rules[index] },
          ],
        })
      }
    }),
  )

/** The ID token is read where it arrives: what another site says of its claims would look like a setting, and change nothing. */
export const hasIdleClaims = ({ claims, loginHost: own }: Pick<Site, 'claims' | 'loginHost'>): boolean =>
  claims !== undefined && own !== false

const IDLE =
  'has no effect, because the login host reads the ID token: write it beside sites or in the entry of the login host, '

export const IDLE_CLAIMS = inTermsOf(
  `${IDLE}or loginHost: false beside it`,
  `${IDLE}both in gatehouse.config.ts, or "loginHost": false beside it`,
)

/** A rule for a path that the gate refuses would look like protection, and never match. */
const isReachable = (path: string): boolean => readingsOfPattern(path)?.ok ?? false
