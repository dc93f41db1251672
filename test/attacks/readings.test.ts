import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { assets, defineConfig, type Rule, type Site, service } from '../../src/config.ts'
import { ACME } from '../support/openid-provider.ts'
import { createWorld, DOCS, shownCode } from '../support/world.ts'

afterEach(() => reset())

const admins: Rule = { path: '/admin/*', require: { organizations: [ACME], roles: ['admin'] } }
const everything: Rule = { path: '/*', access: 'public' }

async function ask(path: string, rules: readonly Rule[], site: Partial<Site> = {}) {
  const config = defineConfig({ sites: { 'docs.example.com': { upstream: service('APP'), rules, ...site } } })
  const at = await createWorld({ config })
  const stranger = await at.browser().request(DOCS + path)
  const seen = at.pages.requests.map(({ url }) => url.slice(DOCS.length))
  return { status: stranger.status, code: await shownCode(stranger), seen, at }
}

describe('before static files, a folder called index or a.html is not its parent', () => {
  test.each<[rules: Rule[], path: string]>([
    [[{ path: '/index/*', access: 'public' }], '/'],
    [[{ path: '/index/*', access: 'public' }], '/secret'],
    [[{ path: '/index/*', access: 'public' }], '/admin/'],
    [[{ path: '/', access: 'public' }], '/index/'],
    [[{ path: '/docs', access: 'public' }], '/docs/index/'],
    [[{ path: '/docs', access: 'public' }], '/docs.html/'],
    [[{ path: '/v1.html/*', access: 'public' }], '/v1/users'],
    [[{ path: '/v1.html/*', access: 'public' }], '/v1'],
  ])('%j does not open %s', async (rules, path) => {
    const { status, seen } = await ask(path, rules, { upstream: assets() })
    expect([status, seen]).toEqual([401, []])
  })

  test('nor does a page for everybody that a folder for nobody stands behind', async () => {
    const rules: Rule[] = [{ path: '/docs/index/*', access: 'authenticated' }, everything]
    expect((await ask('/docs/index/', rules, { upstream: assets() })).status).toBe(401)
    expect((await ask('/docs/', rules, { upstream: assets() })).status).toBe(200)
  })
})

describe('an upstream that takes no notice of case (Express as it comes, Windows)', () => {
  test.each(['/Admin/users', '/ADMIN', '/%41dmin/users', '/aDMIN/x'])('%s is refused', async (path) => {
    const { status, code, seen } = await ask(path, [admins, everything])
    expect([status, code, seen.length]).toEqual([400, 'bad_path', 0])
  })

  test('by letters that only look alike in upper case', async () => {
    const secret: Rule = { path: '/secret/*', access: 'authenticated' }
    expect((await ask('/%C5%BFecret/x', [secret, everything])).status).toBe(400)
    const keys: Rule = { path: '/keys/*', access: 'authenticated' }
    expect((await ask('/%E2%84%AAeys/x', [keys, everything])).status).toBe(400)
  })

  test('nor does the case of Gatehouse’s own routes lead past them', async () => {
    expect((await ask('/AUTH/login', [everything])).status).toBe(400)
  })

  test('a rule with capitals covers its page in every case, as one without does', async () => {
    const capitals: Rule = { path: '/Admin/*', access: 'authenticated' }
    expect((await ask('/Admin/users', [capitals, everything])).status).toBe(401)
    expect((await ask('/admin/users', [capitals, everything])).status).toBe(400)
    expect((await ask('/readme', [capitals, everything])).status).toBe(200)
    expect((await ask('/Readme', [capitals, everything])).status).toBe(200)
  })

  test('caseSensitive: true says that the upstream tells them apart', async () => {
    const { status, seen } = await ask('/Admin/users', [admins, everything], { caseSensitive: true })
    expect([status, seen]).toEqual([200, ['/Admin/users']])
    expect(
      (await ask('/Readme', [{ path: '/readme', access: 'public' }], { upstream: assets() })).status,
    ).toBe(401)
  })

  test('someone who is signed in gets no further than the rule lets them', async () => {
    const { at } = await ask('/', [admins])
    const browser = at.browser()
    await at.signIn(browser, `${DOCS}/auth/login?return_to=/&organization_id=${ACME}`)
    expect((await browser.request(`${DOCS}/admin/users`)).status).toBe(403)
    expect((await browser.request(`${DOCS}/Admin/users`)).status).toBe(400)
  })
})

test('a name in another Unicode form is another spelling of the same page', async () => {
  const cafe: Rule = { path: '/café/*'.normalize('NFC'), access: 'authenticated' }
  const nfd = encodeURI('/café/menu'.normalize('NFD'))
  for (const upstream of [assets(), service('APP')]) {
    expect((await ask(nfd, [cafe, everything], { upstream })).status).toBe(400)
    expect(
      (await ask(encodeURI('/café/menu'.normalize('NFC')), [cafe, everything], { upstream })).status,
    ).toBe(401)
    expect((await ask(nfd, [everything], { upstream })).status).toBe(200)
    const written: Rule = { ...cafe, path: cafe.path.normalize('NFD') }
    expect((await ask(encodeURI('/café/menu'), [written, everything], { upstream })).status).toBe(401)
  }
})

test('the home page is not opened under empty names', async () => {
  const home: Rule = { path: '/', access: 'public' }
  expect((await ask('/', [home])).status).toBe(200)
  for (const path of ['//', '///', '/%2f', '/;x', '/.%20'])
    expect((await ask(path, [home])).status, path).toBe(400)
})

describe('where one rule covers every reading, a path arrives byte for byte', () => {
  test.each([
    '/projects/group%2Fproject',
    '/@scope%2fname',
    '/r/http://example.com/x',
    '/r/https:%2F%2Fexample.com%2Fx',
    '/a%252Fb',
    '/a%25252Fb',
    '/map;v=1/x;y=2',
    '/c%23/why%3f',
    '/caf%c3%a9/cafe%cc%81',
    '/v1./a%20/b',
    '/%7Euser/%41',
    '/MixedCase/README.md',
    '/a//b///c',
  ])('%s', async (path) => {
    const rule: Rule = { path: '/*', access: 'authenticated' }
    const { status, at } = await ask(path, [rule])
    expect(status).toBe(401)
    const browser = at.browser()
    // The page that was wanted is the one that opens after the login.
    const page = await at.signIn(
      browser,
      `${DOCS}/auth/login?organization_id=${ACME}&return_to=${encodeURIComponent(path)}`,
    )
    expect(page.response.status).toBe(200)
    expect(at.pages.last?.url).toBe(DOCS + path)
  })
})

test('what a refusal says: nothing of the rules to the visitor, both rules to the operator', async () => {
  const { at } = await ask('/Admin/users', [admins, everything])
  const page = await (await at.browser().visit(`${DOCS}/Admin/users`)).text()
  expect(page).toContain('bad_path')
  // Its own address is no news to whoever asked for it.
  expect(page.replaceAll('/Admin/users', '')).not.toMatch(/rules\[|\/\*|lower case|admin\//i)
  expect(at.log.at(-1)).toMatchObject({
    event: 'refused',
    site: 'docs.example.com',
    refusal: {
      reason: 'rules_disagree',
      met: [
        { reading: 'as written', rule: 'rules[1] /*' },
        { reading: 'in lower case', rule: 'rules[0] /admin/*' },
      ],
    },
  })
})

test('a path with thousands of readings is refused before all of them are looked at', async () => {
  for (const piece of [';a//B.%5c%2541', 'x%20;y//']) {
    const { status, code, seen } = await ask(`/${piece.repeat(15_000 / piece.length)}`, [everything])
    expect([status, code, seen.length]).toEqual([400, 'bad_path', 0])
  }
})
