import type { Context } from 'hono'
import { describe, expect, test } from 'vitest'
import { defineConfig, service } from '../../src/config.ts'
import { type App, honoWorld, page, SITE } from '../support/hono-world.ts'
import { ACME } from '../support/openid-provider.ts'

/** What an app reads of a request before Gatehouse sees it must not keep anybody signed in, nor an event from being heard. */

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }

const READERS: readonly [how: string, read: (c: Context) => Promise<unknown>][] = [
  ['as text', (c) => c.req.text()],
  ['as bytes', (c) => c.req.arrayBuffer()],
  ['as a form', (c) => c.req.parseBody()],
]

const reading = (read: (c: Context) => Promise<unknown>) => (app: App) => {
  app.use(async (c, next) => {
    if (c.req.method === 'POST') await read(c)
    await next()
  })
}

describe.each(READERS)('a body that was read before, %s,', (_how, read) => {
  test('still ends every session of a person', async () => {
    const world = await honoWorld(page, { before: reading(read) })
    const [here, there] = [world.browser(), world.browser()]
    for (const browser of [here, there]) await world.signIn(browser, `${SITE}/page`)
    const response = await here.visit(`${SITE}/auth/logout`, {
      method: 'POST',
      from: 'same-origin',
      headers: FORM,
      body: 'everywhere=1',
    })
    expect(response.status).toBe(303)
    world.clock.advance(6 * 60)
    expect((await there.request(`${SITE}/page`)).status).toBe(401)
  })

  test('still reaches another upstream', async () => {
    const rules = [{ path: '/api/*', access: 'public', upstream: service('APP') }] as const
    const config = defineConfig({ sites: { 'app.example.com': { organization: ACME, rules } } })
    const world = await honoWorld(page, { config, before: reading(read) })
    world.pages.answer = async (request) => new Response(await request.text())
    const response = await world.fetch(
      new Request(`${SITE}/api/x`, { method: 'POST', headers: FORM, body: 'a=1' }),
    )
    expect(await response.text()).toBe('a=1')
  })
})

test('a body of a GET, which has no use here, changes nothing', async () => {
  const reads = (app: App) => {
    app.use(async (c, next) => {
      await c.req.text()
      await next()
    })
    page(app)
  }
  const world = await honoWorld(page, { before: reads })
  // Of no request that is made may a GET have one; of one that comes in it may.
  const get = new Proxy(new Request(`${SITE}/auth/health`, { method: 'POST', body: 'a=1' }), {
    get: (request, name) => {
      const value: unknown = name === 'method' ? 'GET' : Reflect.get(request, name)
      return typeof value === 'function' ? value.bind(request) : value
    },
  })
  expect((await world.fetch(get)).status).toBe(200)
})

test('a body that is gone is a fault, and lets nobody on', async () => {
  const world = await honoWorld(page, { before: reading((c) => c.req.raw.text()) })
  const browser = world.browser()
  await world.signIn(browser, `${SITE}/page`)
  const options = { method: 'POST', from: 'same-origin', headers: FORM, body: 'everywhere=1' } as const
  expect((await browser.visit(`${SITE}/auth/logout`, options)).status).toBe(503)
})
