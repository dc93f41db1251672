import { assets, type GatehouseConfig, type Rule, type Site } from '../../../src/config.ts'
import { indexRules, placesOfPattern, rulesMet } from '../../../src/policy/rule-index.ts'
import type { IndexedRule } from '../../../src/policy/rule-tree.ts'
import { type Check, needsConfig, problem, sound } from '../finding.ts'
import type { Project } from '../project.ts'
import { inEnvironment, toWrite } from './change.ts'
import { ofWrangler } from './checks.ts'
import type { WranglerSettings } from './settings.ts'

/** Whether every request for something that is not public comes to the Worker before Cloudflare looks for a file. */
export const workerFirst: Check = {
  id: 'run-worker-first',
  title: 'Worker before files',
  asks: 'project',
  judge: ofWrangler(({ assets }, file, project) => {
    const { config } = project
    if (assets === undefined) return sound('no files are served')
    const { run_worker_first: first = false } = assets
    if (Array.isArray(first) && !config.ok) return needsConfig
    const found = servedBefore(assets, file.label, config)
    if (found === undefined)
      return sound(first === true ? 'run_worker_first is true' : 'for every path that is not public')
    const change = inEnvironment(project, file, {
      kind: 'set',
      path: ['assets', 'run_worker_first'],
      value: true,
    })
    return [problem({ found, why: SERVED_BEFORE, ...toWrite(file, change) })]
  }),
}

export const SERVED_BEFORE =
  'Cloudflare answers with a file before Gatehouse sees the request, whatever the rules say.'

/** @returns what is served to whom it is not for, in a sentence */
export function servedBefore(
  { run_worker_first: first = false, directory = 'its assets' }: NonNullable<WranglerSettings['assets']>,
  label: string,
  config: Project['config'],
): string | undefined {
  if (first === true) return undefined
  if (first === false)
    return `${label} serves the files of ${directory} to everybody: run_worker_first is not true.`
  const opened = config.ok ? openedBy(first, config.value) : []
  return opened.length === 0
    ? undefined
    : `run_worker_first leaves out what is not public: ${opened.join(', ')}`
}

/**
 * What a list lets past the Worker although some site protects it: files are served on every host alike. Cloudflare holds its patterns
 * against the path as it was sent, and redirects every other spelling of a file's path to the one that counts.
 *
 * @param list of Wrangler: in a pattern `*` stands for anything, slashes too; those with `!` go first
 */
export function openedBy(
  list: readonly string[],
  { sites, sitesInKv }: Pick<GatehouseConfig, 'sites' | 'sitesInKv'>,
): readonly string[] {
  const exceptions = list.filter((pattern) => pattern.startsWith('!'))
  const taken = list.filter((pattern) => !pattern.startsWith('!'))
  const takesAll = taken.some((pattern) => /^\/?\*+$/.test(pattern))
  const places = Object.entries(sites).flatMap(([key, site]) =>
    whereFilesAre(site).map((place) => ({ key, ...place })),
  )
  const opened = places.flatMap(({ key, folder, rules }) =>
    [
      ...exceptions
        .map((pattern) => pattern.slice(1))
        .filter((pattern) => isWithin(folder, pattern) && !isPublic({ rules }, pattern))
        .map((pattern) => `!${pattern}`),
      ...(takesAll ? [] : notTaken(rules, taken, folder)),
    ].map((what) => `${what} at ${key}`),
  )
  const isElsewhere = (pattern: string) => places.every(({ folder }) => !isWithin(folder, pattern))
  const ofNobody = [
    ...exceptions.filter((pattern) => isElsewhere(pattern.slice(1))),
    ...(!takesAll && isElsewhere('/') ? ['what is in the folder of no site'] : []),
  ]
  const mayOpen = sitesInKv === true && (exceptions.length > 0 || !takesAll)
  return [...opened, ...ofNobody, ...(mayOpen ? ['what sites in KV protect'] : [])]
}

interface Folder {
  /** `''` where the site has all files. */
  readonly folder: string
  /** With the paths that their files are served by: that of the folder comes before that of the site. */
  readonly rules: readonly Rule[]
}

function whereFilesAre({ upstream, rules = [] }: Site): readonly Folder[] {
  const folders = [upstream, ...rules.map((rule) => rule.upstream)].flatMap((each) =>
    each?.kind === 'assets' ? [each.folder ?? ''] : [],
  )
  return [...new Set(folders.length === 0 ? [''] : folders)].map((folder) => ({
    folder,
    rules: rules.map((rule) => ({ ...rule, path: folder + rule.path })),
  }))
}

/** Whether a pattern may take something of a folder. */
function isWithin(folder: string, pattern: string): boolean {
  const [literal = ''] = pattern.split('*')
  return `${literal}/`.startsWith(`${folder}/`) || (pattern.includes('*') && `${folder}/`.startsWith(literal))
}

/** The rules of a site that protect something which no pattern takes as a whole. */
function notTaken(rules: readonly Rule[], taken: readonly string[], folder: string): readonly string[] {
  const all = `${folder}/*`
  const open = rules.findIndex(({ path, access, methods }) => path === all && access === 'public' && !methods)
  const closed = rules.slice(0, open === -1 ? undefined : open).filter(({ access }) => access !== 'public')
  const beginnings = taken
    .filter((pattern) => /^[^*]+\*$/.test(pattern))
    .map((pattern) => pattern.slice(0, -1))
  const missed = closed
    .map(({ path }) => path)
    .filter((path) => !servedFrom(path).every((place) => beginnings.some((each) => place.startsWith(each))))
  return open === -1 ? [...missed, 'what no rule names'] : missed
}

/**
 * How every path begins from which Cloudflare serves what a rule is for. A page has several names, with `.html` and without the slash. And of
 * a file's path it serves the spelling of `encodeURIComponent`, to which it redirects every other: `@` is `%40` there. Of letters beyond ASCII
 * there may be several forms, so these are left to patterns that end before them.
 */
const servedFrom = (path: string): readonly string[] =>
  placesOfPattern(path, true).map(({ segments }) =>
    `/${segments.map(encodeURIComponent).join('/')}`.replace(/%[89A-F].*$/, ''),
  )

/** Whether all that a pattern takes is public at a site. */
export function isPublic({ rules = [] }: Pick<Site, 'rules'>, pattern: string): boolean {
  const [literal = '', ...more] = pattern.split('*')
  const isExact = more.length === 0
  const place = decoded(isExact ? literal : literal.slice(0, literal.lastIndexOf('/')))
  if (place === undefined) return false
  // The page of the folder may be that of the one above it, too.
  return isExact
    ? isPublicPath(rules, place)
    : isPublicFolder(rules, place) && isPublicPath(rules, `${place}/`)
}

/** @returns `undefined` for what is no path, or has a form of Unicode that rules do not have: files are told apart by it */
function decoded(path: string): string | undefined {
  try {
    const plain = decodeURIComponent(path)
    return plain === plain.normalize('NFC') ? plain : undefined
  } catch {
    return undefined
  }
}

/** As the gate decides it, for the methods by which there are files. */
function isPublicPath(rules: readonly Rule[], path: string): boolean {
  const index = indexRules<IndexedRule>(
    rules.map((rule, at) => ({ ...rule, index: at })),
    { upstream: assets() },
  )
  return ['GET', 'HEAD'].every((method) =>
    rulesMet(index, [{ path, how: '' }], method).every(({ rule }) => rule?.access === 'public'),
  )
}

/** @param path without a slash at its end */
function isPublicFolder(rules: readonly Rule[], path: string): boolean {
  const folder = `${path}/`
  for (const { path: pattern, access, methods } of rules.filter(isForFiles)) {
    const isOpen = access === 'public' && (methods?.includes('GET') ?? true)
    for (const { segments, wholeSubtree } of placesOfPattern(pattern, true)) {
      const place = segments.map((segment) => `/${segment}`).join('')
      if (isOpen && wholeSubtree && folder.startsWith(`${place}/`)) return true
      const isBelow = `${place}/`.toLowerCase().startsWith(folder.toLowerCase())
      const isAbove = wholeSubtree && folder.toLowerCase().startsWith(`${place}/`.toLowerCase())
      if (!isOpen && (isBelow || isAbove)) return false
    }
  }
  return false
}

/** Files are there for GET and HEAD. */
const isForFiles = ({ methods }: Rule) => methods?.some((method) => /GET|HEAD/.test(method)) ?? true
