import { WorkerEntrypoint } from 'cloudflare:workers'
import type { Env } from '../deployment/environment.ts'
import type { Authentication, Gatehouse } from './gatehouse.ts'

/** What another Worker sees through its service binding. */
export type GatehouseEntrypoint = new (
  context: ExecutionContext,
  env: Env,
) => WorkerEntrypoint<Env> & {
  /** Whether a request may go on, and who it comes from, or the answer to give in its place. */
  authenticate(request: Request): Promise<Authentication>
}

/**
 * A class to extend, and to export under a name: `export class Gatehouse extends gatehouseEntrypoint(worker) {}`. It is the entrypoint by which other Workers ask, through a service
 * binding with `entrypoint = "Gatehouse"`. The default export stays a
 * plain object beside it: as a class it would cost every request its construction.
 */
export function gatehouseEntrypoint(gatehouse: Gatehouse): GatehouseEntrypoint {
  return class extends WorkerEntrypoint<Env> {
    override fetch(request: Request): Promise<Response> {
      return gatehouse.fetch(request, this.env, this.ctx)
    }

    authenticate(request: Request): Promise<Authentication> {
      return gatehouse.authenticate(request, this.env, this.ctx)
    }
  }
}
