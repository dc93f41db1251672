import express from 'express'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { useGatedBrowser } from '../../support/node/gated-browser.ts'

const gated = useGatedBrowser()
const { at, enter, signIn } = gated

const serveHtml = (path: string, html: string) =>
  gated.world.origin.routes.set(path, (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html)
  })

/** What arrived at the server below a path. */
const arrived = (path: string) => gated.world.origin.seen.filter(({ url }) => url.startsWith(path)).length

describe('what the browser holds', () => {
  test('is not sent again by Express, to somebody who is signed in', async () => {
    const { page, world } = gated
    const statuses: number[] = []
    let bytes = 0
    const app = express()
    app.get('/big', (_request, response) => {
      response.once('finish', () => {
        statuses.push(response.statusCode)
        if (response.statusCode === 200) bytes += 200_000
      })
      response.type('html').send(`<!doctype html><title>Big</title>${'x'.repeat(200_000)}`)
    })
    world.origin.routes.set('/big', app)
    await signIn(page, '/page', 'ann@example.com')
    for (let visit = 0; visit < 4; visit += 1) await page.goto(at('/big'))
    expect(statuses).toEqual([200, 304, 304, 304])
    expect(bytes).toBe(200_000)
    expect(await page.evaluate(() => document.body.textContent?.length)).toBe(200_000)
  })

  test('20 scripts under a rule with `cache` are not asked for again when cookies change', async () => {
    const { page, context, world } = gated
    const scripts = Array.from({ length: 20 }, (_, number) => `/cached/${number}.js`)
    serveHtml('/shop', scripts.map((src) => `<script src="${src}"></script>`).join(''))
    for (const script of scripts) {
      world.origin.routes.set(script, (_request, response) => {
        response
          .writeHead(200, { 'Content-Type': 'text/javascript' })
          .end('window.ran = (window.ran ?? 0) + 1')
      })
    }
    const ran = (tab: Page) => tab.evaluate(() => (window as unknown as { ran: number }).ran)
    await signIn(page, '/shop', 'ann@example.com')
    expect(await ran(page)).toBe(20)
    expect(arrived('/cached/')).toBe(20)

    // As analytics do on every page, and the gate itself at each renewal.
    await context.addCookies([{ name: '_ga', value: `${Date.now()}`, url: at('/') }])
    await gated.expireSession()
    await page.goto(at('/shop'))
    await page.goto(at('/shop?again'))
    expect(await ran(page)).toBe(20)
    expect(arrived('/cached/')).toBe(20)
    expect((await context.cookies()).map(({ name }) => name)).toContain('gh-session')
  })
})

describe('signing out', () => {
  const isSignedIn = async (page: Page) => (await page.request.get(at('/auth/session'))).status() === 200

  test('is nothing that a page does by looking at the address', async () => {
    const { page } = gated
    serveHtml('/links', '<link rel="prefetch" href="/auth/logout"><img src="/auth/logout">')
    const prefetched = page.waitForRequest(at('/auth/logout'))
    await signIn(page, '/links', 'ann@example.com')
    await prefetched
    const status = await page.evaluate(async () => (await fetch('/auth/logout')).status)
    expect(status).toBe(400)
    expect(await isSignedIn(page)).toBe(true)
  })

  test('is what a script does by POST, and it can read where to go on', async () => {
    const { page } = gated
    await signIn(page, '/page', 'ann@example.com')
    const answer = await page.evaluate(async () => {
      const response = await fetch('/auth/logout', { method: 'POST' })
      return { status: response.status, body: await response.json() }
    })
    expect(answer).toEqual({ status: 200, body: { signed_out: true, logout_url: expect.any(String) } })
    // Of this site: Scalekit's has an ID token in it.
    expect(answer.body.logout_url).toContain(at('/auth/logout?next='))
    expect(await isSignedIn(page)).toBe(false)
    await page.goto(answer.body.logout_url)
    await page.waitForURL(at('/auth/signed-out*'))
  })
})

describe('logins that go well are no loop', () => {
  test('the same page in four tabs is four sign-in pages', async () => {
    const { context } = gated
    const tabs = await Promise.all([1, 2, 3, 4].map(() => context.newPage()))
    for (const tab of tabs) {
      await tab.goto(at('/page'))
      await tab.getByLabel('Work e-mail').waitFor()
    }
    for (const tab of tabs) await enter(tab, 'ann@example.com')
    for (const tab of tabs) await tab.waitForURL(at('/page'))
  })

  test.each(['signed in all the while', 'signed out between them'])(
    'four sign-ins to a public page within a minute lead there, %s',
    async (how) => {
      const { page } = gated
      for (let login = 0; login < 4; login += 1) {
        await page.goto(at('/auth/login?return_to=/public/x'))
        await enter(page, 'ann@example.com')
        await page.waitForURL(at('/public/x'))
        if (how === 'signed out between them')
          await page.evaluate(() => fetch('/auth/logout', { method: 'POST' }))
      }
    },
  )
})
