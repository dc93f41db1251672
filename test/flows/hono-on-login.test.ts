import { describe, expect, test } from 'vitest'
import { type GatehouseOptions, refuseLogin } from '../../src/hono.ts'
import { SITE } from '../support/hono-world.ts'
import { JANE } from '../support/openid-provider.ts'
import { appWorld, type Plan } from './hono-app-world.ts'

describe('onLogin', () => {
  const plans = (plan: string): GatehouseOptions<Plan> => ({
    onLogin: async (session, c) => ({
      plan: `${plan} of ${session.user.email} by ${c.env.SCALEKIT_CLIENT_ID}`,
    }),
  })

  test('adds claims that last as long as the session', async () => {
    const world = await appWorld({ options: plans('pro') })
    const browser = world.browser()
    const { response } = await world.signIn(browser, `${SITE}/api/me`, JANE)
    const plan = `pro of ${JANE.email} by ${world.provider.clientId}`
    expect(await response.json()).toMatchObject({ claims: { plan } })
    world.clock.advance(6 * 60)
    expect(await (await browser.request(`${SITE}/api/me`)).json()).toMatchObject({ claims: { plan } })
    expect(await (await browser.request(`${SITE}/auth/session`)).json()).toMatchObject({ claims: { plan } })
  })

  test('lets nobody in whom it refuses, and says why in its own words', async () => {
    const world = await appWorld({
      options: { onLogin: () => refuseLogin('Your company has no seat <left>.') },
    })
    const browser = world.browser()
    const { response } = await world.signIn(browser, `${SITE}/api/me`, JANE)
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('Your company has no seat &lt;left&gt;.')
    expect(world.refusals).toEqual(['login_declined'])
    expect((await browser.request(`${SITE}/api/me`)).status).toBe(401)
  })

  test('lets nobody in where it fails', async () => {
    const world = await appWorld({
      options: {
        onLogin: () => {
          throw new Error('no database')
        },
      },
    })
    const browser = world.browser()
    const { response } = await world.signIn(browser, `${SITE}/api/me`, JANE)
    expect(response.status).toBe(503)
    expect((await browser.request(`${SITE}/api/me`)).status).toBe(401)
  })

  test('cannot add more than a cookie holds', async () => {
    const world = await appWorld({ options: { onLogin: () => ({ plan: 'x'.repeat(4000) }) } })
    const { response } = await world.signIn(world.browser(), `${SITE}/api/me`, JANE)
    expect(response.status).toBe(403)
    expect(world.refusals).toEqual(['session_too_large'])
  })
})
