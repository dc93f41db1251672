import * as v from 'valibot'
import { err, ok, type Result } from '../base/result.ts'
import { isOrigin, isPublicUrl, ORIGIN_FORM, PUBLIC_URL_FORM } from '../policy/canonical-url.ts'
import type { Problem } from '../policy/config-schema.ts'
import { parseWebhookSecrets } from '../scalekit/webhook-signature.ts'

const DASHBOARD = 'copy it from API credentials in the Scalekit dashboard'

/** Where the values come from that Scalekit gives out. */
const REMEDIES = {
  SCALEKIT_ENVIRONMENT_URL: DASHBOARD,
  SCALEKIT_CLIENT_ID: DASHBOARD,
  SCALEKIT_CLIENT_SECRET: 'run `npx wrangler secret put SCALEKIT_CLIENT_SECRET`',
} as const

type Variable = keyof typeof REMEDIES

const text = (name: Variable) =>
  v.pipe(
    v.string(`${name} is not set: ${REMEDIES[name]}`),
    // A value that was piped in ends with a line break.
    v.trim(),
    v.nonEmpty(`${name} is empty: ${REMEDIES[name]}`),
  )

const missing = ({ path }: v.ObjectIssue): string => {
  const name = path?.[0].key as Variable
  return `${name} is missing: ${REMEDIES[name]}`
}

const variables = v.object(
  {
    SCALEKIT_ENVIRONMENT_URL: v.pipe(
      text('SCALEKIT_ENVIRONMENT_URL'),
      v.check(isOrigin, `SCALEKIT_ENVIRONMENT_URL ${ORIGIN_FORM}`),
    ),
    SCALEKIT_CLIENT_ID: text('SCALEKIT_CLIENT_ID'),
    SCALEKIT_CLIENT_SECRET: text('SCALEKIT_CLIENT_SECRET'),
  },
  missing,
)

/** What is wrong with variables and secrets, but for keys. */
export const variableProblems = (env: object): readonly Problem[] => parseVariables(env).problems

export function parseVariables(env: object) {
  const parsed = v.safeParse(variables, env, { abortPipeEarly: true })
  const webhookSecrets = parseWebhookSecrets(read(env, 'SCALEKIT_WEBHOOK_SECRET'))
  const development = parseDevelopment(env)
  const problems = [
    ...(development.ok ? publicUrlProblems(env, development.value) : [development.error]),
    ...(webhookSecrets.ok ? [] : [webhookSecrets.error]),
    ...(parsed.success ? [] : parsed.issues.map((issue) => issue.message)),
  ]
  return { parsed, webhookSecrets, development, problems }
}

/**
 * Whether a developer's machine is meant: configuration problems are shown on the page, health says what it
 * depends on, and logins are not counted. It is said, and never guessed from the address of a request:
 * anybody can send `Host: localhost`.
 */
export function isDevelopment(env: object): boolean {
  const development = parseDevelopment(env)
  return development.ok && development.value
}

/** Something that is neither yes nor no may have been meant as either, so it is a problem. */
function parseDevelopment(env: object): Result<boolean, Problem> {
  const value = read(env, 'GATEHOUSE_DEVELOPMENT')
  if (value === '1' || value === 'true') return ok(true)
  if (value === undefined || value === '' || value === '0' || value === 'false') return ok(false)
  return err('GATEHOUSE_DEVELOPMENT must be 1 or true, and only in .dev.vars; elsewhere take it away')
}

function publicUrlProblems(env: object, development: boolean): Problem[] {
  const publicUrl = read(env, 'GATEHOUSE_PUBLIC_URL')
  if (publicUrl === undefined) return []
  if (!development)
    return [
      'GATEHOUSE_PUBLIC_URL is for a developer’s machine, with GATEHOUSE_DEVELOPMENT; elsewhere take it away',
    ]
  return isPublicUrl(publicUrl) ? [] : [`GATEHOUSE_PUBLIC_URL ${PUBLIC_URL_FORM}`]
}

export function read(env: object, name: string): unknown {
  return (env as Record<string, unknown>)[name]
}
