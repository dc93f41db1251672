import * as v from 'valibot'
import { err, ok, type Result } from '../base/result.ts'
import { after, type EpochSeconds, seconds } from '../base/time.ts'
import { signJwt, verifyJwt } from '../crypto/jwt.ts'
import type { OperatorKeys } from '../crypto/operator-keys.ts'
import type { SessionId } from './session.ts'

/** Which sessions an operator means: all that match every part. */
export interface OperatorScope {
  /** Sessions that were opened for this organization. */
  readonly organizationId?: string | undefined
  /** Beside an organization, those of it that came this way; alone, those that belong to no organization. */
  readonly connectionId?: string | undefined
  readonly email?: string | undefined
  /** Alone, it is one without a connection in it: such sessions are registered under it. */
  readonly subject?: string | undefined
  readonly id?: SessionId | undefined
}

/** What an operator may ask for. */
export type OperatorCommand =
  | {
      readonly kind: 'list'
      readonly scope: OperatorScope
      /** How many at most. */
      readonly limit: number
      /** Where the list before ended, as its answer said. */
      readonly cursor?: string | undefined
    }
  | { readonly kind: 'end'; readonly scope: OperatorScope }

/** A command that holds: signed by an operator, for this host, now. That it came for the first time is for the caller to see. */
export interface OperatorRequest {
  /** `kid` of the operator's key. */
  readonly operator: string
  readonly command: OperatorCommand
  /** Different for each request. */
  readonly id: string
  readonly expiresAt: EpochSeconds
}

/** Why one does not. */
export interface Disbelieved {
  /** A claim, a header parameter, `signature`, `format` or `lifetime`. */
  readonly check: string
  /** The key that it names, where that is known. Unless the check is about the signature, the key has signed it. */
  readonly operator: string | undefined
}

const OPERATOR_REQUEST_LIFETIME = seconds(60)
/** How far an operator's clock may be ahead. */
const MAX_AHEAD = seconds(30)
/** Of a token. A command takes a few hundred bytes. */
export const OPERATOR_REQUEST_MAX_BYTES = 4096
/** Sessions in one answer. */
export const OPERATOR_LIST_LIMIT = 500

const TYPE = 'gh-operator+jwt'

/** The one place where a request means anything. @param origin `https://<host>`, on this machine with its port */
export const operatorAudience = (origin: string, basePath: string): string => `${origin}${basePath}/operator`

/** As Scalekit's are, and never the name of one shard of a registry. */
const ORGANIZATION = /^org_[\w-]{1,156}$/
const CONNECTION = /^conn_[\w-]{1,156}$/
const visible = (longest: number) => v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/), v.maxLength(longest))
const text = v.pipe(v.string(), v.regex(/^\P{C}+$/u), v.maxLength(320))
const time = v.pipe(v.number(), v.safeInteger())

const scope = {
  org: v.optional(v.pipe(v.string(), v.regex(ORGANIZATION))),
  conn: v.optional(v.pipe(v.string(), v.regex(CONNECTION))),
  email: v.optional(text),
  subject: v.optional(text),
  sid: v.optional(visible(128)),
}
const common = {
  aud: v.string(),
  iat: time,
  exp: time,
  jti: v.pipe(v.string(), v.regex(/^[\w-]{16,64}$/)),
}

/** Strict: what this version does not understand may narrow down what is meant, and without it too much would end. */
const claims = v.pipe(
  v.variant('cmd', [
    v.strictObject({
      cmd: v.literal('list'),
      ...common,
      ...scope,
      limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(OPERATOR_LIST_LIMIT)),
      cursor: v.optional(visible(400)),
    }),
    v.strictObject({ cmd: v.literal('end'), ...common, ...scope }),
  ]),
  v.check(({ org, conn, subject }) => (org ?? conn) !== undefined || isRegisteredAlone(subject)),
)

/** Whether sessions of a subject may belong to no organization and no connection, and so be registered under it. */
const isRegisteredAlone = (subject: string | undefined): boolean =>
  subject !== undefined && !/[;#]|^(?:org|conn)_/.test(subject)

/** An operator's private key. */
export interface OperatorSigner {
  readonly kid: string
  readonly privateKey: CryptoKey
}

/** Signs a command: `gh-operator+jwt`, ES256, for a minute. */
export const signOperatorRequest = (
  { kid, privateKey }: OperatorSigner,
  audience: string,
  command: OperatorCommand,
  id: string,
  now: EpochSeconds,
): Promise<string> => {
  const { kind, scope: of } = command
  const payload = {
    aud: audience,
    iat: now,
    exp: after(now, OPERATOR_REQUEST_LIFETIME),
    jti: id,
    cmd: kind,
    org: of.organizationId,
    conn: of.connectionId,
    email: of.email,
    subject: of.subject,
    sid: of.id,
    ...(kind === 'list' && { limit: command.limit, cursor: command.cursor }),
  }
  return signJwt({ typ: TYPE, alg: 'ES256', kid }, payload, privateKey)
}

/**
 * Verifies the signature by a key of the deployment, ES256 only, then type, audience, times and form. Until the signature holds, it costs
 * one verification and nothing else, whatever the token says.
 *
 * @see RFC 8725 section 3 (algorithm, type, audience)
 */
export async function verifyOperatorRequest(
  token: string,
  keys: OperatorKeys,
  audience: string,
  now: EpochSeconds,
): Promise<Result<OperatorRequest, Disbelieved>> {
  let operator: string | undefined
  const disbelieved = (check: string) => err({ check, operator })
  const verified = await verifyJwt(
    token,
    async ({ kid = '' }) => {
      const key = keys.get(kid)
      if (key === undefined) return err('kid')
      operator = kid
      return ok(key)
    },
    { algorithm: 'ES256', typ: TYPE, audience, requiredClaims: ['iat', 'exp', 'jti'] },
    now,
  )
  if (!verified.ok || operator === undefined) return disbelieved(verified.ok ? 'kid' : verified.error)
  const parsed = v.safeParse(claims, verified.value)
  if (!parsed.success) return disbelieved(String(parsed.issues[0].path?.[0]?.key ?? 'org'))
  const { aud, iat, exp, jti } = parsed.output
  // jose takes a list of audiences, which would be for several hosts.
  if (aud !== audience) return disbelieved('aud')
  if (iat > after(now, MAX_AHEAD)) return disbelieved('iat')
  if (exp - iat > OPERATOR_REQUEST_LIFETIME) return disbelieved('lifetime')
  return ok({ operator, command: commandOf(parsed.output), id: jti, expiresAt: exp as EpochSeconds })
}

function commandOf(said: v.InferOutput<typeof claims>): OperatorCommand {
  const { org, conn, email, subject, sid } = said
  const of: OperatorScope = {
    organizationId: org,
    connectionId: conn,
    email,
    subject,
    id: sid as SessionId | undefined,
  }
  return said.cmd === 'end'
    ? { kind: 'end', scope: of }
    : { kind: 'list', scope: of, limit: said.limit, cursor: said.cursor }
}
