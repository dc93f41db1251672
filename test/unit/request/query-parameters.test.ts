import { expect, test } from 'vitest'
import { readParameters } from '../../../src/request/query-parameters.ts'

const RULES = {
  name: { pattern: /^[a-z]+$/, expected: 'a domain' },
  constructor: { pattern: /^x$/, expected: 'a signed JWT' },
} as const

test.each<[string, string, object]>([
  ['nothing', '', {}],
  ['a parameter that has a rule', 'name=ann', { name: 'ann' }],
  ['a parameter without a rule, even repeated: unknown ones are ignored', 'a=1&a=2&toString=3', {}],
  ['an empty one, which counts as absent', 'name=', {}],
  ['one without an equals sign, which counts as absent', 'name', {}],
  ['a name of Object.prototype that has a rule', 'constructor=x', { constructor: 'x' }],
])('reads %s (RFC 6749 section 3.1)', (_case, query, value) => {
  expect(readParameters(new URLSearchParams(query), RULES)).toEqual({ ok: true, value })
})

test.each<[string, string, object]>([
  ['a parameter twice', 'name=a&name=a', { reason: 'parameter_repeated', parameter: 'name' }],
  ['a parameter twice, once empty', 'name=a&name=', { reason: 'parameter_repeated', parameter: 'name' }],
  ['a parameter twice, once encoded', 'name=a&n%61me=b', { reason: 'parameter_repeated', parameter: 'name' }],
  ['another form', 'name=A', { reason: 'parameter_invalid', parameter: 'name', expected: 'a domain' }],
  [
    'a line break at the end',
    'name=a%0A',
    { reason: 'parameter_invalid', parameter: 'name', expected: 'a domain' },
  ],
])('refuses %s', (_case, query, error) => {
  expect(readParameters(new URLSearchParams(query), RULES)).toEqual({ ok: false, error })
})
