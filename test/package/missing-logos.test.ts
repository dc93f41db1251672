import { expect, test } from 'vitest'
import { CHECKS } from '../../cli/doctor/checks.ts'
import { missingLogos } from '../../cli/doctor/missing-logos.ts'
import type { Project } from '../../cli/doctor/project.ts'
import { ok } from '../../src/base/result.ts'
import { assets, type GatehouseConfig, origin } from '../../src/config.ts'

const nameOf = (path: string) => path.replace('/project/', '')
const filesWith = (...paths: readonly string[]) => ({
  folder: '/project/site',
  isThere: true,
  private: [],
  redirects: '',
  publishes: (path: string) => paths.includes(path),
})
const logo = '/logo.svg'
const CONFIG: GatehouseConfig = {
  brand: { logo },
  sites: {
    'docs.example.com': { upstream: assets() },
    '*.example.com': { upstream: assets() },
    'acme.example.com': { upstream: assets({ folder: '/acme' }) },
    'app.example.com': { upstream: origin('https://app.example'), brand: { logo: '/app.png' } },
    'shop.example.com': {
      upstream: origin('https://shop.example'),
      rules: [{ path: '/brand/*', upstream: assets() }],
      brand: { logo: '/brand/shop.png' },
    },
    'data.example.com': { upstream: assets(), brand: { logo: 'data:image/png;base64,' } },
  },
}
const foundWith = (files: Parameters<typeof missingLogos>[1]) =>
  missingLogos(CONFIG, files, nameOf).map(({ found }) => found)

test('a logo that the files have not is said once, with the file, for sites and rules whose upstream they are', () => {
  expect(foundWith(filesWith())).toEqual([
    'There is no site/logo.svg, the logo /logo.svg of docs.example.com, *.example.com.',
    'There is no site/acme/logo.svg, the logo /logo.svg of acme.example.com.',
    'There is no site/brand/shop.png, the logo /brand/shop.png of shop.example.com.',
  ])
  expect(foundWith(filesWith('logo.svg', 'acme/logo.svg', 'brand/shop.png'))).toEqual([])
})

test('nothing is said of files that a build has not made yet, or of none', () => {
  expect(foundWith({ ...filesWith(), isThere: false })).toEqual([])
  expect(foundWith(undefined)).toEqual([])
})

test.each<[string, GatehouseConfig]>([
  ['none: pages show the host', { sites: {} }],
  ['one for all sites', { brand: { name: 'A' }, sites: { 'a.example': {} } }],
  ['some for b.example', { sites: { 'a.example': {}, 'b.example': { brand: { name: 'B' } } } }],
  [
    'one for all sites, and more for b.example',
    { brand: { name: 'A' }, sites: { 'b.example': { brand: { name: 'B' } } } },
  ],
])('in a line: %s', async (found, config) => {
  const check = CHECKS.find(({ id }) => id === 'brand')
  expect(await check?.judge({ config: ok(config), nameOf } as Project)).toEqual([{ status: 'ok', found }])
})
