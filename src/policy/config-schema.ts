import * as v from 'valibot'
import { err, ok, type Result } from '../base/result.ts'
import type { Seconds } from '../base/time.ts'
import {
  ANY_ORGANIZATION,
  DEFAULT_BASE_PATH,
  type GatehouseConfig,
  MAX_SHARDS,
  type Site,
} from '../config.ts'
import { isOrigin, ORIGIN_FORM, parseCanonicalUrl } from './canonical-url.ts'
import { passProblem } from './dropped-headers.ts'
import { ruleProblems } from './rule-problems.ts'

/** One thing to fix and the place where it stands: `sites["docs.example.com"].rules[2].path has …`. */
export type Problem = string

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

const nonEmpty = v.pipe(
  v.string('must be text'),
  v.check((text) => text !== '', 'is empty'),
)

const list = (what: string) =>
  v.pipe(
    v.array(nonEmpty),
    v.check((values) => values.length > 0, `lists no ${what}`),
  )

const matching = (pattern: RegExp, message: string) =>
  v.pipe(
    v.string(message),
    v.check((text) => pattern.test(text), message),
  )

const scalekitId = (prefix: string) =>
  matching(new RegExp(`^${prefix}[A-Za-z0-9_-]+$`), `must look like ${prefix}…`)

/** Browsers keep no cookie longer (RFC 6265bis section 5.5). */
const MAX_SPAN = 400 * 24 * 60 * 60

const span = v.custom<Seconds>(
  (value) => Number.isInteger(value) && Number(value) >= 60 && Number(value) <= MAX_SPAN,
  'must be a whole number of seconds, from 60 to 400 days, such as minutes(5)',
)

const requirement = v.pipe(
  v.strictObject({
    organizations: v.optional(
      v.pipe(
        list('organization'),
        v.check(
          (ids) => ids.length === 1 || !ids.includes(ANY_ORGANIZATION),
          "holds '*', which means any organization, beside others: write either ['*'] or the organizations",
        ),
      ),
    ),
    connections: v.optional(list('connection')),
    emails: v.optional(list('e-mail address')),
    emailDomains: v.optional(
      v.pipe(
        list('domain'),
        v.check(
          (domains) => !domains.some((domain) => domain.includes('@')),
          'must hold domains, without an @',
        ),
      ),
    ),
    roles: v.optional(list('role')),
    groups: v.optional(list('group')),
  }),
  v.check((value) => Object.keys(value).length > 0, "is empty; write access: 'authenticated'"),
)

const pathPattern = v.pipe(
  v.string('must be text'),
  v.check((path) => path.startsWith('/'), 'must start with /'),
  v.check((path) => /^[^*]*(\/\*)?$/.test(path), 'may have a * only at its end, as /*'),
  v.check(
    (path) => !/[?#\\]|\/\/|\/\.{1,2}(\/|$)|%(2f|5c)/i.test(path),
    'must be a plain path: no query, //, \\, encoded slash or dot segment',
  ),
  v.check(isReachable, 'has invalid percent-encoding, or encodes what no request may have'),
)

const cors = v.array(
  v.pipe(
    v.string(),
    v.check((text) => isOrigin(text) && new URL(text).origin === text, ORIGIN_FORM),
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
const CACHE_CONTROL =
  /^(?:(?:public|private|no-store|no-cache|no-transform|must-revalidate|proxy-revalidate|immutable|(?:max-age|s-maxage|stale-while-revalidate|stale-if-error)=\d+)(?:, ?(?!$)|$))+$/

const rule = v.pipe(
  v.strictObject({
    path: pathPattern,
    methods: v.optional(
      v.pipe(
        v.array(v.picklist(METHODS, `must be one of ${METHODS.join(', ')}`)),
        v.check((methods) => methods.length > 0, 'lists no method'),
      ),
    ),
    access: v.optional(v.picklist(['public', 'authenticated'], "must be 'public' or 'authenticated'")),
    require: v.optional(requirement),
    maxAge: v.optional(span),
    strict: v.optional(v.boolean()),
    cors: v.optional(cors),
    cache: v.optional(
      matching(CACHE_CONTROL, "must be Cache-Control directives, such as 'no-store' or 'max-age=600'"),
    ),
  }),
  v.check(
    (r) => (r.access === undefined) !== (r.require === undefined),
    'must have either `access` or `require`',
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

const claimNames = v.strictObject({ roles: v.optional(nonEmpty), groups: v.optional(nonEmpty) })

/** Which setting each kind of upstream has, and none has another. */
const UPSTREAMS = {
  assets: undefined,
  origin: 'url',
  passthrough: undefined,
  service: 'binding',
  app: undefined,
} as const
const HELPERS = 'must be assets(), origin(…), passthrough() or service(…); in a Hono app also app()'

const upstream = v.pipe(
  v.strictObject({
    kind: v.picklist(Object.keys(UPSTREAMS) as (keyof typeof UPSTREAMS)[], HELPERS),
    url: v.optional(v.pipe(v.string(HELPERS), v.check(isOrigin, ORIGIN_FORM))),
    binding: v.optional(nonEmpty),
  }),
  v.check((value) => {
    const setting = UPSTREAMS[value.kind]
    return (['url', 'binding'] as const).every((key) => (value[key] !== undefined) === (key === setting))
  }, HELPERS),
)

/** Of a Worker of its own, where nothing follows. */
const ownUpstream = v.pipe(
  upstream,
  v.check(
    ({ kind }) => kind !== 'app',
    'is app(), the routes that follow gatehouse(config) in a Hono app, and here nothing follows',
  ),
)

const site = (basePath: string, inApp: boolean) =>
  v.pipe(
    v.strictObject({
      organization: v.optional(scalekitId('org_')),
      connection: v.optional(scalekitId('conn_')),
      upstream: inApp ? v.optional(upstream) : ownUpstream,
      rules: v.optional(v.array(rule)),
      claims: v.optional(claimNames),
      cors: v.optional(cors),
      caseSensitive: v.optional(v.boolean()),
      passHeaders: v.optional(v.array(passedHeader)),
      explainDenials: v.optional(v.boolean()),
      audience: v.optional(nonEmpty),
      registryShards: v.optional(
        v.pipe(
          v.number(),
          v.check(
            (n) => Number.isInteger(n) && n >= 1 && n <= MAX_SHARDS,
            `must be a whole number from 1 to ${MAX_SHARDS}`,
          ),
        ),
      ),
    }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return
      const { value } = dataset
      const rules = value.rules ?? []
      const flawed = new Set(dataset.issues?.map(({ path }) => path?.[1]?.key))
      // The schema repeats the interface; only `undefined` under optional keys is typed more loosely.
      for (const { index, message } of ruleProblems(value as Site, flawed, basePath)) {
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

const siteKey = v.pipe(
  v.string(),
  v.check(
    isSiteKey,
    "is not a host name in lower case without a port, such as 'docs.example.com', '*.example.com' or '*'",
  ),
)

const config = (basePath: string, inApp: boolean) =>
  v.strictObject({
    basePath: v.optional(
      matching(
        /^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/,
        'must be a path like /auth, without a slash at its end',
      ),
    ),
    session: v.optional(
      v.strictObject({ lifetime: v.optional(span), idle: v.optional(span), absolute: v.optional(span) }),
    ),
    claims: v.optional(claimNames),
    requireNonce: v.optional(v.boolean()),
    backchannelLogout: v.optional(v.boolean()),
    sites: v.pipe(
      v.record(siteKey, site(basePath, inApp)),
      v.check((sites) => Object.keys(sites).length > 0, 'is empty: name at least one host'),
    ),
  })

/**
 * Checks a configuration as a whole and reports every problem at once, so that it is fixed in one round.
 *
 * @param inApp whether Gatehouse stands inside a Hono app, whose routes are the upstream where a site names none
 */
export function parseConfig(value: unknown, inApp = false): Result<GatehouseConfig, readonly Problem[]> {
  const basePath = v.safeParse(v.object({ basePath: v.string() }), value)
  const parsed = v.safeParse(
    config(basePath.success ? basePath.output.basePath : DEFAULT_BASE_PATH, inApp),
    value,
  )
  // The schema repeats the interface of config.ts; only `undefined` under optional keys is typed more loosely.
  return parsed.success ? ok(parsed.output as GatehouseConfig) : err(parsed.issues.map(describeIssue))
}

function describeIssue(issue: v.BaseIssue<unknown>): Problem {
  const place = (issue.path ?? [])
    .map(({ key }) => (typeof key === 'string' && /^\w+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`))
    .join('')
    .replace(/^\./, '')
  if (issue.type === 'strict_object') {
    return issue.expected === 'never'
      ? `${place} is not a setting that Gatehouse knows`
      : `${place === '' ? 'The configuration' : place} is missing or not an object`
  }
  return `${place === '' ? 'The configuration' : place} ${issue.message}`
}

function isSiteKey(key: string): boolean {
  if (key === '*') return true
  const host = key.startsWith('*.') ? key.slice(2) : key
  return (
    host !== '' &&
    !host.includes('*') &&
    !host.endsWith('.') &&
    URL.parse(`https://${host}/`)?.hostname === host
  )
}

/** A rule for a path that the gate refuses would look like protection, and never match. */
function isReachable(path: string): boolean {
  if (!path.isWellFormed()) return false
  const encoded = path.replace(/[^\x21-\x7e]+/g, encodeURIComponent)
  return parseCanonicalUrl(`https://example.com${encoded}`).ok
}
