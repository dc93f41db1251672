import type { GatehouseConfig, Rule, Site } from '../../src/config.ts'
import { type Check, type Finding, problem, skipped, sound } from './finding.ts'
import { inFile, ofWrangler } from './wrangler-checks.ts'

/**
 * Whether every request for something that is not public comes to the Worker before Cloudflare looks for a file.
 *
 * Cloudflare holds patterns against the path as it was sent, and then looks for the file under the decoded one, with `//` as `/`: what only
 * `/admin/*` brings to the Worker is served under `/%61dmin/` and `//admin/` without it. So a list has to take every path, and only its
 * exceptions can be fewer.
 */
export const workerFirst: Check = {
  id: 'run-worker-first',
  title: 'Worker before files',
  asks: 'project',
  judge: ofWrangler(({ assets }, { label }, { config }) => {
    if (assets === undefined) return sound('no files are served')
    const { run_worker_first: first = false, directory = 'its assets' } = assets
    const trouble = (found: string, why: string): readonly Finding[] => [
      problem({ found, why, remedy: `Write ${inFile(label, 'run_worker_first', true, 'assets')}` }),
    ]
    if (first === true) return sound('run_worker_first = true')
    if (first === false)
      return trouble(
        `${label} serves the files of ${directory} to everybody: run_worker_first is not true.`,
        'Cloudflare answers with a file before Gatehouse sees the request, whatever the rules say.',
      )
    if (!first.some((pattern) => /^(\/?\*+)$/.test(pattern)))
      return trouble(
        `run_worker_first lists some paths only: ${first.join(' ') || 'none'}`,
        'What a list leaves out is served to everybody, and what it names is too, in another spelling: /%61dmin/ is no /admin/*.',
      )
    if (!config.ok) return skipped('needs a valid gatehouse.config.ts')
    const opened = first.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1))
    const wrong = opened.flatMap((pattern) => closedAt(config.value, pattern).map((site) => [pattern, site]))
    if (wrong.length === 0) return sound(`run_worker_first, all but ${opened.join(' ') || 'nothing'}`)
    return trouble(
      `run_worker_first has exceptions that are not public: ${wrong.map(([pattern, site]) => `!${pattern} at ${site}`).join(', ')}`,
      'Cloudflare answers there with a file before Gatehouse sees the request, whatever the rules say.',
    )
  }),
}

/** The sites at which something that a pattern takes is not public. Files are served on every host alike. */
const closedAt = ({ sites, sitesInKv }: GatehouseConfig, pattern: string): readonly string[] => [
  ...Object.entries(sites).flatMap(([key, site]) => (isPublic(site, pattern) ? [] : [key])),
  ...(sitesInKv ? ['sites in KV'] : []),
]

/** @param pattern of Wrangler: `*` stands for anything, slashes too */
export function isPublic({ rules = [] }: Pick<Site, 'rules'>, pattern: string): boolean {
  const [literal = ''] = pattern.toLowerCase().split('*')
  const isExact = !pattern.includes('*')
  /** The path, or the folder that has all of them. */
  const path = withoutSlash(isExact ? literal : literal.slice(0, literal.lastIndexOf('/')))
  for (const { path: ofRule, access, methods } of rules.filter(isForFiles)) {
    const [, folder, own = ''] = /^(.*)\/\*$|^(.*)$/.exec(decodeURIComponent(ofRule).toLowerCase()) ?? []
    const isOpen = access === 'public' && (methods?.includes('GET') ?? true)
    const takesAll =
      folder !== undefined ? `${path}/`.startsWith(`${folder}/`) : isExact && path === withoutSlash(own)
    if (takesAll && isOpen) return true
    const takesSome = takesAll || (!isExact && `${folder ?? own}/`.startsWith(`${path}/`))
    if (takesSome && !isOpen) return false
  }
  return false
}

const withoutSlash = (path: string) => path.replace(/\/$/, '')

/** Files are there for GET and HEAD. */
const isForFiles = ({ methods }: Rule) => methods?.some((method) => /GET|HEAD/.test(method)) ?? true
