import config from '../gatehouse.config.ts'
import { entrypoint } from './app/entrypoint.ts'

export { OrganizationSessions } from './registry/organization-sessions.ts'

export default entrypoint(config)
