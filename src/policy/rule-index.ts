import { err, ok, type Result } from '../base/result.ts'
import type { Site } from '../config.ts'
import type { Reading } from './readings.ts'
import { firstMatch, type IndexedRule, insert, newTree, type Place, type RuleTree } from './rule-tree.ts'

/** What of a site says how the upstream reads a path. */
export type PathReader = Pick<Site, 'upstream' | 'caseSensitive'>

interface Planted<R extends IndexedRule> {
  readonly tree: RuleTree<R>
  /** Goes before all rules, for what is in the folder by name; it is never the name of a page. */
  readonly reserved: { readonly folder: string; readonly rule: R } | undefined
}

/** The rules of a site, for every way in which its upstream may read a path. */
export interface RuleIndex<R extends IndexedRule> {
  readonly written: Planted<R>
  /**
   * The same in lower case, where the upstream may take no notice of case; `written` itself where every pattern is in lower case
   * anyway.
   */
  readonly lowerCase: Planted<R> | undefined
  /** Whether a page has several names, as static files have. */
  readonly pages: boolean
}

/** A reading of a path and the rule it meets; `undefined` where none matches. */
export interface Met<R extends IndexedRule> extends Reading {
  readonly rule: R | undefined
}

/** Whether an upstream knows a page by several names, as static files do. */
export const hasPages = ({ upstream }: PathReader): boolean => upstream?.kind === 'assets'

/**
 * @param rules in the order of the configuration
 * @param reserved goes before all of them, for a folder by its name
 */
export function indexRules<R extends IndexedRule>(
  rules: readonly R[],
  reader: PathReader,
  reserved?: { readonly folder: string; readonly rule: R },
): RuleIndex<R> {
  const pages = hasPages(reader)
  const patterns = rules.map((rule) => ({ rule, pattern: parsePattern(rule.path) }))
  const plant = (read: (path: string) => string): Planted<R> => {
    const tree = newTree<R>()
    for (const { rule, pattern } of patterns)
      for (const place of placesOf({ ...pattern, path: read(pattern.path) }, pages)) insert(tree, rule, place)
    return { tree, reserved: reserved && { ...reserved, folder: read(reserved.folder) } }
  }
  const written = plant((path) => path)
  if (pages || reader.caseSensitive === true) return { written, lowerCase: undefined, pages }
  const texts = [...patterns.map(({ pattern }) => pattern.path), reserved?.folder ?? '']
  const sameInLowerCase = texts.every((text) => inLowerCase(text) === text)
  return { written, lowerCase: sameInLowerCase ? written : plant(inLowerCase), pages }
}

/** Where in an index a pattern stands, as it is written. */
export const placesOfPattern = (pattern: string, pages: boolean): readonly Place[] =>
  placesOf(parsePattern(pattern), pages)

/**
 * The rule for a path, where all its readings meet the same one.
 *
 * @returns the rule, `undefined` where none matches; or what each reading meets, where they disagree
 */
export function selectRule<R extends IndexedRule>(
  index: RuleIndex<R>,
  readings: readonly Reading[],
  method: string,
): Result<R | undefined, readonly Met<R>[]> {
  const [first] = readings
  if (first !== undefined && readings.length === 1 && !changesInLowerCase(index, first.path)) {
    const rules = rulesAt(index.written, first.path, method, index.pages)
    if (rules.length === 1) return ok(rules[0])
  }
  const met = rulesMet(index, readings, method)
  return met.every(({ rule }) => rule === met[0]?.rule) ? ok(met[0]?.rule) : err(met)
}

/** The rule that each reading meets, for operators to see. */
export function rulesMet<R extends IndexedRule>(
  { written, lowerCase, pages }: RuleIndex<R>,
  readings: readonly Reading[],
  method: string,
): readonly Met<R>[] {
  const metIn = (planted: Planted<R>, path: string, how: string): Met<R>[] =>
    rulesAt(planted, path, method, pages).map((rule) => ({ path, how, rule }))
  return readings.flatMap(({ path, how }) => {
    const asIs = metIn(written, path, how)
    if (lowerCase === undefined || !changesInLowerCase({ written, lowerCase }, path)) return asIs
    return [
      ...asIs,
      ...metIn(lowerCase, inLowerCase(path), how === '' ? LOWER_CASE : `${how}, ${LOWER_CASE}`),
    ]
  })
}

const LOWER_CASE = 'in lower case'

/** Whether a reading comes about only where the upstream takes no notice of case. */
export const isInLowerCase = ({ how }: Reading): boolean => how.endsWith(LOWER_CASE)

const changesInLowerCase = <R extends IndexedRule>(
  { written, lowerCase }: Pick<RuleIndex<R>, 'written' | 'lowerCase'>,
  path: string,
): boolean => lowerCase !== undefined && (lowerCase !== written || /[A-Z\x80-\uffff]/.test(path))

/** By way of upper case, as file systems compare: the long s and the Kelvin sign are letters like others then. */
const inLowerCase = (text: string): string => text.toUpperCase().toLowerCase()

/** The rules that a path meets, one for each page that it may name. */
function rulesAt<R extends IndexedRule>(
  { tree, reserved }: Planted<R>,
  path: string,
  method: string,
  pages: boolean,
): readonly (R | undefined)[] {
  if (reserved !== undefined && isWithin(reserved.folder, path)) return [reserved.rule]
  if (!pages) return [firstMatch(tree, segmentsOf(path), method)]
  const { name, other } = pageNames(path)
  const rule = firstMatch(tree, name, method)
  // A folder or file that is called like a page matters only where a rule knows it.
  if (other === undefined || (other.isUnlikely && !isKnown(tree, other.name))) return [rule]
  const another = firstMatch(tree, other.name, method)
  // A public page changes nothing: it is open under its own names anyway.
  if (another === rule || another?.access === 'public') return [rule]
  return rule?.access === 'public' ? [another] : [rule, another]
}

const isWithin = (folder: string, path: string): boolean =>
  path.startsWith(folder) && (path.length === folder.length || path[folder.length] === '/')

interface Pattern {
  /** Decoded, in the normal form in which keyboards write. */
  readonly path: string
  readonly wholeSubtree: boolean
}

function parsePattern(pattern: string): Pattern {
  const wholeSubtree = pattern.endsWith('/*')
  const path = decodeURIComponent(wholeSubtree ? pattern.slice(0, -1) : pattern).normalize('NFC')
  return { path, wholeSubtree }
}

/** The name of a page is one of several, that of a folder has no other: `/index/` is not the home page, and `/v1.html/*` not `/v1/*`. */
function placesOf({ path, wholeSubtree }: Pattern, pages: boolean): Place[] {
  if (!pages || path.endsWith('/')) return [{ segments: segmentsOf(path), wholeSubtree }]
  const { name, other } = pageNames(path)
  const names = other === undefined || other.isUnlikely ? [name] : [name, other.name]
  return names.map((segments) => ({ segments, wholeSubtree }))
}

/** A trailing slash makes no difference. */
function segmentsOf(path: string): string[] {
  if (path === '/') return []
  return (path.endsWith('/') ? path.slice(1, -1) : path.slice(1)).split('/')
}

interface PageNames {
  readonly name: readonly string[]
  readonly other?: { readonly name: readonly string[]; readonly isUnlikely: boolean }
}

/**
 * The pages that a path before static files may name: `/a`, `/a/`, `/a.html` and `/a/index.html` are answered from one file. Behind a
 * slash or further names `a.html` is a folder and no page. Which of two it is depends on the files and on Cloudflare's `html_handling`,
 * which are not known here: `/a/index` and `/a/index/` may be the page of `/a` or of a folder in it, and `/a.html` may in the end be a folder
 * of that name, or a file `a.html.html`.
 */
function pageNames(path: string): PageNames {
  const name = segmentsOf(path)
  const last = name.at(-1)
  const parent = name.slice(0, -1)
  if (last === 'index') return { name, other: { name: parent, isUnlikely: false } }
  if (path.endsWith('/') || last === undefined || !last.endsWith('.html')) return { name }
  const page = last === 'index.html' ? '' : last.slice(0, -'.html'.length)
  return { name: page === '' ? parent : [...parent, page], other: { name, isUnlikely: true } }
}

/** Whether some rule is for this very place, or for what is below it. */
function isKnown<R extends IndexedRule>(tree: RuleTree<R>, name: readonly string[]): boolean {
  let node: RuleTree<R> | undefined = tree
  for (const segment of name) node = node?.children.get(segment)
  return node !== undefined
}
