import { describe, expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { ACME } from '../support/openid-provider.ts'
import { APP, createWorld, DOCS } from '../support/world.ts'

/** A form is sent from a page. @param from what the browser says of it */
async function send(browser: Browser, address: string, from: string | undefined): Promise<string> {
  const response = await browser.request(address, {
    method: 'POST',
    headers: {
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Dest': 'document',
      Accept: 'text/html',
      ...(from !== undefined && { Referer: from }),
    },
    body: new URLSearchParams({ amount: '7' }),
  })
  expect(response.status).toBe(401)
  return response.text()
}

const loginsIn = (html: string) =>
  [...html.matchAll(/href="([^"]*\/auth\/login[^"]*)"/g)].map(([, url]) => url)

describe('a form that met an ended session', () => {
  test('leads back to its page, and both ways to sign in do', async () => {
    const world = await createWorld()
    const html = await send(world.browser(), `${DOCS}/orders`, `${DOCS}/orders/new?for=acme`)
    expect(html).toContain('back at the page that you sent it from')
    expect(loginsIn(html)).toEqual(Array(2).fill(`${DOCS}/auth/login?return_to=%2Forders%2Fnew%3Ffor%3Dacme`))
    expect(world.pages.requests).toEqual([])
  })

  test.each([
    ['no referrer', undefined],
    ['an origin alone', `${DOCS}/`],
    ['another site', 'https://evil.example/phish'],
    ['our own routes', `${DOCS}/auth/logout`],
    ['no address', 'nowhere'],
  ])('leads home where the browser says %s', async (_case, from) => {
    const html = await send((await createWorld()).browser(), `${DOCS}/orders`, from)
    expect(html).toContain('After signing in you are on the home page')
    expect(loginsIn(html)).toEqual(Array(2).fill(`${DOCS}/auth/login?return_to=%2F`))
  })

  test('because the login is too long ago asks for a new one, or it would be sent in vain again', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/money/x`)
    world.clock.advance(16 * 60)
    const html = await send(browser, `${DOCS}/money/x`, `${DOCS}/money/form`)
    for (const login of loginsIn(html)) expect(login).toContain('prompt=login')
    expect(loginsIn(html)).toHaveLength(2)
  })

  test('is not offered another tab where the site is shown in a frame, whose session is another one', async () => {
    const config = defineConfig({
      sites: {
        'app.example.com': {
          organization: ACME,
          upstream: assets(),
          embeddedIn: ['https://portal.example.com'],
        },
      },
    })
    const world = await createWorld({ config })
    const html = await send(world.browser(), `${APP}/orders`, `${APP}/orders/new`)
    expect(html).not.toContain('_blank')
    expect(loginsIn(html)).toHaveLength(1)
  })
})

test('a frame, which sent nothing, reads nothing of that', async () => {
  const response = await (await createWorld()).browser().request(`${DOCS}/x`, {
    headers: { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe', Accept: 'text/html' },
  })
  expect(loginsIn(await response.text())).toHaveLength(1)
})
