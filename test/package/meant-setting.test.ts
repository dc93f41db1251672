import { describe, expect, test } from 'vitest'
import { withMeantSetting } from '../../cli/meant-setting.ts'
import { assets } from '../../src/config.ts'
import { parseConfig, parseSite } from '../../src/policy/config-schema.ts'

/** What is said of a configuration in which one setting is misspelt. */
function said(configuration: unknown): readonly string[] {
  const parsed = parseConfig(configuration)
  return parsed.ok ? [] : parsed.error.map(withMeantSetting)
}
const site = (more: object) => ({ sites: { 'docs.example.com': { upstream: assets(), ...more } } })
const unknown = (place: string, meant: string) => [
  `${place} is not a setting that Gatehouse knows${meant === '' ? '' : `: did you mean ${meant}?`}`,
]
const SITE = 'sites["docs.example.com"]'

describe('a setting that is misspelt is known at its place', () => {
  test.each([
    [{ ...site({}), basepath: '/a' }, 'basepath', 'basePath'],
    [{ ...site({}), session: { livetime: 3600 } }, 'session.livetime', 'lifetime'],
    [{ ...site({}), brand: { lights: {} } }, 'brand.lights', ''],
    [site({ rule: [] }), `${SITE}.rule`, 'rules'],
    [site({ rules: [{ path: '/', acces: 'public' }] }), `${SITE}.rules[0].acces`, 'access'],
    [site({ rules: [{ path: '/', max_age: 60 }] }), `${SITE}.rules[0].max_age`, 'maxAge'],
    [site({ rules: [{ path: '/', require: { role: ['a'] } }] }), `${SITE}.rules[0].require.role`, 'roles'],
    [site({ upstream: { kind: 'assets', fodler: '/a' } }), `${SITE}.upstream.fodler`, 'folder'],
    // It is one, elsewhere.
    [site({ rules: [{ path: '/', basePath: '/a' }] }), `${SITE}.rules[0].basePath`, ''],
    [site({ '[odd "name"': 1 }), `${SITE}["[odd \\"name\\""]`, ''],
  ])('%# %j', (configuration, place, meant) => {
    expect(said(configuration)).toEqual(unknown(place, meant))
  })

  test('in a record of KV too', () => {
    const parsed = parseSite({ upstream: { kind: 'assets' }, rules: [{ path: '/', acces: 'public' }] }, {})
    expect(parsed.ok ? [] : parsed.error.map(withMeantSetting)).toEqual(unknown('rules[0].acces', 'access'))
  })
})

test('as a Worker says it, with the file, it is known too', () => {
  const problem =
    'gatehouse.config.ts: sites.localhost.rules[7].requier is not a setting that Gatehouse knows'
  expect(withMeantSetting(problem)).toBe(`${problem}: did you mean require?`)
})

test('every other problem is as it was', () => {
  for (const problem of ['sites is empty: name at least one host', 'GATEHOUSE_KEYS is not set', ''])
    expect(withMeantSetting(problem)).toBe(problem)
})
