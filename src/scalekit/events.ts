import * as v from 'valibot'

const text = v.pipe(v.string(), v.nonEmpty(), v.maxLength(512))

/** One of several ways to say whom an event is about. What is empty, or makes no sense, must not hide the others: somebody would stay. */
const oneWay = v.fallback(v.nullish(text), null)

const empty = v.pipe(
  v.literal(''),
  v.transform(() => null),
)

/** The envelope of a Scalekit event. `data` is read only for the types that matter here. */
const envelope = v.object({
  id: text,
  type: text,
  occurred_at: v.pipe(
    v.string(),
    v.check((at) => !Number.isNaN(Date.parse(at))),
  ),
  organization_id: v.nullish(v.union([text, empty])),
  data: v.optional(v.unknown()),
})

export type ScalekitEvent = v.InferOutput<typeof envelope>

export const connectionData = v.object({ id: text })
export const directoryUserData = v.object({
  email: oneWay,
  dp_id: oneWay,
  active: v.fallback(v.nullish(v.boolean()), null),
  // What makes no sense here does not hide that somebody is not active any more.
  roles: v.fallback(v.nullish(v.array(v.object({ role_name: oneWay }))), null),
  groups: v.fallback(v.nullish(v.array(v.object({ id: oneWay, name: oneWay }))), null),
})
export const logoutData = v.object({
  user_session: v.object({ session_id: text, organization_id: oneWay }),
})
export const membershipData = v.object({ user: v.object({ id: oneWay, email: oneWay }) })

const json = v.pipe(v.string(), v.parseJson(), envelope)

/** @returns the event, or `undefined` for what is no event at all */
export function parseEvent(text: string): ScalekitEvent | undefined {
  const parsed = v.safeParse(json, text)
  return parsed.success ? parsed.output : undefined
}

/** The `data` of an event, where it has the shape that its type should have. */
export function readData<T extends v.GenericSchema>(schema: T, data: unknown): v.InferOutput<T> | undefined {
  const parsed = v.safeParse(schema, data)
  return parsed.success ? parsed.output : undefined
}
