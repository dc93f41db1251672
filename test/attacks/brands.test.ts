import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { assets, type Brand, defineConfig } from '../../src/config.ts'
import { KV_CONFIG, KV_SITE, putSite } from '../support/kv-sites.ts'
import { LOGIN, MANY_HOSTS, manyHosts, PREVIEW, WIKI } from '../support/many-hosts.ts'
import { ACME } from '../support/openid-provider.ts'
import { createWorld, OPEN, shownCode, type World } from '../support/world.ts'

/** Whoever writes a brand, or sends people to the sign-in page, makes it say or do something else than show who runs the site. */

afterEach(() => reset())

const SCRIPT = '<script>alert(1)</script>'
const SVG_WITH_SCRIPT = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${SCRIPT}<image href="https://evil.example/"/></svg>`,
).replaceAll("'", '%27')}`

const withBrand = (brand: Brand) =>
  defineConfig({ sites: { 'open.example.com': { upstream: assets(), brand } } })

const signInPageOf = (world: World, origin = OPEN) =>
  world.browser().visit(`${origin}/auth/login`, { headers: { 'Accept-Language': 'en' } })

/** Element names with their attributes, and what the page says. */
async function read(response: Response) {
  const elements: { readonly name: string; readonly attributes: Readonly<Record<string, string>> }[] = []
  const html = await response.text()
  await new HTMLRewriter()
    .on('*', {
      element({ tagName, attributes }) {
        elements.push({
          name: tagName,
          attributes: Object.fromEntries(attributes as Iterable<[string, string]>),
        })
      },
    })
    .transform(new Response(html, { headers: { 'Content-Type': 'text/html' } }))
    .text()
  const named = (name: string) =>
    elements.filter((each) => each.name === name).map(({ attributes }) => attributes)
  return { html, elements, named }
}

const policyOf = (response: Response): readonly string[] =>
  (response.headers.get('Content-Security-Policy') ?? '').split('; ')

test.each<[string, Brand]>([
  ['a name', { name: SCRIPT }],
  ['a name that ends the title', { name: '</title><img src=x onerror=alert(1)>' }],
  ['a name that shows another', { name: 'moc.elgoog\u202e' }],
  ['a logo', { logo: 'javascript:alert(1)' }],
  ['a logo of another host', { logo: '//evil.example/x.svg' }],
  ['a logo with another policy', { logo: "/x.svg; script-src 'unsafe-inline'" }],
  ['a logo that ends its attribute', { logo: 'data:image/svg+xml,%3Csvg/%3E" onerror="alert(1)' }],
  ['a logo that is a page', { logo: `data:text/html,${SCRIPT}` }],
  ['an accent', { accent: '#000}body{display:none' }],
  ['an accent that ends the style', { accent: `#000</style>${SCRIPT}` }],
  ['an accent that fetches', { accent: 'url(https://evil.example)' }],
  ['a text', { support: { text: SCRIPT, url: 'https://a.example' } }],
  ['a link', { support: { text: 'Help', url: 'javascript:alert(1)' } }],
  ['an address', { support: { text: 'Help', email: 'a@b.example?body=x' } }],
  ['a link at the foot', { links: [{ text: 'Imprint', url: 'data:text/html,x' }] }],
  [
    'a link that ends its attribute',
    { links: [{ text: 'a', url: 'https://a.example/" onclick="alert(1)' }] },
  ],
])(
  '%s that injects something is a problem of the configuration, in the file and in KV',
  async (_case, brand) => {
    const world = await createWorld({ config: withBrand(brand) })
    const refused = await signInPageOf(world)
    expect([refused.status, await shownCode(refused)]).toEqual([503, 'misconfigured'])
    expect(JSON.stringify(world.log.at(-1)?.['problems'])).toMatch(
      /sites\[.{1,4}open\.example\.com.{1,4}\]\.brand\./,
    )

    world.deploy({ config: KV_CONFIG })
    await putSite(world, 'acme.customers.example', { organization: ACME, upstream: assets(), brand })
    expect((await world.browser().visit(`${KV_SITE}/a`)).status).toBe(503)
    expect((await world.browser().visit('https://docs.example.com/auth/health')).status).toBe(200)
  },
)

test('what may be written is shown as text, and leads where it says', async () => {
  const brand: Brand = {
    name: `O’Neil & "Sons' &lt;b&gt;`,
    accent: '#ffd400',
    support: { text: `Ask 'us' & "them"`, email: 'it+help@acme.example' },
    links: [{ text: 'A & B', url: 'https://a.example/?a=1&b=2' }],
  }
  const response = await signInPageOf(await createWorld({ config: withBrand(brand) }))
  const { html, named } = await read(response)
  expect(named('a').map(({ href }) => href)).toEqual([
    'mailto:it+help@acme.example',
    'https://a.example/?a=1&amp;b=2',
  ])
  expect(html).toContain('O’Neil &amp; &quot;Sons&#39; &amp;lt;b&amp;gt;')
  for (const name of ['b', 'script', 'img', 'iframe', 'object', 'link']) expect(named(name)).toEqual([])
  expect(policyOf(response).filter((each) => each.startsWith('img-src'))).toEqual([])
})

test('an SVG with a script is an image, in which none runs, and fetches nothing', async () => {
  const response = await signInPageOf(await createWorld({ config: withBrand({ logo: SVG_WITH_SCRIPT }) }))
  const { named } = await read(response)
  expect(named('img').map(({ src }) => src)).toEqual([SVG_WITH_SCRIPT.replaceAll('&', '&amp;')])
  for (const name of ['svg', 'script', 'object', 'embed', 'iframe']) expect(named(name)).toEqual([])
  const policy = policyOf(response)
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain('img-src data:')
  expect(policy.join()).not.toMatch(/script|unsafe|\*/)
})

test('a logo at a path lets in that image, and no other of the site', async () => {
  const response = await signInPageOf(await createWorld({ config: withBrand({ logo: '/img/logo.svg' }) }))
  const { named } = await read(response)
  expect(named('img').map(({ src }) => src)).toEqual([`${OPEN}/img/logo.svg`])
  expect(policyOf(response)).toContain(`img-src ${OPEN}/img/logo.svg`)
})

test('with all that fits, a page stays below 15 KB', async () => {
  const logo = `data:image/svg+xml;base64,${btoa(`<svg>${' '.repeat(3030)}`)}`
  const url = `https://a.example/${'a'.repeat(300)}`
  const brand: Brand = {
    name: '株'.repeat(60),
    logo,
    accent: '#0a7',
    support: { text: '株'.repeat(80), url },
    links: Array.from({ length: 5 }, () => ({ text: '株'.repeat(80), url })),
  }
  expect(logo.length).toBeGreaterThan(4000)
  const page = await (await signInPageOf(await createWorld({ config: withBrand(brand) }))).text()
  expect(new TextEncoder().encode(page).length).toBeLessThan(15 * 1024)
})

describe('at the login host', () => {
  const { sites } = MANY_HOSTS
  const config = defineConfig({
    ...MANY_HOSTS,
    sitesInKv: true,
    brand: {
      name: 'The deployment',
      logo: '/logo.svg',
      links: [{ text: 'Imprint', url: 'https://a.example' }],
    },
    sites: {
      ...sites,
      'wiki.example.com': { upstream: assets(), brand: { name: 'The wiki', accent: '#b0005a' } },
      '*.preview.example.com': { upstream: assets(), brand: { name: 'A preview' } },
    },
  })

  /** The sign-in page there, of a login that begins at a site, or of whatever address. */
  async function shown(address: string, change = (asked: string) => asked) {
    const { world } = await manyHosts(config)
    await putSite(world, 'acme.customers.example', { upstream: assets(), brand: { name: 'A customer' } })
    const browser = world.browser()
    const { leavesTo = '', response } = await browser.open(address)
    const page = leavesTo === '' ? response : await browser.visit(change(leavesTo), { from: 'cross-site' })
    return { ...(await read(page)), policy: policyOf(page) }
  }

  test.each([
    ['The wiki', 'wiki.example.com', WIKI],
    ['A preview', 'pr-7.preview.example.com', PREVIEW],
    ['A customer', 'acme.customers.example', KV_SITE],
  ])('people read that it is for %s, and where that is', async (name, host, origin) => {
    const { html, named, policy } = await shown(`${origin}/auth/login`)
    expect(html).toContain(`${name}</title>`)
    expect(html).toContain(host)
    expect(named('img').map(({ src }) => src)).toEqual([`${origin}/logo.svg`])
    expect(policy).toContain(`img-src ${origin}/logo.svg`)
    for (const other of ['The wiki', 'A preview', 'A customer', 'The deployment'].filter(
      (each) => each !== name,
    ))
      expect(html).not.toContain(other)
  })

  /** The same request, for another site. */
  const ofAnother = (address: string): string => {
    const url = new URL(address)
    const [header = '', claims = '', signature = ''] = url.searchParams.get('request')?.split('.') ?? []
    const written = atob(claims.replaceAll('-', '+').replaceAll('_', '/')).replaceAll(WIKI, PREVIEW)
    const altered = btoa(written).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
    url.searchParams.set('request', [header, altered, signature].join('.'))
    return url.href
  }

  test.each<[string, (asked: string) => string]>([
    ['no site', () => `${LOGIN}/auth/login`],
    [
      'a site by its name',
      () => `${LOGIN}/auth/login?site=wiki.example.com&brand=The+wiki&return_to=${WIKI}`,
    ],
    ['a request that was altered to name another', ofAnother],
    ['something that is no request', () => `${LOGIN}/auth/login?request=${WIKI}`],
  ])('%s speaks for none', async (_case, change) => {
    const { html, named, policy } = await shown(`${WIKI}/auth/login`, change)
    expect(html).toContain('The deployment')
    expect(html).toContain('login.example.com')
    expect(html).not.toMatch(/The wiki|A preview/)
    // The login host is no site here, and has no files.
    expect(named('img')).toEqual([])
    expect(policy.join()).not.toContain('img-src')
  })

  test('a request of another deployment, with keys of its own, speaks for none', async () => {
    const { world: foreign } = await manyHosts(config)
    const { newKeys } = await import('../../src/crypto/new-keys.ts')
    foreign.deploy({ config, env: { GATEHOUSE_KEYS: await newKeys() } })
    const { leavesTo = '' } = await foreign.browser().open(`${WIKI}/auth/login`)
    const { world } = await manyHosts(config)
    const { html } = await read(await world.browser().visit(leavesTo, { from: 'cross-site' }))
    expect(html).toContain('The deployment')
    expect(html).not.toContain('The wiki')
  })

  test('an address that was mistyped is asked for again for the same site', async () => {
    const { html } = await shown(`${WIKI}/auth/login`, (asked) => `${asked}&login_hint=nobody`)
    expect(html).toContain('nobody')
    expect(html).toContain('The wiki')
  })
})
