import type { ExpectedForm } from '../base/evidence.ts'
import type { Refusal } from '../base/refusal.ts'
import { err, ok, type Result } from '../base/result.ts'

export interface ParameterRule {
  readonly pattern: RegExp
  readonly expected: ExpectedForm
}

/**
 * Reads the parameters that have a rule, each at most once and of the form it should have. Others are ignored, and an
 * empty one counts as absent (RFC 6749 section 3.1).
 */
export function readParameters<Name extends string>(
  query: URLSearchParams,
  rules: Readonly<Record<Name, ParameterRule>>,
): Result<Partial<Record<Name, string>>, Refusal> {
  const found: Partial<Record<Name, string>> = {}
  for (const name of Object.keys(rules) as Name[]) {
    const values = query.getAll(name)
    if (values.length > 1) return err({ reason: 'parameter_repeated', parameter: name })
    const [value = ''] = values
    if (value === '') continue
    const { pattern, expected } = rules[name]
    if (!pattern.test(value)) return err({ reason: 'parameter_invalid', parameter: name, expected })
    found[name] = value
  }
  return ok(found)
}
