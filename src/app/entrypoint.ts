import { WorkerEntrypoint } from 'cloudflare:workers'
import type { GatehouseConfig } from '../config.ts'
import type { Env } from '../deployment/environment.ts'
import { type Authentication, createGatehouse } from './gatehouse.ts'

/** The Worker of a configuration: answers requests, and other Workers through a service binding. */
export function entrypoint(config: GatehouseConfig) {
  const gatehouse = createGatehouse(config)
  return class Gatehouse extends WorkerEntrypoint<Env> {
    override fetch(request: Request): Promise<Response> {
      return gatehouse.fetch(request, this.env)
    }

    /** By RPC: whether a request may go on, and who it comes from, or the answer to give in its place. */
    authenticate(request: Request): Promise<Authentication> {
      return gatehouse.authenticate(request, this.env)
    }
  }
}
