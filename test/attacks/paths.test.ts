import { expect, test } from 'vitest'
import type { EpochSeconds } from '../../src/base/time.ts'
import { assets } from '../../src/config.ts'
import { parseCanonicalUrl } from '../../src/policy/canonical-url.ts'
import { judge, route } from '../../src/policy/policy.ts'
import { compileSites } from '../../src/policy/site-directory.ts'

const now = 1_790_000_000 as EpochSeconds

const sites = compileSites({
  sites: {
    'docs.example.com': {
      upstream: assets(),
      rules: [
        { path: '/admin/*', require: { roles: ['admin'] } },
        { path: '/public/*', access: 'public' },
      ],
    },
  },
})

/** What somebody without a session gets for a request target, by the order of the gate. */
function outcome(target: string, host = 'docs.example.com'): string {
  const routed = route(sites, parseCanonicalUrl(`https://${host}${target}`), 'GET')
  if (routed.kind === 'own') return 'own route'
  if (routed.kind === 'page') {
    const { site, rule } = routed
    return `${judge(site, rule, undefined, now).outcome} by ${rule?.path ?? 'default'}`
  }
  const { refusal } = routed
  if (refusal.reason === 'url_ambiguous') return refusal.part
  return refusal.reason === 'site_unknown' ? 'no site' : refusal.met.map(({ rule }) => rule).join(' or ')
}

const UNENCODED = 'a character that has to be percent-encoded'
const DOTS = 'a dot segment'
const CONTROL = 'a control character'
const INCOMPLETE = 'an incomplete percent-encoding'
const NOT_UTF8 = 'percent-encoding that is not valid UTF-8'
const NOT_A_PATH = 'something that is not a plain path and query'
const ADMIN = 'rules[0] /admin/*'
const PUBLIC = 'rules[1] /public/*'
const NONE = 'no rule'

test.each([
  ['/public/../admin', DOTS],
  ['/public/./../admin', DOTS],
  ['/public/..', DOTS],
  ['/.', DOTS],
  ['/public/%2e%2e/admin', DOTS],
  ['/public/%2E./admin', DOTS],
  ['/public/.%2e/admin', DOTS],
  ['/public/%2e/admin', DOTS],
  ['/public/%2e%2e%2fadmin', DOTS],
  ['/public/..%2Fadmin', DOTS],
  ['/public%2f..%2fadmin', DOTS],
  ['/public/..%5cadmin', DOTS],
  ['/public/..\\admin', DOTS],
  ['/public\\..\\admin', DOTS],
  // Windows drops spaces behind the dots
  ['/public/..%20/admin', DOTS],
  // a server that decodes twice, or three times
  ['/public/%252e%252e/admin', DOTS],
  ['/public/.%252e/admin', DOTS],
  ['/public/%252e%252e%252fadmin', DOTS],
  ['/public/..%255cadmin', DOTS],
  ['/public/%25252e%25252e/admin', DOTS],
  ['/admin%2500.html', CONTROL],
  ['/admin%250a', CONTROL],
  ['/admin%257f', CONTROL],
  // a server that strips path parameters: `..;` is a dot segment to Tomcat and Jetty
  ['/public/..;/admin', DOTS],
  ['/public/..;x=1/admin', DOTS],
  ['/public/..%3b/admin', DOTS],
  ['/public/%2e%2e;/admin', DOTS],
  ['/public/.;/admin', DOTS],
  ['/public/..%253b/admin', DOTS],
  // more levels of encoding than anybody has a use for
  [`/public/%${'25'.repeat(5000)}2e`, 'more ways to read it than can be judged'],
  // overlong UTF-8 (RFC 3629 section 3), surrogates, bytes beyond Unicode
  ['/public/%c0%ae%c0%ae/admin', NOT_UTF8],
  ['/public%c0%afadmin', NOT_UTF8],
  ['/public%e0%80%afadmin', NOT_UTF8],
  ['/public%f0%80%80%afadmin', NOT_UTF8],
  ['/%ed%a0%80', NOT_UTF8],
  ['/%f5%80%80%80', NOT_UTF8],
  ['/%ff', NOT_UTF8],
  ['/%c3', NOT_UTF8],
  // not an encoding at all (CVE-2021-32637: what cannot be read was let through)
  ['/%', INCOMPLETE],
  ['/%2', INCOMPLETE],
  ['/%2/admin', INCOMPLETE],
  ['/%zz', INCOMPLETE],
  ['/%u002e%u002e/admin', INCOMPLETE],
  // control characters, encoded and raw
  ['/admin%00', CONTROL],
  ['/admin%00.html', CONTROL],
  ['/public/%0d%0aX-User:%20admin', CONTROL],
  ['/admin%09', CONTROL],
  ['/admin%1f', CONTROL],
  ['/admin%7F', CONTROL],
  ['/admin\u0000', UNENCODED],
  ['/admin\t', UNENCODED],
  ['/ad\nmin', UNENCODED],
  ['/admin ', UNENCODED],
  ['/admin\u007f', UNENCODED],
  ['/straße', UNENCODED],
  ['/public/\uff0e\uff0e/admin', UNENCODED],
  ['/\ud800', UNENCODED],
  ['/public?a b', UNENCODED],
  ['/public?\r\nX-User: admin', UNENCODED],
  ['/public?ä', UNENCODED],
  // CVE-2026-41059: a number sign that one side takes for a fragment
  ['/admin#/public', NOT_A_PATH],
  ['/public#/../admin', NOT_A_PATH],
  ['/public?a#b', NOT_A_PATH],
  ['#', NOT_A_PATH],
])('refuses %j before any rule looks at it', (target, part) => {
  expect(outcome(target)).toBe(part)
})

test.each([
  // CVE-2026-39407, CVE-2026-39406, GHSA-x732-6j76-qmhm: the rule is missed, the file is served all the same
  ['//admin', [NONE, ADMIN]],
  ['//public', [NONE, PUBLIC]],
  ['/%2fadmin', [NONE, ADMIN]],
  ['/public%2Fx', [NONE, PUBLIC]],
  ['/public\\x', [NONE, PUBLIC]],
  ['/public%5cx', [NONE, PUBLIC]],
  ['/public%252Fx', [NONE, PUBLIC]],
  // an encoded delimiter may end the path
  ['/public%23/x', [NONE, PUBLIC]],
  ['/public%3f/x', [NONE, PUBLIC]],
  ['/public%253Fx', [NONE, PUBLIC]],
  ['/public%3Bx', [NONE, PUBLIC]],
  ['/public;x/y', [NONE, PUBLIC]],
  // Windows
  ['/admin./x', [NONE, ADMIN]],
  ['/admin%20/x', [NONE, ADMIN]],
  // a router that does not decode
  ['/%70ublic/x', [NONE, PUBLIC]],
  ['/%61dmin/x', [NONE, ADMIN]],
  ['/auth%2fhealth', [NONE, 'Gatehouse’s own routes']],
])('refuses %j where its readings meet several rules', (target, rules) => {
  expect(outcome(target)).toBe(rules.join(' or '))
})

test.each([
  // CVE-2025-54576: a query is no part of the path
  ['/admin?x=/public', 'login by /admin/*'],
  ['/admin?/public/', 'login by /admin/*'],
  ['/?/public/x', 'login by default'],
  // whatever it is read as, one rule covers it
  ['/public//admin', 'allow by /public/*'],
  ['/public/%252fadmin', 'allow by /public/*'],
  ['/public/x%23/admin', 'allow by /public/*'],
  ['/public/;/admin', 'allow by /public/*'],
  ['/admin//', 'login by /admin/*'],
  ['/admin/x%2fy', 'login by /admin/*'],
  ['/other%2fadmin', 'login by default'],
  ['/admin', 'login by /admin/*'],
  ['/admin/', 'login by /admin/*'],
  // a longer segment is another segment
  ['/publicity', 'login by default'],
  ['/public.htm', 'login by default'],
  // before static files the page of a section is covered with it, however it is spelled
  ['/public.html', 'allow by /public/*'],
  ['/admin.html', 'login by /admin/*'],
  ['/PUBLIC/x', 'login by default'],
  // no path is magic: Cloudflare's bypass of 2026-01-19 was one for certificates
  ['/.well-known/acme-challenge/token', 'login by default'],
  ['/robots.txt', 'login by default'],
  ['/favicon.ico', 'login by default'],
  ['/health', 'login by default'],
  ['/__proto__/constructor', 'login by default'],
])('judges %j by its path alone', (target, expected) => {
  expect(outcome(target)).toBe(expected)
})

test.each([
  ['DOCS.EXAMPLE.COM', 'login by /admin/*'],
  ['docs.example.com.', 'login by /admin/*'],
  ['docs.example.com:443', 'login by /admin/*'],
  ['docs.example.com:8443', 'login by /admin/*'],
  ['docs%2eexample.com', 'login by /admin/*'],
  ['docs.example.com..', 'an invalid host'],
  ['.', 'an invalid host'],
  ['', NOT_A_PATH],
  ['docs.example.com@evil.example', 'a user name before the host'],
  ['evil@docs.example.com', 'a user name before the host'],
  ['user:pass@docs.example.com', 'a user name before the host'],
  ['@docs.example.com', 'a user name before the host'],
  ['docs.example.com%2f', 'an invalid host'],
  ['docs.example.com%00', 'an invalid host'],
  ['docs example.com', 'an invalid host'],
  ['docs.example.com:99999', 'an invalid host'],
  ['docs.example.com:x', 'an invalid host'],
  ['[::1', 'an invalid host'],
  ['docs.example.com\\.evil.example', 'a backslash behind the host'],
  ['docs.example.com#.evil.example', NOT_A_PATH],
  ['xn--docs.example.com', 'no site'],
  ['evildocs.example.com', 'no site'],
  ['docs.example.com.evil.example', 'no site'],
  ['example.com', 'no site'],
])('reads the host %j one way (CVE-2026-48794, CVE-2023-33189)', (host, expected) => {
  expect(outcome('/admin', host)).toBe(expected)
})

test.each([
  '',
  'docs.example.com',
  '/admin',
  'ftp://docs.example.com/',
  'https:/docs.example.com/',
  'https://',
  '*',
])('refuses %j, which is no address at all', (requestUrl) => {
  expect(parseCanonicalUrl(requestUrl)).toEqual({
    ok: false,
    error: { reason: 'url_ambiguous', part: NOT_A_PATH },
  })
})
