import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { assets, defineConfig, minutes } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { ACME } from '../support/openid-provider.ts'
import { createWorld, DOCS, type World } from '../support/world.ts'

afterEach(() => reset())

const STRICT = `${DOCS}/strict/page`
const config = defineConfig({
  sites: {
    'docs.example.com': {
      organization: ACME,
      upstream: assets(),
      rules: [{ path: '/strict/*', access: 'authenticated', strict: true }],
    },
  },
})

async function signIn(at: World): Promise<Browser> {
  const browser = at.browser()
  await at.signIn(browser, STRICT)
  return browser
}

const goesOn = async (browser: Browser): Promise<boolean> =>
  (await browser.clone().request(STRICT)).status === 200

const post = (browser: Browser, path: string, form: Record<string, string> = {}) =>
  browser.request(`${DOCS}/auth${path}`, { method: 'POST', body: new URLSearchParams(form) })

/** Somebody else holds a copy of the cookies of a session that its owner has ended, and the owner has signed in again. */
async function stolen(): Promise<{ at: World; thief: Browser; owner: Browser }> {
  const at = await createWorld({ config })
  const first = await signIn(at)
  const thief = first.clone()
  await post(first, '/logout')
  expect(await goesOn(thief)).toBe(false)
  return { at, thief, owner: await signIn(at) }
}

describe('the cookies of a session that its owner ended command nothing', () => {
  test('not to sign out everywhere, however often, with the session token or only the refresh token', async () => {
    const { at, thief, owner } = await stolen()
    for (const wait of [0, minutes(5), minutes(5)]) {
      at.clock.advance(wait)
      const response = await post(thief.clone(), '/logout', { everywhere: '1' })
      expect(response.status).toBeLessThan(400)
      expect(response.headers.get('Location') ?? '').not.toContain(at.provider.issuer)
      expect(await goesOn(owner)).toBe(true)
    }
    expect(at.log.filter(({ event }) => event === 'logout')).toHaveLength(1)
  })

  test('nor to look at the sessions of the owner, or end one, or all others', async () => {
    const { thief, owner } = await stolen()
    const listed = await (await owner.request(`${DOCS}/auth/sessions`)).json<{ sessions: { id: string }[] }>()
    const [session] = listed.sessions
    expect((await thief.clone().request(`${DOCS}/auth/sessions`)).status).toBe(401)
    for (const form of [{ id: session?.id ?? '' }, { others: '1' }]) {
      expect((await post(thief.clone(), '/sessions/end', form)).status).toBe(401)
    }
    expect(await goesOn(owner)).toBe(true)
  })

  test('nor to sign the owner out at Scalekit', async () => {
    const { thief } = await stolen()
    const response = await post(thief, '/logout')
    expect(response.headers.get('Location') ?? '').not.toContain('id_token_hint')
  })
})

test('a refresh token that its owner has moved on from commands nothing either, and gives the thief away', async () => {
  const at = await createWorld({ config })
  const owner = await signIn(at)
  const other = await signIn(at)
  const thief = owner.clone()
  for (let renewal = 0; renewal < 2; renewal += 1) {
    at.clock.advance(minutes(5))
    expect(await owner.request(STRICT)).toMatchObject({ status: 200 })
  }
  await post(thief, '/logout', { everywhere: '1' })
  expect(await goesOn(other)).toBe(true)
  expect(await goesOn(owner)).toBe(false)
})
