import * as v from 'valibot'
import { err, ok, type Result } from '../base/result.ts'
import { DEFAULT_BASE_PATH, type GatehouseConfig, type Site } from '../config.ts'
import { brand, organizationNames } from './brand-schema.ts'
import {
  type Around,
  claimNames,
  folder,
  hasIdleClaims,
  IDLE_CLAIMS,
  JSON_TERMS,
  list,
  site,
  span,
  yesOrNo,
} from './site-schema.ts'

/** One thing to fix and the place where it stands: `sites["docs.example.com"].rules[2].path has …`. */
export type Problem = string

const siteKey = v.pipe(
  v.string(),
  v.check(
    isSiteKey,
    "is not a host name in lower case without a port, such as 'docs.example.com', '*.example.com' or '*'",
  ),
)

const loginHost = v.pipe(
  v.string('must be text'),
  v.check(
    (host) => isSiteKey(host) && !host.startsWith('*'),
    "must be one host name in lower case without a port, such as 'login.example.com'",
  ),
)

export const config = (around: Around) =>
  v.strictObject({
    basePath: v.optional(folder('/auth')),
    session: v.optional(
      v.strictObject({ lifetime: v.optional(span), idle: v.optional(span), absolute: v.optional(span) }),
    ),
    claims: v.optional(claimNames),
    requireNonce: v.optional(yesOrNo),
    backchannelLogout: v.optional(yesOrNo),
    loginHost: v.optional(loginHost),
    sitesInKv: v.optional(yesOrNo),
    adminPortal: v.optional(v.strictObject({ roles: list('role') })),
    audit: v.optional(
      v.strictObject({
        subjects: v.optional(v.picklist(['hashed', 'plain'], "must be 'hashed' or 'plain'")),
      }),
    ),
    brand: v.optional(brand(around.basePath)),
    organizations: v.optional(organizationNames),
    sites: v.pipe(
      v.record(siteKey, site(around)),
      v.minEntries(around.sitesInKv ? 0 : 1, 'is empty: name at least one host'),
      v.rawCheck(({ dataset: { typed, value: sites }, addIssue }) => {
        if (!typed || around.loginHost === undefined) return
        for (const [key, value] of Object.entries(sites)) {
          if (key === around.loginHost || !hasIdleClaims(value as Site)) continue
          addIssue({
            message: IDLE_CLAIMS,
            path: [
              { type: 'object', origin: 'value', input: sites, key, value },
              { type: 'object', origin: 'value', input: value, key: 'claims', value: value.claims },
            ],
          })
        }
      }),
    ),
  })

/**
 * Checks a configuration as a whole and reports every problem at once, so that it is fixed in one round.
 *
 * @param inApp whether Gatehouse stands inside a Hono app, whose routes are the upstream where a site names none
 */
export function parseConfig(value: unknown, inApp = false): Result<GatehouseConfig, readonly Problem[]> {
  const parsed = v.safeParse(config(around(value, inApp)), value, { message: UNSAID })
  // The schema repeats the interface; only `undefined` under optional keys is typed more loosely.
  return parsed.success
    ? ok(parsed.output as GatehouseConfig)
    : err(parsed.issues.map((issue) => describeIssue(issue)))
}

/**
 * Checks one site that is kept apart from its configuration, as JSON, in the same way.
 *
 * @param value is taken apart where something is wrong with it
 * @param rest the configuration around it, which is known to be valid
 */
export function parseSite(
  value: unknown,
  rest: Pick<GatehouseConfig, 'basePath' | 'loginHost'>,
  inApp = false,
): Result<Site, readonly Problem[]> {
  const schema = v.pipe(
    site(around(rest, inApp)),
    v.forward(
      v.check((value) => rest.loginHost === undefined || !hasIdleClaims(value as Site), IDLE_CLAIMS),
      ['claims'],
    ),
  )
  const parsed = v.safeParse(schema, value, IN_JSON)
  if (parsed.success) return ok(parsed.output as Site)
  const issues = withEveryUnknownKey(schema, value, MAX_UNKNOWN_KEYS)
  return err(issues.map((issue) => describeIssue(issue, 'The site')))
}

/** Of what the schema has no words for: they depend on the place, which is not known yet. */
const UNSAID = ''
const IN_JSON = { lang: JSON_TERMS, message: UNSAID }

/** More of them in one object are not worth the time. */
const MAX_UNKNOWN_KEYS = 100

/** The schema tells one unknown key of each object: the next one when that is gone. @param value is taken apart */
function withEveryUnknownKey(
  schema: v.GenericSchema,
  value: unknown,
  rounds: number,
): readonly v.BaseIssue<unknown>[] {
  const { issues = [] } = v.safeParse(schema, value, IN_JSON)
  const unknown = issues.filter(isUnknownKey)
  if (unknown.length === 0 || rounds === 0) return issues
  for (const { path } of unknown) {
    const last = path?.at(-1)
    if (last !== undefined) Reflect.deleteProperty(last.input as object, last.key as string)
  }
  return [...unknown, ...withEveryUnknownKey(schema, value, rounds - 1)]
}

const isUnknownKey = ({ type, expected }: v.BaseIssue<unknown>): boolean =>
  type === 'strict_object' && expected === 'never'

/** What sites are held against, before the configuration as a whole is known to be valid. */
function around(value: unknown, inApp: boolean): Around {
  const read = (key: keyof GatehouseConfig): unknown => (value as GatehouseConfig | undefined)?.[key]
  const [basePath, host] = [read('basePath'), read('loginHost')]
  return {
    basePath: typeof basePath === 'string' ? basePath : DEFAULT_BASE_PATH,
    loginHost: typeof host === 'string' ? host : undefined,
    sitesInKv: read('sitesInKv') === true,
    inApp,
  }
}

function describeIssue(issue: v.BaseIssue<unknown>, whole = 'The configuration'): Problem {
  const place = (issue.path ?? [])
    .map(({ key }) => (typeof key === 'string' && /^\w+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`))
    .join('')
    .replace(/^\./, '')
  if (issue.type === 'strict_object') {
    return issue.expected === 'never'
      ? `${place} is not a setting that Gatehouse knows`
      : `${place === '' ? whole : place} is missing or not an object`
  }
  return `${place === '' ? whole : place} ${issue.message || wordsFor(issue)}`
}

/** What is of another kind than it has to be. */
function wordsFor({ type, path, lang }: v.BaseIssue<unknown>): string {
  if (type === 'record') return 'must be an object'
  if (type !== 'array') return 'must be text'
  const example = exampleFor(path?.at(-1)?.key)
  if (example === undefined) return 'must be a list of objects: [{ … }]'
  return `must be a list, such as ${lang === JSON_TERMS ? `["${example}"]` : `['${example}']`}`
}

/** What may stand in a list of texts. */
function exampleFor(setting: unknown): string | undefined {
  switch (setting) {
    case 'roles':
      return 'admin'
    case 'groups':
      return 'staff'
    case 'organizations':
      return 'org_1234'
    case 'connections':
      return 'conn_1234'
    case 'emails':
      return 'jane@acme.example'
    case 'emailDomains':
      return 'acme.example'
    case 'methods':
      return 'GET'
    case 'cors':
    case 'embeddedIn':
      return 'https://app.example.com'
    case 'passHeaders':
      return 'X-Real-IP'
    default:
      return undefined
  }
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
