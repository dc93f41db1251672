import { expect, test } from 'vitest'
import type { EpochSeconds } from '../../../src/base/time.ts'
import { assets, defineConfig, minutes } from '../../../src/config.ts'
import { explainer } from '../../../src/policy/explain.ts'
import { ACME, ann, now } from '../../support/sample-session.ts'

const explain = explainer(
  defineConfig({
    sites: {
      'docs.example.com': {
        organization: ACME,
        upstream: assets(),
        cors: ['https://spa.example.com'],
        rules: [
          { path: '/public/*', access: 'public' },
          { path: '/admin/*', require: { roles: ['admin'] }, strict: true },
          { path: '/money/*', access: 'authenticated', maxAge: minutes(15) },
        ],
      },
      '*.example.com': { organization: 'org_other', upstream: assets() },
    },
  }),
)

const docs = (path: string, visitor: Parameters<typeof explain>[1]) =>
  explain(`https://docs.example.com${path}`, visitor, { now })

test('says site, rule, decision and why, as data', () => {
  expect(docs('/admin/x?y=z', ann)).toEqual({
    url: 'https://docs.example.com/admin/x?y=z',
    site: 'docs.example.com',
    rule: {
      index: 1,
      path: '/admin/*',
      require: { roles: ['admin'] },
      strict: true,
      cors: ['https://spa.example.com'],
    },
    readings: [{ path: '/admin/x', how: '', rule: 'rules[1] /admin/*' }],
    decision: { outcome: 'deny', why: 'requirement_unmet', unmet: [{ key: 'roles', accepted: ['admin'] }] },
  })
  expect(JSON.parse(JSON.stringify(docs('/admin/x', ann)))).toMatchObject({ decision: { outcome: 'deny' } })
})

test.each([
  ['a public rule, nobody', docs('/public/x', undefined), { outcome: 'allow', why: 'public' }],
  ['no rule, nobody', docs('/x', undefined), { outcome: 'login', why: 'no_session' }],
  ['no rule, somebody', docs('/x', ann), { outcome: 'allow', why: 'requirements_met' }],
  [
    'a login too long ago',
    docs('/money/x', { ...ann, authenticatedAt: (now - 16 * 60) as EpochSeconds }),
    { outcome: 'login', why: 'max_age_exceeded' },
  ],
  ['a route of Gatehouse’s own', docs('/auth/login', undefined), { outcome: 'own_route', why: 'base_path' }],
  [
    'an ambiguous address',
    docs('/public/%2e%2e/admin', ann),
    { outcome: 'refuse', why: { reason: 'url_ambiguous', part: 'a dot segment' } },
  ],
  [
    'an unknown host',
    explain('https://example.org/', ann, { now }),
    { outcome: 'refuse', why: { reason: 'site_unknown', host: 'example.org' } },
  ],
  [
    'what the site itself requires',
    explain('https://other.example.com/', ann, { now }),
    { outcome: 'deny', why: 'requirement_unmet', unmet: [{ key: 'organizations', accepted: ['org_other'] }] },
  ],
])('explains %s', (_case, explanation, decision) => {
  expect(explanation.decision).toEqual(decision)
})

test('shows every reading of a path, and which rules they met where they disagree', () => {
  const { decision, readings, rule, site } = docs('/admin%2Fx', ann)
  expect({ site, rule, readings }).toEqual({
    site: 'docs.example.com',
    rule: undefined,
    readings: [
      { path: '/admin%2Fx', how: '', rule: 'no rule' },
      { path: '/admin/x', how: 'decoded', rule: 'rules[1] /admin/*' },
    ],
  })
  const met = [
    { reading: 'as written', rule: 'no rule' },
    { reading: 'decoded', rule: 'rules[1] /admin/*' },
  ]
  expect(decision).toEqual({ outcome: 'refuse', why: { reason: 'rules_disagree', met } })
})

test('judges the method that it is told', () => {
  const byMethod = explainer(
    defineConfig({
      sites: {
        a: { upstream: assets(), rules: [{ path: '/api/*', methods: ['OPTIONS'], access: 'public' }] },
      },
    }),
  )
  const outcome = (method?: string) =>
    byMethod('https://a/api/x', undefined, { now, ...(method && { method }) }).decision.outcome
  expect([outcome('OPTIONS'), outcome('GET'), outcome()]).toEqual(['allow', 'login', 'login'])
})

test('a login host that is no site has its own routes and nothing else, whoever asks', () => {
  const sites = { 'docs.example.com': { upstream: assets() } }
  const explained = explainer(defineConfig({ loginHost: 'login.example.com', sites }))
  const decided = (path: string) => explained(`https://login.example.com${path}`, ann, { now })
  expect(decided('/auth/sessions')).toMatchObject({
    site: 'login.example.com',
    decision: { outcome: 'own_route', why: 'base_path' },
  })
  for (const path of ['/', '/index.html', '/x'])
    expect(decided(path)).toMatchObject({
      rule: undefined,
      decision: { outcome: 'not_found', why: 'login_host' },
    })
})
