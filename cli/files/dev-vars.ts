import { parseEnv } from 'node:util'
import { withLines } from './lines.ts'

/** As dotenv, with which Wrangler reads these files, sees an assignment: a value in quotes may have several lines. */
const ASSIGNMENT =
  /^\s*(?:export\s+)?([\w.-]+)(\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?[^\S\r\n]*(?:#.*)?$/dgm

/** A variable of such a file; of several assignments the last one counts. */
export const variableOf = (text: string, name: string): string | undefined => parseEnv(text)[name]

/**
 * Sets a variable and leaves everything else as it is, to the last space and comment. Where there is none, it comes at the end.
 *
 * @returns `undefined` where the text would not say the same of every other variable, or something else of this one
 */
export function withVariable(text: string, name: string, value: string): string | undefined {
  const quote = ["'", '`'].find((mark) => !value.includes(mark)) ?? '"'
  const quoted = `${quote}${value}${quote}`
  const assignment = [...text.matchAll(ASSIGNMENT)].findLast(([, other]) => other === name)
  const changed =
    assignment === undefined ? withLines(text, [`${name}=${quoted}`]) : withValue(text, assignment, quoted)
  return isSame(parseEnv(changed), { ...parseEnv(text), [name]: value }) ? changed : undefined
}

function withValue(text: string, { indices }: RegExpExecArray, quoted: string): string {
  const [, afterSign = 0] = indices?.[2] ?? []
  const [start, end] = indices?.[3] ?? [afterSign, afterSign]
  const old = text.slice(start, end)
  const indent = old.length - old.trimStart().length
  return text.slice(0, start + indent) + quoted + text.slice(start + old.trimEnd().length)
}

const isSame = (one: NodeJS.Dict<string>, other: NodeJS.Dict<string>) =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([name, value]) => other[name] === value)
