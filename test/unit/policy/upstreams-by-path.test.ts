import { describe, expect, test } from 'vitest'
import { assets, origin } from '../../../src/config.ts'
import { problemsOf, withRule, withSite } from './sample-configs.ts'

describe('upstreams by path', () => {
  const api = (path: string, stripPrefix: string) => ({
    path,
    upstream: origin('https://api.example.com', { stripPrefix }),
  })

  test.each([
    ['a prefix off', withRule(api('/api/*', '/api'))],
    ['a prefix off a longer path', withRule(api('/api/v1/*', '/api'))],
    ['a path in front', withSite({ upstream: origin('https://host.example/base/v2') })],
    ['a folder', withSite({ upstream: assets({ folder: '/sites/acme-1', spa: true }) })],
  ])('are taken: %s', (_case, config) => {
    expect(problemsOf(config)).toEqual([])
  })

  const AT = 'sites["docs.example.com"]'
  const FOLDER = 'must be a path like /acme, without a slash at its end'
  const SERVER = 'must be https://host or https://host/path; http only for a loopback address'
  const NOT_BELOW = `${AT}.rules[0] has an upstream with a stripPrefix that its path is not below`
  test.each<readonly [what: string, config: unknown, problem: string]>([
    [
      'a prefix of a whole site',
      withSite({ upstream: origin('https://api.example.com', { stripPrefix: '/api' }) }),
      `${AT}.upstream has a stripPrefix, which is for the upstream of a rule whose path is below it`,
    ],
    ['a path outside of the prefix', withRule(api('/v1/*', '/api')), NOT_BELOW],
    ['a path that only begins like the prefix', withRule(api('/apis/*', '/api')), NOT_BELOW],
    ['a path above the prefix', withRule(api('/*', '/api')), NOT_BELOW],
    [
      'a prefix with a slash at its end',
      withRule(api('/api/*', '/api/')),
      `${AT}.rules[0].upstream.stripPrefix must be a path like /api, without a slash at its end`,
    ],
    ...['acme', '/', '', '/acme/', '/a//b', '/../x', '/.hidden', '/a%2fb', '/a\\b'].map(
      (folder) =>
        [
          `the folder ${JSON.stringify(folder)}`,
          withSite({ upstream: assets({ folder }) }),
          `${AT}.upstream.folder ${FOLDER}`,
        ] as const,
    ),
    ...['https://host.example/?a=b', 'https://host.example/base?', 'https://host.example/#x'].map(
      (url) => [url, withSite({ upstream: origin(url) }), `${AT}.upstream.url ${SERVER}`] as const,
    ),
    [
      'plain http elsewhere',
      withRule({ path: '/api/*', upstream: origin('http://api.example.com') }),
      `${AT}.rules[0].upstream.url ${SERVER}`,
    ],
    [
      'app() of a rule in a Worker of its own',
      withRule({ path: '/api/*', upstream: { kind: 'app' } }),
      `${AT}.rules[0].upstream is app(), the routes that follow gatehouse(config) in a Hono app, and here nothing follows`,
    ],
  ])('are a problem in words: %s', (_case, config, expected) => {
    expect(problemsOf(config)).toEqual([expected])
  })
})
