import { lineEndOf } from './lines.ts'

/** Between two brackets of a text. */
interface Brackets {
  /** Of the opening bracket. */
  readonly start: number
  /** Behind the closing one. */
  readonly end: number
  /** What stands last in there. */
  readonly last?: { readonly start: number; readonly end: number } | undefined
}

export interface Item {
  /** What starts a comment that ends with its line. */
  readonly comment: '//' | '#'
  /** One step of indentation. */
  readonly unit: string
  /** Whether a pair of brackets without anything in it is drawn apart. */
  readonly spreads: boolean
  /** @param indent of the line on which it will stand; `undefined`: among others on one line */
  readonly render: (indent: string | undefined) => string
}

/** White space that a line begins with. */
export const indentAt = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? ''

const lineStart = (text: string, offset: number) => text.lastIndexOf('\n', offset - 1) + 1

/**
 * Puts something behind all that stands between two brackets. Nothing else changes but for a comma; comments stay beside what they are
 * about, and where the last thing has a comma behind it, so has the new one.
 */
export function insertItem(text: string, { start, end, last }: Brackets, item: Item): string {
  const close = end - 1
  const eol = lineEndOf(text)
  if (last === undefined) {
    const inside = text.slice(start + 1, close)
    if (!inside.includes('\n') && !item.spreads) {
      const blank = text[start] === '{' ? ' ' : ''
      return `${text.slice(0, start + 1)}${blank}${item.render(undefined)}${blank}${text.slice(close)}`
    }
    const base = indentAt(text, start)
    const indent = base + item.unit
    const before = text.slice(0, close).trimEnd()
    return `${before}${eol}${indent}${item.render(indent)}${eol}${base}${text.slice(close)}`
  }

  const comma = afterComments(text, last.end, close, item.comment, true)
  const hasComma = text[comma] === ','
  const behind = hasComma ? comma + 1 : last.end
  if (!text.slice(last.end, close).includes('\n')) {
    const added = hasComma ? ` ${item.render(undefined)},` : `, ${item.render(undefined)}`
    return text.slice(0, behind) + added + text.slice(behind)
  }
  const standsAlone = text.slice(lineStart(text, last.start), last.start).trim() === ''
  const indent = standsAlone ? indentAt(text, last.start) : indentAt(text, start) + item.unit
  const lineEnd = afterComments(text, behind, close, item.comment, false)
  const added = `${eol}${indent}${item.render(indent)}${hasComma ? ',' : ''}`
  return (
    text.slice(0, last.end) +
    (hasComma ? '' : ',') +
    text.slice(last.end, lineEnd) +
    added +
    text.slice(lineEnd)
  )
}

/** @returns the offset of what follows blanks and comments: on the same line, unless `overLines` */
function afterComments(text: string, from: number, limit: number, comment: string, overLines: boolean) {
  let at = from
  // Blanks before a line end stay where they are.
  let seen = from
  while (at < limit) {
    const char = text[at]
    if (char === '\n' || char === '\r') {
      if (!overLines) return seen
      at++
    } else if (char === ' ' || char === '\t') at++
    else if (text.startsWith(comment, at)) {
      at = endOfLine(text, at)
      seen = at
    } else if (comment === '//' && text.startsWith('/*', at)) {
      at = text.indexOf('*/', at) + 2
      seen = at
    } else return overLines ? at : seen
  }
  return overLines ? at : seen
}

/** Of the line break, or of the end of the text. */
function endOfLine(text: string, offset: number): number {
  const found = text.slice(offset).search(/\r?\n/)
  return found === -1 ? text.length : offset + found
}
