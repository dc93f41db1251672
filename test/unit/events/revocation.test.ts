import { describe, expect, test } from 'vitest'
import { revocationsOf } from '../../../src/events/revocation.ts'
import type { EventScope } from '../../../src/policy/event-scope.ts'
import { parseEvent } from '../../../src/scalekit/events.ts'

const OCCURRED_AT = '2025-10-14T07:49:05.809554456Z'
const SECONDS = 1760428145

/** No connection without an organization; one role matters. */
const SCOPE: EventScope = { connections: [], roles: new Set(['admin']), groups: new Set() }

const event = (type: string, data: unknown, organization: string | null = 'org_1') => {
  const envelope = {
    spec_version: '1',
    id: 'evt_1',
    type,
    object: 'Object',
    occurred_at: OCCURRED_AT,
    environment_id: 'env_1',
    organization_id: organization,
    data,
  }
  const parsed = parseEvent(JSON.stringify(envelope))
  if (parsed === undefined) throw new Error('not an event')
  return parsed
}

describe('ends sessions', () => {
  test.each([
    ['organization.deleted', { id: 'org_1' }, [{ everyone: true }], 'organization_deleted'],
    [
      'organization.sso_disabled',
      { id: 'conn_1', enabled: false },
      [{ connectionId: 'conn_1' }],
      'connection_disabled',
    ],
    ['organization.sso_deleted', { id: 'conn_1' }, [{ connectionId: 'conn_1' }], 'connection_disabled'],
    [
      'organization.directory.user_deleted',
      { id: 'diruser_1', organization_id: 'org_other', dp_id: 'idp-1', email: 'John.Doe@Example.com' },
      [{ email: 'John.Doe@Example.com' }, { idpUserId: 'idp-1' }],
      'user_deactivated',
    ],
    [
      'organization.directory.user_deleted',
      { id: 'diruser_1', organization_id: 'org_1', dp_id: 'idp-1' },
      [{ idpUserId: 'idp-1' }],
      'user_deactivated',
    ],
    [
      'organization.directory.user_updated',
      { id: 'diruser_1', email: 'john@example.com', active: false },
      [{ email: 'john@example.com' }],
      'user_deactivated',
    ],
    [
      'user.logout',
      // Scalekit's sample: still ACTIVE, and the two user IDs differ.
      { user: { id: 'usr_1' }, user_session: { session_id: 'ses_1', user_id: 'usr_2', status: 'ACTIVE' } },
      [{ scalekitSessionId: 'ses_1' }],
      'scalekit_logout',
    ],
    [
      'user.organization_membership_deleted',
      { organization: { id: 'org_1' }, user: { id: 'usr_1', email: 'John@acme.example' } },
      [{ subject: 'usr_1' }, { email: 'John@acme.example' }],
      'membership_deleted',
    ],
    [
      'organization.directory.user_updated',
      { email: 'a@b.example', active: false, roles: 'nonsense', groups: [1] },
      [{ email: 'a@b.example' }],
      'user_deactivated',
    ],
    [
      'organization.directory.user_updated',
      { email: 'a@b.example', active: true, roles: [{ role_name: 'member' }, { role_name: 'admin' }] },
      [{ email: 'a@b.example', unlike: { roles: { held: ['member', 'admin'], wanted: ['admin'] } } }],
      'roles_changed',
    ],
    [
      'organization.directory.user_updated',
      { dp_id: 'idp-1', roles: [], groups: [{ id: 'dirgroup_1', name: 'eng' }] },
      [
        {
          idpUserId: 'idp-1',
          unlike: {
            roles: { held: [], wanted: [] },
            groups: { held: ['dirgroup_1', 'eng'], wanted: [] },
          },
        },
      ],
      'roles_changed',
    ],
    ['organization.directory.group_updated', { id: 'dirgroup_1' }, [{ privileged: true }], 'roles_changed'],
    ['organization.directory.group_deleted', { id: 'dirgroup_1' }, [{ privileged: true }], 'roles_changed'],
    ['organization.directory_disabled', { id: 'dir_1' }, [{ privileged: true }], 'roles_changed'],
    [
      'user.organization_membership_updated',
      { user: { id: 'usr_1', email: 'john@acme.example' } },
      [{ subject: 'usr_1' }, { email: 'john@acme.example' }],
      'roles_changed',
    ],
  ])('%s', (type, data, selectors, reason) => {
    const registrants = type.includes('.sso_') ? ['org_1', 'conn_1'] : ['org_1']
    expect(revocationsOf(event(type, data), SCOPE)).toEqual([
      { registrants, selectors, reason, occurredAt: SECONDS },
    ])
  })

  test('of logins without an organization too, where a site names a connection and nobody knows whose it is', () => {
    const scope = { ...SCOPE, connections: ['conn_8', 'conn_9'] }
    const told = (type: string, data: unknown) =>
      revocationsOf(event(type, data), scope).map(({ registrants, selectors }) => [registrants, selectors])
    const user = { email: 'a@b.example', dp_id: 'a' }
    expect(told('organization.deleted', {})).toEqual([[['org_1', 'conn_8', 'conn_9'], [{ everyone: true }]]])
    // A customer's directory may call its people anything; an address is one that Scalekit has for this customer.
    expect(told('organization.directory.user_deleted', user)).toEqual([
      [['org_1'], [{ email: 'a@b.example' }, { idpUserId: 'a' }]],
      [['conn_8', 'conn_9'], [{ email: 'a@b.example' }]],
    ])
    for (const type of ['group_updated', 'group_deleted']) {
      expect(told(`organization.directory.${type}`, {})).toEqual([[['org_1'], [{ privileged: true }]]])
    }
    const member = { user: { id: 'usr_1', email: 'a@b.example' } }
    const byMembership = [{ subject: 'usr_1' }, { email: 'a@b.example' }]
    expect(told('user.organization_membership_deleted', member)).toEqual([[['org_1'], byMembership]])
    expect(told('organization.sso_disabled', { id: 'conn_1' })).toEqual([
      [['org_1', 'conn_1'], [{ connectionId: 'conn_1' }]],
    ])
  })

  test('a logout takes the organization of its session where the event names none', () => {
    const data = { user_session: { session_id: 'ses_1', organization_id: 'org_2' } }
    expect(revocationsOf(event('user.logout', data, null), SCOPE)).toMatchObject([{ registrants: ['org_2'] }])
  })
})

describe('ends none', () => {
  test.each([
    ['a type that is unknown', 'user.something_new', {}],
    [
      'a user who stays active',
      'organization.directory.user_updated',
      { email: 'a@b.example', active: true },
    ],
    [
      'an update that says nothing about being active',
      'organization.directory.user_updated',
      { email: 'a@b.example' },
    ],
    ['a user without anything to be found by', 'organization.directory.user_deleted', { id: 'diruser_1' }],
    ['a connection that is switched on', 'organization.sso_enabled', { id: 'conn_1', enabled: true }],
    ['a connection event without a connection', 'organization.sso_disabled', {}],
    ['data of another kind', 'organization.sso_disabled', 'conn_1'],
    ['no data', 'user.logout', undefined],
  ])('%s', (_case, type, data) => {
    expect(revocationsOf(event(type, data), SCOPE)).toEqual([])
  })

  test('an event without an organization', () => {
    expect(revocationsOf(event('organization.deleted', {}, null), SCOPE)).toEqual([])
  })
})

test.each([
  ['null', null],
  ['a list', []],
  ['no type', { id: 'evt_1', occurred_at: OCCURRED_AT }],
  ['a time that is none', { id: 'evt_1', type: 'organization.deleted', occurred_at: 'yesterday' }],
  ['an id that is empty', { id: '', type: 'organization.deleted', occurred_at: OCCURRED_AT }],
])('%s is no event', (_case, body) => {
  expect(parseEvent(JSON.stringify(body))).toBeUndefined()
})

test.each(['', '{', '<html>'])('%j, which is no JSON, is no event', (text) => {
  expect(parseEvent(text)).toBeUndefined()
})
