import config from '../gatehouse.config.ts'
import { entrypoint } from './entrypoint.ts'

export { OrganizationSessions } from './session/organization-sessions.ts'

export default entrypoint(config)
