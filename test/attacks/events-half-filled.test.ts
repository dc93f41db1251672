import { reset } from 'cloudflare:test'
import { afterEach, expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
import { deliver, WEBHOOK_SECRET } from '../support/deliver.ts'
import { ACME, JANE } from '../support/openid-provider.ts'
import { createWorld, DOCS } from '../support/world.ts'

afterEach(() => reset())

/**
 * What takes access away says whom it is about in several ways, and a directory fills in what it has: of the others some senders leave the field
 * away, some write `null`, some an empty text. None of that may let somebody stay whom the rest names.
 */

const config = defineConfig({
  sites: {
    'docs.example.com': {
      organization: ACME,
      upstream: assets(),
      rules: [
        { path: '/admin/*', require: { roles: ['admin'], groups: ['Engineering'] } },
        { path: '/*', strict: true },
      ],
    },
  },
})

const { email, user: dp_id } = JANE

test.each<[type: string, data: object, organization?: string]>([
  ['organization.directory.user_deleted', { email, dp_id: '' }],
  ['organization.directory.user_deleted', { email: '', dp_id }],
  ['organization.directory.user_deleted', { email, active: null }],
  ['organization.directory.user_deleted', { email, active: '' }],
  ['organization.directory.user_deleted', { email, dp_id: 17 }],
  ['organization.directory.user_deleted', { email, dp_id: 'x'.repeat(600) }],
  ['organization.directory.user_updated', { email, dp_id: '', active: false }],
  ['organization.directory.user_updated', { email: '', dp_id, active: false }],
  ['organization.directory.user_updated', { email, roles: [{ role_name: 'member' }, { role_name: '' }] }],
  [
    'organization.directory.user_updated',
    { email, roles: [{ role_name: 'member' }, { role_name: null }, {}] },
  ],
  ['organization.directory.user_updated', { email, groups: [{ id: '', name: 'Sales' }] }],
  ['organization.directory.user_updated', { email, roles: [], groups: 'none', dp_id: '' }],
  ['user.organization_membership_deleted', { user: { id: '', email } }],
  ['user.organization_membership_deleted', { user: { email } }],
  ['user.organization_membership_deleted', { user: { id: `${JANE.connection};${JANE.user}`, email: '' } }],
  ['user.logout', { user_session: { session_id: 'ses_jane', organization_id: '' } }],
  ['user.logout', { user_session: { session_id: 'ses_jane', organization_id: ACME } }, ''],
])('%s %j ends the session of whom it names', async (type, data, organization = ACME) => {
  const at = await createWorld({ config, env: { SCALEKIT_WEBHOOK_SECRET: WEBHOOK_SECRET } })
  const browser = at.browser()
  await at.signIn(browser, `${DOCS}/page`, JANE, {
    claims: { sid: 'ses_jane', idp_roles: ['admin'], groups: ['Engineering'] },
  })
  expect((await browser.clone().request(`${DOCS}/page`)).status).toBe(200)
  at.clock.advance(1)
  const response = await deliver(at, type, data, { organization })
  expect([response.status, await response.json()]).toEqual([200, { received: true, applied: true }])
  expect((await browser.request(`${DOCS}/page`)).status).toBe(401)
})
