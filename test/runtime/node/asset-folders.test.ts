import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rawRequest, sendRaw } from '../../support/node/raw-http.ts'
import { type StaticSite, startStaticSite } from '../../support/node/static-site.ts'

const WORKER = join(import.meta.dirname, '../../fixtures/folders/worker.ts')

/** Each holds its own name. */
const FILES = [
  'index.html',
  '404.html',
  'secret.html',
  'secret/index.html',
  'acme.html',
  'acme/index.html',
  'acme/404.html',
  'acme/page.html',
  'acme/team/index.html',
  'acme/app.js',
  'bare.html',
  'bare/page.html',
]

/** Ways to ask for what is not in a folder, or beside it. */
const TRICKS = [
  ...['', '/', 'index', 'index/', 'index.html', 'index.html/', '.html', '404', '404.html', '%20'],
  ...['secret', 'secret/', 'secret.html', 'acme', 'acme.html', 'bare', 'bare/', 'bare.html', '../secret'],
  ...['%2e%2e/secret', '..%2fsecret', '..%5csecret', '.%2e/secret.html', '%252e%252e/secret', '/secret'],
  ...['%2fsecret', '%5c..%5csecret', 'page/../../secret', 'team/%2e%2e/%2e%2e/secret', '..;/secret'],
  ...['index%2findex', 'index/index', 'index/index/', '%69ndex.html', 'page', 'page.html', 'team'],
].map((rest) => `/${rest}`)

describe.each([
  ['auto-trailing-slash', '404-page'],
  ['auto-trailing-slash', 'single-page-application'],
  ['force-trailing-slash', 'single-page-application'],
  ['drop-trailing-slash', 'single-page-application'],
  ['none', '404-page'],
] as const)('with html_handling = "%s" and not_found_handling = "%s"', (htmlHandling, notFoundHandling) => {
  let site: StaticSite
  beforeAll(async () => {
    site = await startStaticSite({ worker: WORKER, files: FILES, htmlHandling, notFoundHandling })
  })
  afterAll(() => site?.stop())

  const ask = (host: string, target: string, headers: [string, string][] = [], method = 'GET') => {
    const { port } = site
    return sendRaw(port, rawRequest(method, target, [['Host', `${host}.localhost:${port}`], ...headers]))
  }
  /** Goes on where a redirect within the site leads. */
  const open = async (host: string, target: string) => {
    let answer = await ask(host, target)
    for (let left = 3; left > 0 && answer.header('Location') !== undefined; left -= 1)
      answer = await ask(host, answer.header('Location') ?? '')
    return answer
  }

  test.each(['acme', 'app', 'bare', 'bare-app'])(
    'nothing outside of the folder is seen at %s',
    async (host) => {
      const home = host.startsWith('bare') ? 'bare/' : 'acme/'
      for (const path of TRICKS) {
        for (const method of ['GET', 'POST']) {
          const { status, body, header } = await ask(host, path, [], method)
          const isOurs = body === '' || body === 'Not found' || /^{"type":"urn:gatehouse:bad_path"/.test(body)
          expect(isOurs || body.startsWith(home), `${method} ${path}: ${status} ${body}`).toBe(true)
          expect(header('Location') ?? '', path).not.toMatch(/^\/(?:acme|bare)/)
        }
      }
    },
  )

  test('its pages and its home are there, and what is missing is told by its own page', async () => {
    expect(await open('acme', '/')).toMatchObject({ status: 200, body: 'acme/index.html' })
    expect(await open('acme', '/page.html')).toMatchObject({ status: 200, body: 'acme/page.html' })
    expect(await open('acme', '/app.js')).toMatchObject({ status: 200, body: 'acme/app.js' })
    expect(await open('acme', '/team/index.html')).toMatchObject({
      status: 200,
      body: 'acme/team/index.html',
    })
    expect(await open('acme', '/nowhere')).toMatchObject({ status: 404, body: 'acme/404.html' })
    expect(await open('acme', '/nowhere.js')).toMatchObject({ status: 404, body: 'acme/404.html' })
    expect(await open('bare', '/nowhere')).toMatchObject({ status: 404, body: 'Not found' })
    expect(await open('bare', '/page.html')).toMatchObject({ status: 200, body: 'bare/page.html' })
    expect(await open('bare', '/')).toMatchObject({ status: 404, body: 'Not found' })
  })

  test('what a browser holds of it is not sent again', async () => {
    for (const [host, path] of [
      ['acme', '/'],
      ['acme', '/app.js'],
      ['app', '/orders/7'],
    ] as const) {
      const etag = (await ask(host, path)).header('ETag') ?? ''
      expect(etag, path).not.toBe('')
      expect(await ask(host, path, [['If-None-Match', etag]]), path).toMatchObject({ status: 304, body: '' })
      expect(await ask(host, path, [], 'HEAD'), path).toMatchObject({ status: 200, body: '' })
    }
  })

  test('an app answers unknown paths, and files that are missing are missing', async () => {
    expect(await ask('app', '/orders/7?x')).toMatchObject({ status: 200, body: 'acme/index.html' })
    expect(await ask('app', '/orders/')).toMatchObject({ status: 200, body: 'acme/index.html' })
    expect(await ask('app', '/orders/7.js')).toMatchObject({ status: 404, body: 'acme/404.html' })
    expect(await ask('bare-app', '/orders/7')).toMatchObject({ status: 404, body: 'Not found' })
  })

  test('the app is shown to whom the home page is open, and the page too', async () => {
    expect((await ask('closed-home', '/app/x')).status).toBe(401)
    expect((await ask('closed-home', '/')).status).toBe(401)
    expect((await ask('closed-home', '/app/x.js')).status).toBe(404)
    expect((await open('closed-home', '/secret.html')).body).toMatch(/^secret/)
    expect(await ask('open-home', '/app/x')).toMatchObject({ status: 200, body: 'index.html' })
    expect((await ask('open-home', '/orders/x')).status).toBe(401)
    expect((await ask('open-home', '/secret')).status).toBe(401)
  })
})
