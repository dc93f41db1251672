import config from '../gatehouse.config.ts'
import { gatehouse, gatehouseEntrypoint } from './index.ts'

export { OrganizationSessions } from './index.ts'

const worker = gatehouse(config)

export default worker

/** For other Workers, by RPC. */
export class Gatehouse extends gatehouseEntrypoint(worker) {}
