import {
  assets,
  defineConfig,
  hours,
  minutes,
  origin,
  passthrough,
  type Site,
  service,
} from '../../../src/config.ts'
import { type Problem, parseConfig } from '../../../src/policy/config-schema.ts'

export const problemsOf = (config: unknown): readonly Problem[] => {
  const parsed = parseConfig(config)
  return parsed.ok ? [] : parsed.error
}

export const withSite = (site: unknown, key = 'docs.example.com') => ({ sites: { [key]: site } })
export const withRule = (rule: unknown, rest: Partial<Site> = {}) =>
  withSite({ upstream: assets(), rules: [rule], ...rest })

/** One of each setting. */
export const EVERYTHING = defineConfig({
  basePath: '/auth',
  session: { lifetime: minutes(5), idle: hours(8), absolute: hours(24) },
  claims: { roles: 'idp_roles', groups: 'groups' },
  requireNonce: true,
  loginHost: 'login.example.com',
  sitesInKv: true,
  adminPortal: { roles: ['admin'] },
  audit: { subjects: 'plain' },
  sites: {
    'docs.example.com': {
      organization: 'org_1',
      upstream: assets(),
      rules: [
        { path: '/', access: 'public' },
        { path: '/public/*', access: 'public' },
        { path: '/api/*', methods: ['OPTIONS'], access: 'public' },
        { path: '/admin/*', require: { roles: ['admin'] }, maxAge: minutes(15) },
        { path: '/acme/*', require: { organizations: ['org_2'], emailDomains: ['acme.com'] } },
      ],
    },
    '*.customers.example.com': { connection: 'conn_1', upstream: origin('https://origin.example.com:8443') },
    'xn--bcher-kva.example': { upstream: passthrough(), claims: { roles: 'groups' }, loginHost: false },
    '127.0.0.1': { upstream: origin('http://127.0.0.1:3000') },
    localhost: { upstream: origin('http://localhost:3000') },
    '[::1]': { upstream: origin('http://[::1]:3000') },
    '*.localhost': { upstream: assets(), explainDenials: true, passHeaders: ['X-Real-IP'] },
    'shop.example.com': {
      upstream: assets(),
      embeddedIn: ['https://portal.example.org', 'https://portal.example.org:8443', 'http://localhost:3000'],
      loginHost: false,
    },
    '*': { upstream: service('WIKI') },
  },
})
