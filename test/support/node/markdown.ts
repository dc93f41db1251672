import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../../..')

/** A text file of this repository. @param file its path from the root */
export const readText = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

/** Files of this repository, by their paths from the root. */
export const filesLike = (pattern: string): string[] =>
  globSync(pattern, { cwd: ROOT }).map((file) => file.replaceAll('\\', '/'))

export interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The tables of a Markdown file, in their order. A cell may hold `\|`. */
export function tablesOf(markdown: string): Table[] {
  const blocks = withoutCode(markdown).match(/(?:^\|.*\n)+/gm) ?? []
  return blocks.map((block) => {
    const [head = [], _line, ...rows] = block.trimEnd().split('\n').map(cellsOf)
    return { head, rows }
  })
}

/** The rows of every table whose first column is called `name`. */
export const rowsAbout = (markdown: string, name: string): (readonly string[])[] =>
  tablesOf(markdown)
    .filter(({ head }) => head[0] === name)
    .flatMap(({ rows }) => rows)

/** What stands under a heading, up to the next one of its level or above. @param heading as it is written, with its `#` */
export function sectionOf(markdown: string, heading: string): string {
  const [, level = ''] = /^(#+) /.exec(heading) ?? []
  const plain = markdown.replace(/^( *)```.*?^\1```$/gms, (block) => block.replaceAll('\n#', '\n '))
  const start = plain.indexOf(`\n${heading}\n`)
  if (start < 0) throw new Error(`There is no heading ${heading}`)
  const from = start + heading.length + 2
  const length = plain.slice(from).search(new RegExp(`^#{1,${level.length}} `, 'm'))
  return markdown.slice(from, length < 0 ? undefined : from + length)
}

/** The blocks of code in a language, in their order. */
export const blocksIn = (markdown: string, language: string): string[] =>
  [...markdown.matchAll(new RegExp(`^( *)\`\`\`${language}\\n(.*?)^\\1\`\`\`$`, 'gms'))].map(
    ([, indent = '', code = '']) => code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  )

/** What stands between single backticks. */
export const codeIn = (text: string): string[] =>
  [...withoutCode(text).matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

/** The headings, as they are written. */
export const headingsOf = (markdown: string): string[] =>
  [...withoutCode(markdown).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading)

/** What links to headings end with, as GitHub makes it. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>()
  return headingsOf(markdown).map((heading) => {
    const anchor = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-')
    const before = seen.get(anchor) ?? 0
    seen.set(anchor, before + 1)
    return before === 0 ? anchor : `${anchor}-${before}`
  })
}

/** The targets of links and images that lead to files of this repository. */
export const relativeLinksOf = (markdown: string): string[] =>
  [...withoutCode(markdown).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target))

const withoutCode = (markdown: string): string => markdown.replace(/^( *)```.*?^\1```$/gms, '')

const cellsOf = (line: string): string[] =>
  line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
