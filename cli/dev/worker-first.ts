import { err, ok } from '../../src/base/result.ts'
import type { GatehouseConfig } from '../../src/config.ts'
import { Complaint } from '../complaint.ts'
import { SERVED_BEFORE, servedBefore } from '../doctor/wrangler/worker-first.ts'
import { isWorkerFirst } from '../wrangler/our-settings.ts'
import type { WorkerFile } from '../wrangler/worker-file.ts'

/**
 * Static files are served before the Worker sees a request, unless the wrangler file says otherwise.
 *
 * @param gatehouse what says which of them are public; `undefined` where it has problems
 * @throws {Complaint} where some of them would be public whatever the rules say
 */
export function requireWorkerFirst(
  { label, config: { assets } }: WorkerFile,
  gatehouse: GatehouseConfig | undefined,
): void {
  if (assets?.directory === undefined) return
  const { run_worker_first: first = false } = assets
  if (isWorkerFirst(first)) return
  if (Array.isArray(first) && gatehouse === undefined)
    throw new Complaint(
      `What run_worker_first in ${label} leaves out has to be public by gatehouse.config.ts, and that has problems: ` +
        'put it right first (npx gatehouse doctor --offline), or write run_worker_first = true under [assets].',
    )
  const found = servedBefore(assets, label, gatehouse === undefined ? err([]) : ok(gatehouse))
  if (found !== undefined)
    throw new Complaint(`${found} ${SERVED_BEFORE} Write run_worker_first = true under [assets].`)
}
