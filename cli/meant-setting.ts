import { isOneSlipAway } from '../src/login/address-suggestion.ts'
import { config } from '../src/policy/config-schema.ts'
import { site } from '../src/policy/site-schema.ts'

/** As a Worker says it, which spends nothing on guesses, with the file in front where there are others. */
const UNKNOWN = /^(?:gatehouse\.config\.ts: )?(\S+(?:\[.*\])?\S*) is not a setting that Gatehouse knows$/

/** @returns a problem of a configuration; of a setting that nobody knows also which one may have been meant there */
export function withMeantSetting(problem: string): string {
  const [, place = ''] = UNKNOWN.exec(problem) ?? []
  const steps = stepsOf(place)
  const written = steps?.at(-1)
  if (steps === undefined || written === undefined) return problem
  // A record in KV is one site, and its problems begin there.
  const known = [config(ANYWHERE), site(ANYWHERE)].map((schema) =>
    settingsAt(schema as Schema, steps.slice(0, -1)),
  )
  const meant = known.flat().find((setting) => isLike(written, setting))
  return meant === undefined ? problem : `${problem}: did you mean ${meant}?`
}

const ANYWHERE = { basePath: '', loginHost: undefined, sitesInKv: false, inApp: true }

/** Of `sites["docs.example.com"].rules[2].acces` each step. */
function stepsOf(place: string): readonly string[] | undefined {
  const steps: string[] = []
  const next = /\.?(\w+)|\[("(?:[^"\\]|\\.)*"|\d+)\]/y
  while (next.lastIndex < place.length) {
    const [found, name, inBrackets] = next.exec(place) ?? []
    if (found === undefined) return undefined
    steps.push(name ?? `${JSON.parse(inBrackets ?? '')}`)
  }
  return steps
}

/** As much of a schema of Valibot as says which settings there are. */
interface Schema {
  readonly entries?: Readonly<Record<string, Schema>>
  /** Of what may be left out. */
  readonly wrapped?: Schema
  /** Of a list. */
  readonly item?: Schema
  /** Of a record. */
  readonly value?: Schema
  /** Of which one holds. */
  readonly options?: readonly (Schema | string)[]
}

/** The names of the settings at a place. */
function settingsAt(schema: Schema | undefined, steps: readonly string[]): readonly string[] {
  if (schema === undefined) return []
  if (schema.wrapped !== undefined) return settingsAt(schema.wrapped, steps)
  if (schema.options !== undefined)
    return schema.options.flatMap((each) => (typeof each === 'string' ? [] : settingsAt(each, steps)))
  const [step, ...rest] = steps
  if (step === undefined) return Object.keys(schema.entries ?? {})
  return settingsAt(schema.entries?.[step] ?? schema.item ?? schema.value, rest)
}

const isLike = (written: string, setting: string): boolean => {
  const [one, other] = [plain(written), plain(setting)]
  return one === other || isOneSlipAway(one, other)
}

const plain = (name: string): string => name.toLowerCase().replace(/[_-]/g, '')
