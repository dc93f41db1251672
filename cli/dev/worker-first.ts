import { err, ok } from '../../src/base/result.ts'
import type { GatehouseConfig } from '../../src/config.ts'
import { Complaint } from '../complaint.ts'
import { toWrite } from '../doctor/wrangler/change.ts'
import { SERVED_BEFORE, servedBefore } from '../doctor/wrangler/worker-first.ts'
import { isWorkerFirst } from '../wrangler/our-settings.ts'
import type { WorkerFile } from '../wrangler/worker-file.ts'

type Assets = WorkerFile['config']['assets']

/**
 * Static files are served before the Worker sees a request, unless the wrangler file says otherwise.
 *
 * @param gatehouse what says which of them are public; `undefined` where it has problems
 * @throws {Complaint} where some of them would be public whatever the rules say
 */
export function requireWorkerFirst(
  worker: Pick<WorkerFile, 'label' | 'file' | 'config'>,
  gatehouse: GatehouseConfig | undefined,
): void {
  const { assets } = worker.config
  const found = servedToEverybody(assets, worker.label, gatehouse)
  if (found === undefined) return
  const { remedy } = toWrite(worker, { kind: 'set', path: ['assets', 'run_worker_first'], value: true })
  if (gatehouse === undefined && Array.isArray(assets?.run_worker_first))
    throw new Complaint(
      `${found}, and that has problems: put it right first (npx gatehouse doctor --offline). Or else ${remedy[0]?.toLowerCase()}${remedy.slice(1)}`,
    )
  throw new Complaint(`${found} ${SERVED_BEFORE} ${remedy}`)
}

/** @returns what is served to whom it is not for, in a sentence; one that goes on where nobody knows what is public */
export function servedToEverybody(
  assets: Assets,
  label: string,
  gatehouse: GatehouseConfig | undefined,
): string | undefined {
  if (assets?.directory === undefined) return undefined
  const { run_worker_first: first = false } = assets
  if (isWorkerFirst(first)) return undefined
  if (Array.isArray(first) && gatehouse === undefined)
    return `What run_worker_first in ${label} leaves out has to be public by gatehouse.config.ts`
  return servedBefore(assets, label, gatehouse === undefined ? err([]) : ok(gatehouse))
}
