import { env } from 'cloudflare:workers'
import type { GatehouseConfig } from '../../src/config.ts'

/** Stands in for gatehouse.config.ts, so that one bundle of src/worker.ts serves every configuration that is measured. */
export default (env as unknown as { readonly BENCH_CONFIG: GatehouseConfig }).BENCH_CONFIG
