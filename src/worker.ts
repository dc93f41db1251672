import config from '../gatehouse.config.ts'
import { createGatehouse } from './gatehouse.ts'

export { OrganizationSessions } from './session/organization-sessions.ts'

export default createGatehouse(config)
