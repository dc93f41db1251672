import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { variableOf, withVariable } from '../../cli/files/dev-vars.ts'

const set = (text: string) => withVariable(text, 'KEYS', '{"keys":[]}')

test.each([
  ['in single quotes', "KEYS='{}'\n", `KEYS='{"keys":[]}'\n`],
  ['with a comment behind it', "KEYS='{}' # mine\n", `KEYS='{"keys":[]}' # mine\n`],
  ['without quotes', 'KEYS={} \nA=1\n', `KEYS='{"keys":[]}' \nA=1\n`],
  ['in double quotes, indented and exported', '  export KEYS = "{}"\n', `  export KEYS = '{"keys":[]}'\n`],
  ['over several lines', "A=1\nKEYS='{\n}'\nB=2\n", `A=1\nKEYS='{"keys":[]}'\nB=2\n`],
  ['that is empty', 'KEYS=\nA=1\n', `KEYS='{"keys":[]}'\nA=1\n`],
  ['with the line ends of Windows', "A=1\r\nKEYS='{}'\r\nB=2\r\n", `A=1\r\nKEYS='{"keys":[]}'\r\nB=2\r\n`],
  ['at the end, without a line end', "A=1\nKEYS='{}'", `A=1\nKEYS='{"keys":[]}'`],
  ['that is set twice: the last one counts', "KEYS='1'\nKEYS='2'\n", `KEYS='1'\nKEYS='{"keys":[]}'\n`],
  ['that is not there', 'A=1 # one\n', `A=1 # one\nKEYS='{"keys":[]}'\n`],
  ['that is not there, after a line without an end', 'A=1', `A=1\nKEYS='{"keys":[]}'\n`],
  ['in an empty file', '', `KEYS='{"keys":[]}'\n`],
  ['named in a comment only', "# KEYS='{}'\n", `# KEYS='{}'\nKEYS='{"keys":[]}'\n`],
  ['named in the value of another', "A='\nKEYS=1\n'\n", `A='\nKEYS=1\n'\nKEYS='{"keys":[]}'\n`],
])('sets a variable %s, and leaves the rest as it is', (_case, text, expected) => {
  expect(set(text)).toBe(expected)
  expect(variableOf(expected, 'KEYS')).toBe('{"keys":[]}')
  expect({ ...parseEnv(expected), KEYS: '' }).toEqual({ ...parseEnv(text), KEYS: '' })
})

test('takes another quote where the value has the usual one', () => {
  expect(withVariable('', 'KEYS', "it's")).toBe("KEYS=`it's`\n")
})

test('refuses a value that no quotes can hold', () => {
  expect(withVariable('', 'KEYS', '\'`"')).toBeUndefined()
})
