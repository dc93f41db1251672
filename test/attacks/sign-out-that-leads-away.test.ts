import { describe, expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
import { ACME_SITE, LOGIN, MANY_HOSTS, manyHosts } from '../support/many-hosts.ts'
import { ACME } from '../support/openid-provider.ts'

const STATE = /^others-\d+$/

const signedInAt = async (config = MANY_HOSTS) => {
  const { world, roam, signIn } = await manyHosts(config)
  const browser = world.browser()
  await signIn(browser, `${ACME_SITE}/x`)
  return { browser, roam }
}

/** What another site can have the confirmation ask, which the person then agrees to. */
const HOSTS = [
  ['a port and a folder before the wildcard', '3232235777:80/.preview.example.com'],
  ['an address as one number', '3232235777/.preview.example.com'],
  ['dots that are none', 'evil。example/.preview.example.com'],
  ['a query', 'evil。example?.preview.example.com'],
  ['a fragment', 'evil。example#.preview.example.com'],
  ['a backslash', 'evil。example\\.preview.example.com'],
  ['a user name', 'a@evil。example/.preview.example.com'],
  ['a line break', 'a\r\n.preview.example.com'],
  ['the wildcard itself', '*.preview.example.com'],
  ['a name that is too long', `${'a'.repeat(600)}.preview.example.com`],
] as const

describe('the way back from a sign-out at the login host', () => {
  test.each(HOSTS)('leads to no other host by %s', async (_case, from) => {
    const { browser, roam } = await signedInAt()
    const body = new URLSearchParams({ from })
    const asked = await browser.visit(`${LOGIN}/auth/logout`, { from: 'cross-site', method: 'POST', body })
    expect(await asked.text()).not.toContain('name="from"')
    const page = await roam(browser, `${LOGIN}/auth/logout`, { from: 'same-origin', method: 'POST', body })
    expect(new URL(page.leavesTo ?? '').searchParams.get('state')).toMatch(STATE)
  })

  test('leads to nobody who sends people to it, where a site is for every host', async () => {
    const sites = {
      'acme.example.com': { organization: ACME, upstream: assets() },
      '*': { upstream: assets() },
    }
    const { browser, roam } = await signedInAt(defineConfig({ loginHost: 'login.example.com', sites }))
    const headers = { Referer: 'https://evil.example/' }
    const asked = await browser.visit(`${LOGIN}/auth/logout`, { from: 'cross-site', headers })
    expect(await asked.text()).not.toContain('evil.example')
    const page = await roam(browser, `${LOGIN}/auth/logout`, {
      from: 'same-origin',
      method: 'POST',
      body: new URLSearchParams({ from: 'evil.example' }),
    })
    expect(new URL(page.leavesTo ?? '').searchParams.get('state')).toMatch(STATE)
  })
})
