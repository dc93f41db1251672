import { describe, expect, test } from 'vitest'
import { assets, type ClaimNames, type Rule } from '../../../src/config.ts'
import { compileSites, findSite } from '../../../src/policy/site-directory.ts'

describe('a site', () => {
  const sites = compileSites({
    sites: {
      'docs.example.com': { upstream: assets() },
      '*.example.com': { upstream: assets() },
      localhost: { upstream: assets() },
      '*.localhost': { upstream: assets() },
    },
  })
  test.each([
    ['the exact host', 'docs.example.com', 'docs.example.com'],
    ['the wildcard for one label', 'wiki.example.com', '*.example.com'],
    ['no wildcard for two labels', 'a.b.example.com', undefined],
    ['no wildcard for the bare parent', 'example.com', undefined],
    ['no wildcard for a name that only ends alike (CVE-2021-21291)', 'evilexample.com', undefined],
    ['no suffix of the exact host', 'docs.example.com.evil.example', undefined],
    ['a host of one label', 'localhost', 'localhost'],
    ['a wildcard below it', 'docs.localhost', '*.localhost'],
    ['nothing for a name of Object.prototype', 'constructor', undefined],
  ])('is found by %s', (_case, host, key) => {
    expect(findSite(sites, host)?.key).toBe(key)
  })

  test('under * is the last resort for any host', () => {
    const open = compileSites({
      sites: {
        '*': { upstream: assets() },
        '*.example.com': { upstream: assets() },
        'a.example.com': { upstream: assets() },
      },
    })
    const found = ['a.example.com', 'b.example.com', 'a.b.example.com', 'other', '[::1]']
    expect(found.map((host) => findSite(open, host)?.key)).toEqual([
      'a.example.com',
      '*.example.com',
      '*',
      '*',
      '*',
    ])
  })

  test('names its own claims before those of the configuration, and the usual ones last', () => {
    const claims = (everywhere: ClaimNames | undefined, here: ClaimNames | undefined) =>
      compileSites({
        ...(everywhere && { claims: everywhere }),
        sites: { a: { upstream: assets(), ...(here && { claims: here }) } },
      }).exact.get('a')?.claims
    expect(claims(undefined, undefined)).toEqual({ roles: 'idp_roles', groups: 'groups' })
    expect(claims({ roles: 'idp_roles' }, undefined)).toEqual({ roles: 'idp_roles', groups: 'groups' })
    expect(claims({ roles: 'idp_roles', groups: 'g' }, { roles: 'mine' })).toEqual({
      roles: 'mine',
      groups: 'g',
    })
  })

  test('knows the roles and groups that its rules name, so that sessions keep no others', () => {
    const rules: Rule[] = [
      { path: '/a', require: { groups: ['staff', 'board'] } },
      { path: '/b', require: { groups: ['staff'] } },
      { path: '/c', require: { roles: ['admin'] } },
    ]
    const site = compileSites({ sites: { a: { upstream: assets(), rules } } }).exact.get('a')
    expect([...(site?.groups ?? [])]).toEqual(['staff', 'board'])
    expect([...(site?.roles ?? [])]).toEqual(['admin'])
  })
})
