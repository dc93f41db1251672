import { env } from 'cloudflare:workers'
// With the package: 'gatehouse-sso'
import { gatehouse } from '../../src/index.ts'
import config, { configFor } from './gatehouse.config.ts'

export { OrganizationSessions } from '../../src/index.ts'

const { API_ORIGIN } = env as { readonly API_ORIGIN?: string }

export default gatehouse(API_ORIGIN === undefined ? config : configFor(API_ORIGIN))
