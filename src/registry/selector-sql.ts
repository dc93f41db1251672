import type { HeldNames, NewSession, SessionSelector } from './registered-session.ts'

/** A part of a WHERE clause on the table `sessions`, with what is bound to its question marks. */
export interface Condition {
  readonly sql: string
  readonly values: readonly SqlStorageValue[]
}

/**
 * The sessions that a selector means.
 *
 * @throws TypeError where no key is given and not everyone is meant in as many words: that is a mistake
 */
export function conditionOf(selector: SessionSelector): Condition {
  const conditions = [
    equals('id = ?', selector.id),
    equals('subject = ?', selector.subject),
    equals('email_key = ?', selector.email === undefined ? undefined : emailKey(selector.email)),
    equals("substr(subject, instr(subject, ';') + 1) = ?", selector.idpUserId),
    equals('connection = ?', selector.connectionId),
    equals('scalekit_session = ?', selector.scalekitSessionId),
    equals('id NOT IN (SELECT value FROM json_each(?))', selector.except && JSON.stringify(selector.except)),
    ...(selector.privileged === true ? [PRIVILEGED] : []),
    ...(selector.unlike === undefined ? [] : [unlike(selector.unlike)]),
  ].filter((condition) => condition !== undefined)
  if (conditions.length === 0 && selector.everyone !== true) throw new TypeError('A selector without a key')
  return {
    sql: conditions.length === 0 ? 'TRUE' : conditions.map(({ sql }) => sql).join(' AND '),
    values: conditions.flatMap(({ values }) => values),
  }
}

/**
 * By what an address is found that somebody lost their access under: however it is written. Rules compare more strictly, since there a
 * likeness would let somebody in.
 */
export const emailKey = (email: string): string => email.normalize('NFC').toLowerCase()

/** The one key by which a selector is found again when a session opens that it may mean. */
export function topicOf(selector: SessionSelector): string {
  const { email, subject, idpUserId, connectionId, scalekitSessionId } = selector
  const [first] = topics({ email, subject, idpUserId, connectionId, scalekitSessionId })
  return first ?? EVERYONE
}

/** Every key by which a selector that means a session may be found. */
export const topicsOf = ({
  email,
  subject,
  connectionId,
  scalekitSessionId,
}: Pick<NewSession, 'email' | 'subject' | 'connectionId' | 'scalekitSessionId'>): readonly string[] => [
  EVERYONE,
  ...topics({
    email,
    subject,
    idpUserId: subject.slice(subject.indexOf(';') + 1),
    connectionId,
    scalekitSessionId,
  }),
]

const EVERYONE = 'everyone'

type Keys = Pick<SessionSelector, 'email' | 'subject' | 'idpUserId' | 'connectionId' | 'scalekitSessionId'>

const topics = (keys: { readonly [key in keyof Keys]: Keys[key] | undefined }): string[] =>
  Object.entries(keys).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} ${key === 'email' ? emailKey(value) : value}`],
  )

const equals = (sql: string, value: string | undefined): Condition | undefined =>
  value === undefined ? undefined : { sql, values: [value] }

const PRIVILEGED: Condition = {
  sql: "json_array_length(profile, '$.roles') + json_array_length(profile, '$.groups') > 0",
  values: [],
}

function unlike({ roles, groups }: NonNullable<SessionSelector['unlike']>): Condition {
  const either = [...differ('$.roles', roles), ...differ('$.groups', groups)]
  return {
    sql: either.length === 0 ? 'FALSE' : `(${either.map(({ sql }) => sql).join(' OR ')})`,
    values: either.flatMap(({ values }) => values),
  }
}

function differ(path: string, names: HeldNames | undefined): Condition[] {
  if (names === undefined) return []
  const inProfile = `SELECT value FROM json_each(profile, '${path}')`
  return [
    {
      sql: `EXISTS (${inProfile} EXCEPT SELECT value FROM json_each(?))`,
      values: [JSON.stringify(names.held)],
    },
    {
      sql: `EXISTS (SELECT value FROM json_each(?) EXCEPT ${inProfile})`,
      values: [JSON.stringify(names.wanted)],
    },
  ]
}

export const allOf = (...conditions: readonly Condition[]): Condition => ({
  sql: conditions.map(({ sql }) => `(${sql})`).join(' AND '),
  values: conditions.flatMap(({ values }) => values),
})
