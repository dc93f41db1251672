import { describe, expect, test } from 'vitest'
import { assets } from '../../../src/config.ts'
import { problemsOf, withSite } from './sample-configs.ts'

describe('many hosts', () => {
  test.each<readonly [what: string, config: unknown, problem: string]>([
    [
      'a login host with a port',
      { ...withSite({ upstream: assets() }), loginHost: 'login.example.com:8443' },
      "loginHost must be one host name in lower case without a port, such as 'login.example.com'",
    ],
    [
      'a login host that is a pattern',
      { ...withSite({ upstream: assets() }), loginHost: '*.example.com' },
      "loginHost must be one host name in lower case without a port, such as 'login.example.com'",
    ],
    [
      'a site in frames that signs in at the login host',
      {
        ...withSite({ upstream: assets(), embeddedIn: ['https://portal.example.org'] }),
        loginHost: 'login.example.com',
      },
      'sites["docs.example.com"] is shown in frames, where nobody can sign in at the login host: write loginHost: false beside embeddedIn',
    ],
    [
      'claims of a site that signs in at the login host',
      {
        ...withSite({ upstream: assets(), claims: { roles: 'department' } }),
        loginHost: 'login.example.com',
      },
      'sites["docs.example.com"].claims has no effect, because the login host reads the ID token: ' +
        'write it beside sites or in the entry of the login host, or loginHost: false beside it',
    ],
    [
      'a login host of a site’s own',
      withSite({ upstream: assets(), loginHost: 'login.example.com' }),
      'sites["docs.example.com"].loginHost can only be false: the site signs people in itself',
    ],
    [
      'an admin portal for nobody',
      { ...withSite({ upstream: assets() }), adminPortal: { roles: [] } },
      'adminPortal.roles lists no role',
    ],
    [
      'a log that is neither',
      { ...withSite({ upstream: assets() }), audit: { subjects: 'none' } },
      "audit.subjects must be 'hashed' or 'plain'",
    ],
  ])('%s is a problem', (_what, config, problem) => {
    expect(problemsOf(config)).toEqual([problem])
  })

  test('no site in the file is fine where sites are in KV', () => {
    expect(problemsOf({ sitesInKv: true, sites: {} })).toEqual([])
    expect(problemsOf({ sites: {} })).toEqual(['sites is empty: name at least one host'])
  })
})
