import { describe, expect, test } from 'vitest'
import { assets, type Brand, MAX_LINKS, MAX_LOGO } from '../../../src/config.ts'
import { type Problem, parseConfig, parseSite } from '../../../src/policy/config-schema.ts'
import { compileSites, findSite, organizationName } from '../../../src/policy/site-directory.ts'

const sites = { 'docs.example.com': { upstream: assets() } }
const problemsOf = (config: object): readonly Problem[] => {
  const parsed = parseConfig({ sites, ...config })
  return parsed.ok ? [] : parsed.error
}
const problemsOfBrand = (brand: object) => problemsOf({ brand })

const PNG =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const SVG = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"
const EVERYTHING: Brand = {
  name: 'Zoë’s Küche & Co · 株式会社',
  logo: '/img/logo.v2.svg',
  accent: '#0A7',
  support: { text: 'IT help desk', email: 'it.help+gate@acme.example' },
  links: [
    { text: 'Privacy', url: 'https://www.acme.example/privacy?lang=en#top' },
    { text: 'Imprint', url: 'mailto:legal@acme.example' },
    { text: 'Here', url: 'http://localhost:3000/help' },
  ],
}

test('a brand with everything is accepted as it stands, of all sites, of one, and of one in KV', () => {
  expect(problemsOfBrand(EVERYTHING)).toEqual([])
  const site = { upstream: assets(), brand: EVERYTHING, organizations: { org_1: 'Acme' } }
  expect(problemsOf({ sites: { 'docs.example.com': site } })).toEqual([])
  expect(parseSite(site, {})).toEqual({ ok: true, value: site })
})

test.each<[string, string]>([
  ['a PNG', PNG],
  ['an SVG', SVG],
  ['an SVG in base64', `data:image/svg+xml;base64,${btoa('<?xml version="1.0"?><!-- a --><svg/>')}`],
  ['a JPEG', `data:image/jpeg;base64,${btoa('\xff\xd8\xff\xe0')}`],
  ['a GIF', `data:image/gif;base64,${btoa('GIF89a')}`],
  ['a WebP', `data:image/webp;base64,${btoa('RIFF\x01\x02\x03\x04WEBP')}`],
  ['a path', '/logo.svg'],
])('a logo may be %s', (_case, logo) => {
  expect(problemsOfBrand({ logo })).toEqual([])
})

test.each<[string, string]>([
  ['Persian, with a joiner between letters', 'می\u200cخواهم'],
  ['Devanagari, with a joiner', 'क्\u200dष'],
  ['a family, joined', '👨\u200d👩\u200d👧'],
  ['a heart in colour', '❤\ufe0f'],
  ['a form of a Japanese name', '葛\u{e0100}城'],
  ['accents apart from their letters', 'Zu\u0308rich'],
])('a name may be %s', (_case, name) => {
  expect(problemsOfBrand({ name })).toEqual([])
})

const TEXT = 'brand.name '
const LOGO = 'brand.logo '
const LINK = 'brand.links[0].url must be an address like https://example.com/help'
const withLink = (url: unknown) => ({ links: [{ text: 'Help', url }] })

test.each<[string, object, string]>([
  ['no name', { name: '' }, `${TEXT}is empty`],
  ['a name of spaces', { name: ' \u00a0 ' }, `${TEXT}is empty`],
  ['a name with a line break', { name: 'Acme\nWiki' }, `${TEXT}holds a space at its end, a line break`],
  ['a name that turns text around', { name: 'Acme \u202egnp.elgoog' }, `${TEXT}holds`],
  ['a name that isolates text', { name: '\u2066Acme' }, `${TEXT}holds`],
  ['a name with what nobody sees', { name: 'Ac\u200bme' }, `${TEXT}holds`],
  ['a name that is a letter without a shape', { name: '\u3164' }, `${TEXT}holds`],
  ['a name of Braille without a dot', { name: '\u2800\u2800' }, `${TEXT}holds`],
  ['a name that may break where nobody sees it', { name: 'Ac\u00adme' }, `${TEXT}holds`],
  ['a name of joiners alone', { name: '\u200d\ufe0f' }, `${TEXT}holds`],
  ['a name with a control character behind accents', { name: 'Zürich\u0085' }, `${TEXT}holds`],
  ['a name with a zero byte', { name: 'Acme\0' }, `${TEXT}holds`],
  ['a name with half a letter', { name: 'Acme\ud800' }, `${TEXT}holds`],
  ['a name that is markup', { name: '<b>Acme</b>' }, `${TEXT}holds < or >`],
  ['a name that is too long', { name: 'a'.repeat(61) }, `${TEXT}is longer than 60 characters`],
  ['a name that is a list', { name: ['Acme'] }, `${TEXT}must be text`],
  ['an accent by its name', { accent: 'red' }, "brand.accent must be a colour like '#0a7'"],
  ['an accent that says more', { accent: '#0a7;}*{display:none' }, 'brand.accent must be'],
  ['an accent one can look through', { accent: '#0a7f' }, 'brand.accent must be'],
  ['an accent with a line behind it', { accent: '#0a7\n' }, 'brand.accent must be'],
  [
    'a support without a way to it',
    { support: { text: 'Help' } },
    'brand.support needs a url or an email, and not both',
  ],
  [
    'a support with two ways',
    { support: { text: 'Help', url: 'https://a.example', email: 'a@b.example' } },
    'brand.support needs a url or an email, and not both',
  ],
  ['a support without a text', { support: { email: 'a@b.example' } }, 'brand.support.text'],
  [
    'an address that is two',
    { support: { text: 'Help', email: 'a@b.example,c@d.example' } },
    'brand.support.email must be an e-mail address',
  ],
  [
    'an address with headers',
    { support: { text: 'Help', email: 'a@b.example?bcc=x@evil.example' } },
    'brand.support.email must be',
  ],
  ['a script', withLink('javascript:alert(1)'), LINK],
  ['a script in capitals', withLink('JavaScript:alert(1)'), LINK],
  ['a script behind a tab', withLink('java\tscript:alert(1)'), LINK],
  ['a data URL', withLink('data:text/html,hi'), LINK],
  ['a link without its scheme', withLink('//evil.example/'), LINK],
  ['a link to a path', withLink('/help'), LINK],
  ['a link with backslashes', withLink('https:\\\\evil.example'), LINK],
  ['a link with a user name', withLink('https://acme.example@evil.example/'), LINK],
  ['a link by http', withLink('http://acme.example/'), LINK],
  ['a link with a line break', withLink('https://acme.example/\n'), LINK],
  ['a link with quotes', withLink('https://acme.example/"onclick="x'), LINK],
  ['a mail link with headers', withLink('mailto:a@b.example?bcc=x@evil.example'), LINK],
  [
    'a link that is too long',
    withLink(`https://a.example/${'a'.repeat(500)}`),
    'brand.links[0].url is longer',
  ],
  [
    'too many links',
    { links: Array.from({ length: MAX_LINKS + 1 }, () => ({ text: 'a', url: 'https://a.example' })) },
    'brand.links are more than 5',
  ],
  ['a setting that nobody knows', { html: '<b>' }, 'brand.html is not a setting'],
])('%s is a problem', (_case, brand, start) => {
  const problems = problemsOfBrand(brand)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatch(new RegExp(`^${start.replace(/[[\]().*+?]/g, '\\$&')}`))
})

describe('a logo that is a path', () => {
  test.each([
    'logo.svg',
    '//evil.example/x.svg',
    '/\\evil.example/x.svg',
    'https://evil.example/x.svg',
    'javascript:alert(1)//.svg',
    '/logo.svg/../secret',
    '/../logo.svg',
    '/a/./logo.svg',
    '/%2e%2e/logo.svg',
    '/logo%2esvg',
    '/a%2fb.svg',
    '/logo.svg?x',
    '/logo.svg#x',
    '/logo.svg;x',
    '/a.;/logo.svg',
    '/logo.svg/',
    '/logo.svg/*',
    '/*.svg',
    '/.git/logo.svg',
    '/a./logo.svg',
    '/logo.svg.',
    '/logo.svg ',
    '/löge.svg',
    '/admin',
    '/index.html',
    '/a.svg\n',
    `/${'a'.repeat(200)}.svg`,
  ])('is not %j', (logo) => {
    const problems = problemsOfBrand({ logo })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain('brand.logo must be a path of the site')
  })

  test.each(['/auth/logo.svg', '/AUTH/logo.svg'])('is not %j, where Gatehouse itself answers', (logo) => {
    expect(problemsOfBrand({ logo })[0]).toContain('brand.logo is below /auth')
    expect(problemsOf({ basePath: '/_sso', brand: { logo } })).toEqual([])
  })
})

test.each<[string, string, string]>([
  ['of text', 'data:text/html,<script>alert(1)</script>', `${LOGO}is of the type text/html`],
  ['without a type', 'data:,hello', `${LOGO}is no data: URL`],
  ['of another kind of image', 'data:image/x-icon;base64,AAABAA==', `${LOGO}is of the type image/x-icon`],
  ['that is not base64', 'data:image/png;base64,iVBORw0KGgo$', `${LOGO}is not base64`],
  [
    'whose bytes are something else',
    `data:image/png;base64,${btoa('<script>')}`,
    `${LOGO}says that it is image/png`,
  ],
  [
    'of a page that calls itself SVG',
    'data:image/svg+xml,%3Chtml%3E',
    `${LOGO}says that it is image/svg+xml`,
  ],
  [
    'that defines entities',
    'data:image/svg+xml,%3C!DOCTYPE svg [%3C!ENTITY a "b"%3E]%3E%3Csvg/%3E',
    `${LOGO}is not percent-encoded`,
  ],
  ['with a fragment', 'data:image/svg+xml,%3Csvg fill=#fff/%3E', `${LOGO}is not percent-encoded`],
  [
    'that ends an attribute',
    'data:image/svg+xml,%3Csvg/%3E" onerror="alert(1)',
    `${LOGO}is not percent-encoded`,
  ],
  ['with a line break', `${SVG}\n`, `${LOGO}is not percent-encoded`],
  [
    'that is too long',
    `data:image/svg+xml,%3Csvg${' '.repeat(MAX_LOGO)}/%3E`,
    `${LOGO}is longer than 4096 characters in a page, which has to stay below 15 KB`,
  ],
  ['that is too long for its quotes', `${SVG}${"'".repeat(MAX_LOGO / 4)}`, `${LOGO}is longer than 4096`],
])('a data URL %s is no logo', (_case, logo, start) => {
  const problems = problemsOfBrand({ logo })
  expect(problems).toHaveLength(1)
  expect(problems[0]?.slice(0, start.length)).toBe(start)
})

test('a data URL of many comments is read at once', () => {
  const comments = '%3C!----%3E'.repeat(300)
  expect(problemsOfBrand({ logo: `data:image/svg+xml,${comments}` })[0]).toContain('something else')
})

test('names of organizations belong to IDs, and are plain text', () => {
  expect(problemsOf({ organizations: { org_1: 'Acme', org_2: 'Globex' } })).toEqual([])
  expect(problemsOf({ organizations: { conn_1: 'Acme' } })[0]).toMatch(
    /^organizations\.conn_1 is not the ID of an organization/,
  )
  expect(problemsOf({ organizations: { org_1: '<b>' } })[0]).toMatch(/^organizations\.org_1 holds < or >/)
})

describe('of the configuration and the site', () => {
  const directory = compileSites({
    brand: EVERYTHING,
    organizations: { org_1: 'Acme', org_2: 'Globex' },
    sites: {
      'docs.example.com': {
        upstream: assets(),
        brand: { name: 'Docs', logo: SVG },
        organizations: { org_2: 'Globex Europe' },
      },
      '*': { upstream: assets() },
    },
  })

  test('one brand is made, key by key', () => {
    expect(findSite(directory, 'docs.example.com')).toMatchObject({
      brand: { ...EVERYTHING, name: 'Docs', logo: SVG },
      logoPath: undefined,
    })
    expect(findSite(directory, 'a.example')).toMatchObject({ brand: EVERYTHING, logoPath: EVERYTHING.logo })
  })

  test('one list of names is made, and nothing else is a name', () => {
    const site = findSite(directory, 'docs.example.com')
    const names = ['org_1', 'org_2', 'org_3', 'constructor'].map((id) => site && organizationName(site, id))
    expect(names).toEqual(['Acme', 'Globex Europe', undefined, undefined])
  })
})
