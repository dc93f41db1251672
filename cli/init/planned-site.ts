import { isWorkerFirst } from '../wrangler/our-settings.ts'
import type { PlannedWorker } from './planned-worker.ts'
import { CONFIG, type ProjectFiles } from './project-files.ts'
import type { ConfigText } from './texts.ts'
import { SINGLE_PAGE } from './wrangler-needs.ts'

/** What the new configuration says about files and code. */
type PlannedSite = Pick<ConfigText, 'upstream' | 'others'> & { readonly yours: readonly string[] }

/** By which paths the Worker's own code answers now, as far as the wrangler file says. */
export function siteOf({ wrangler }: ProjectFiles, { hasApp }: PlannedWorker): PlannedSite {
  const {
    directory,
    binding,
    run_worker_first: first,
    not_found_handling: missing,
  } = Object(wrangler?.tree['assets'])
  const hasFiles = !hasApp || directory !== undefined || binding !== undefined
  const files = missing === SINGLE_PAGE ? 'spa' : 'assets'
  if (!hasApp) return { upstream: files, others: [], yours: [] }
  if (!hasFiles || isWorkerFirst(first)) return { upstream: 'app', others: [], yours: [] }
  const patterns: readonly string[] = Array.isArray(first) ? first.map(String) : []
  const except = patterns.flatMap((path) => (path.startsWith('!') ? [path.slice(1)] : []))
  if (patterns.includes('/*')) return { upstream: 'app', others: except.filter(isPath), yours: [] }
  const own = patterns.filter((path) => !path.startsWith('!') && isPath(path))
  if (own.length > 0) return { upstream: files, others: own, yours: [] }
  return {
    upstream: files,
    others: ['/api/*'],
    yours: [
      `Say in ${CONFIG} which paths your own code answers (upstream: app()): all others are static files now, and /api/* is a guess.`,
    ],
  }
}

/** One that a rule can have. */
const isPath = (path: string) => /^\/[^*]*(\/\*)?$/.test(path)
