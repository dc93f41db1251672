import { expect, test } from 'vitest'
import { assets, minutes, seconds } from '../../../src/config.ts'
import { parseConfig } from '../../../src/policy/config-schema.ts'

const RULE = 'sites["docs.example.com"].rules[0]'
const publicly = { access: 'public' }

test.each<[string, object, string]>([
  ['no path', publicly, `${RULE}.path`],
  ['an empty path', { path: '', ...publicly }, `${RULE}.path`],
  ['a path without a slash', { path: 'a', ...publicly }, `${RULE}.path must start with /`],
  ['a star in the middle', { path: '/a/*/b', ...publicly }, `${RULE}.path may have a *`],
  ['a star for a part of a name', { path: '/a*', ...publicly }, `${RULE}.path may have a *`],
  ['two stars', { path: '/**', ...publicly }, `${RULE}.path may have a *`],
  ['a query', { path: '/a?b', ...publicly }, `${RULE}.path must be a plain path`],
  ['a fragment', { path: '/a#b', ...publicly }, `${RULE}.path must be a plain path`],
  ['a dot segment', { path: '/a/../b', ...publicly }, `${RULE}.path must be a plain path`],
  ['a dot segment at its end', { path: '/a/.', ...publicly }, `${RULE}.path must be a plain path`],
  ['two slashes', { path: '//a', ...publicly }, `${RULE}.path must be a plain path`],
  ['a backslash', { path: '/a\\b', ...publicly }, `${RULE}.path must be a plain path`],
  ['a lone percent sign', { path: '/100%', ...publicly }, `${RULE}.path has invalid percent-encoding`],
  ['an escape that is no UTF-8', { path: '/%ff', ...publicly }, `${RULE}.path has invalid percent-encoding`],
  [
    'an encoded slash, which no request can have',
    { path: '/a%2Fb', ...publicly },
    `${RULE}.path must be a plain path`,
  ],
  [
    'an encoded dot segment, which no request can have',
    { path: '/a/%2e%2e/b', ...publicly },
    `${RULE}.path has invalid`,
  ],
  [
    'both access and a requirement',
    { path: '/', ...publicly, require: { roles: ['a'] } },
    `${RULE} has both \`access\` and \`require\``,
  ],
  ['an access nobody knows', { path: '/', access: 'open' }, `${RULE}.access must be`],
  ['an empty requirement', { path: '/', require: {} }, `${RULE}.require is empty`],
  ['a requirement nobody knows', { path: '/', require: { role: ['a'] } }, `${RULE}.require.role`],
  ['a requirement that is no list', { path: '/', require: { roles: 'admin' } }, `${RULE}.require.roles`],
  ['a list of nobody', { path: '/', require: { roles: [] } }, `${RULE}.require.roles lists no role`],
  ['an empty value', { path: '/', require: { groups: ['a', ''] } }, `${RULE}.require.groups[1] is empty`],
  [
    'a domain with an @',
    { path: '/', require: { organizations: ['org_1'], emailDomains: ['@a.b'] } },
    `${RULE}.require.emailDomains`,
  ],
  ['an e-mail address alone', { path: '/', require: { emails: ['a@b.c'] } }, `${RULE} requires e-mail`],
  ['an e-mail domain alone', { path: '/', require: { emailDomains: ['b.c'] } }, `${RULE} requires e-mail`],
  [
    'an e-mail domain and a role',
    { path: '/', require: { emailDomains: ['b.c'], roles: ['a'] } },
    `${RULE} requires e-mail`,
  ],
  ['a role alone', { path: '/', require: { roles: ['a'] } }, `${RULE} requires roles without`],
  ['a group alone', { path: '/', require: { groups: ['a'] } }, `${RULE} requires groups without`],
  [
    'an e-mail address of any organization',
    { path: '/', require: { emails: ['a@b.c'], organizations: ['*'] } },
    `${RULE} requires e-mail`,
  ],
  [
    'an e-mail domain and a role of any organization',
    { path: '/', require: { emailDomains: ['b.c'], roles: ['a'], organizations: ['*'] } },
    `${RULE} requires e-mail`,
  ],
  [
    'any organization beside one',
    { path: '/', require: { roles: ['a'], organizations: ['org_1', '*'] } },
    `${RULE}.require.organizations holds '*'`,
  ],
  ['no methods', { path: '/', methods: [], ...publicly }, `${RULE}.methods lists no method`],
  [
    'a method in lower case',
    { path: '/', methods: ['get'], ...publicly },
    `${RULE}.methods[0] must be one of`,
  ],
  ['public and a maxAge', { path: '/', ...publicly, maxAge: minutes(5) }, `${RULE} cannot be public`],
  ['a maxAge of 59 seconds', { path: '/', access: 'authenticated', maxAge: seconds(59) }, `${RULE}.maxAge`],
  ['a maxAge of no number', { path: '/', access: 'authenticated', maxAge: '15m' }, `${RULE}.maxAge`],
  ['a setting nobody knows', { path: '/', ...publicly, method: 'GET' }, `${RULE}.method is not a setting`],
])('a rule with %s is a problem', (_case, rule, start) => {
  const parsed = parseConfig({ sites: { 'docs.example.com': { upstream: assets(), rules: [rule] } } })
  const problems = parsed.ok ? [] : parsed.error
  expect(problems.length).toBeGreaterThan(0)
  for (const problem of problems)
    expect(problem).toMatch(new RegExp(`^${RegExp.escape(start.split(' ')[0] ?? '')}`))
  expect(problems.some((problem) => problem.startsWith(start))).toBe(true)
})

test.each<[string, object, object]>([
  ['an organization in the rule', { organizations: ['org_1'] }, {}],
  ['a connection in the rule', { connections: ['conn_1'] }, {}],
  ['any organization', { organizations: ['*'] }, {}],
  ['the organization of the site', {}, { organization: 'org_1' }],
  ['the connection of the site', {}, { connection: 'conn_1' }],
])('roles and groups are no problem beside %s', (_case, anchor, site) => {
  const rules = [{ path: '/', require: { roles: ['a'], groups: ['b'], ...anchor } }]
  const parsed = parseConfig({ sites: { 'docs.example.com': { upstream: assets(), ...site, rules } } })
  expect(parsed).toMatchObject({ ok: true })
})

test('roles on their own: the problem says what to write', () => {
  const rules = [{ path: '/', require: { roles: ['a'] } }]
  const parsed = parseConfig({ sites: { 'docs.example.com': { upstream: assets(), rules } } })
  const problem = parsed.ok ? '' : parsed.error.join()
  expect(problem).toContain(
    "Write organizations: ['org_…'] beside them in `require`, or organizations: ['*'] if any",
  )
})
