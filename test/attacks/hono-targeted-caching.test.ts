import { expect, test } from 'vitest'
import { requireSession } from '../../src/hono.ts'
import { type App, honoWorld, SITE } from '../support/hono-world.ts'

/**
 * Caches in front go by targeted headers (RFC 9213) before they look at `Cache-Control`. An app that sets one for all of its pages must not
 * put a person's session, or the way into a login, into a cache.
 */

const TARGETED = ['CDN-Cache-Control', 'Surrogate-Control']

const everywhere = (app: App): void => {
  app.use(async (c, next) => {
    for (const name of TARGETED) c.header(name, 'public, max-age=600')
    await next()
  })
}

const behind = (app: App): void => {
  app.get('/page', (c) => c.text('page'))
  app.get('/open/me', requireSession(), (c) => {
    for (const name of TARGETED) c.header(name, 'public, max-age=600')
    return c.json(c.var.session.user)
  })
}

const targeted = ({ headers }: Response) => TARGETED.filter((name) => headers.has(name))

test('who is not signed in gets nothing that is kept for all', async () => {
  const browser = (await honoWorld(behind, { before: everywhere })).browser()
  for (const path of ['/page', '/open/me', '/auth/session']) {
    const opened = await browser.visit(SITE + path)
    expect([path, targeted(opened), opened.headers.get('Cache-Control')]).toEqual([path, [], 'no-store'])
    const asked = await browser.request(SITE + path)
    expect([path, targeted(asked), asked.headers.get('Cache-Control')]).toEqual([path, [], 'no-store'])
  }
})

test('a login and what is said of a session are kept by nobody', async () => {
  const world = await honoWorld(behind, { before: everywhere })
  const browser = world.browser()
  const location = await world.beginLogin(browser, `${SITE}/page`)
  const callback = await browser.visit(world.provider.authorize(location), { from: 'cross-site' })
  expect(callback.status).toBe(303)
  expect(targeted(callback)).toEqual([])
  for (const path of ['/page', '/open/me', '/auth/session']) {
    const response = await browser.request(SITE + path)
    expect([path, response.status, targeted(response)]).toEqual([path, 200, []])
  }
})

test('a page that an app makes of a refusal is kept by nobody', async () => {
  const rendered = (app: App): void => {
    app.onError((error, c) => c.text(error.message, 401, { 'CDN-Cache-Control': 'max-age=600' }))
    behind(app)
  }
  const browser = (await honoWorld(rendered, { before: everywhere })).browser()
  const response = await browser.request(`${SITE}/open/me`)
  expect(response.status).toBe(401)
  expect(targeted(response)).toEqual([])
})
