import { describe, expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
import type { Browser } from '../support/browser.ts'
import { LOGIN, MANY_HOSTS, manyHosts, WIKI } from '../support/many-hosts.ts'
import { createWorld, OPEN, type World } from '../support/world.ts'

/** What the form of the sign-in page sends. */
const type = (browser: Browser, address: string, more: Record<string, string> = {}) => {
  const query = new URLSearchParams({ ...more, typed: '1', login_hint: address })
  return browser.open(`${OPEN}/auth/login?${query}`, { from: 'same-origin' })
}

/** @returns the addresses that the buttons of a page send, by what stands on them */
const offered = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<button[^>]* name="login_hint" value="([^"]*)"[^>]*>(.*?)<\/button>/g)].map(
      ([, value = '', label = '']) => [label.replaceAll('<wbr/>', ''), value],
    ),
  )

describe('an address with a known slip', () => {
  test('is asked about once: the page offers the one that was meant, and the one that was typed', async () => {
    const world = await createWorld()
    const browser = world.browser()
    const { response, leavesTo } = await type(browser, 'jane@gmial.com', {
      return_to: '/a?b',
      prompt: 'login',
    })
    expect(leavesTo).toBeUndefined()
    expect(response.status).toBe(200)
    const html = await response.text()
    expect(html).toContain('Did you mean <strong>jane@gmail.com</strong>?')
    expect(offered(html)).toEqual({
      'Use jane@gmail.com': 'jane@gmail.com',
      'Continue with jane@gmial.com': 'jane@gmial.com',
    })
    // Nothing has begun.
    expect(world.kv.operations).toEqual([])
    expect(browser.cookies.of(new URL(OPEN))).toEqual([])
    const [, question = '', form = ''] = html.split('<form ')
    for (const each of [question, form]) {
      expect(each).toContain('name="return_to" value="/a?b"')
      expect(each).toContain('name="prompt" value="login"')
    }
    // Corrected in place, it is looked at again; an answer is not.
    expect(form).toContain('name="typed" value="1"')
    expect(form).toContain('value="jane@gmial.com"')
    expect(question).not.toContain('name="typed"')
  })

  test.each(['jane@gmail.com', 'jane@gmial.com'])('either answer goes to Scalekit: %s', async (address) => {
    const world = await createWorld()
    const query = new URLSearchParams({ login_hint: address, return_to: '/a' })
    const { leavesTo = '' } = await world
      .browser()
      .open(`${OPEN}/auth/login?${query}`, { from: 'same-origin' })
    expect(new URL(leavesTo).searchParams.get('login_hint')).toBe(address)
  })

  test('is not asked about where a link brings it, whatever it says, or a script', async () => {
    const world = await createWorld()
    const link = await world.browser().open(`${OPEN}/auth/login?login_hint=jane%40gmial.com`)
    expect(link.leavesTo).toBeDefined()
    const forged = 'typed=1&login_hint=jane%40gmial.com'
    for (const from of ['cross-site', 'same-site'] as const)
      expect((await world.browser().open(`${OPEN}/auth/login?${forged}`, { from })).leavesTo).toBeDefined()
    const script = await world.browser().request(`${OPEN}/auth/login?typed=1&login_hint=jane%40gmial.com`, {
      redirect: 'manual',
    })
    expect(await script.text()).not.toContain('gmail.com')
  })
})

test('the domain that the browser remembers is offered for one that is almost the same', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const first = await type(browser, 'jane@acme.example')
  await world.finishLogin(browser, world.provider.authorize(first.leavesTo ?? ''))
  const { response } = await type(browser, 'jane@amce.example')
  expect(Object.values(offered(await response.text()))).toEqual(['jane@acme.example', 'jane@amce.example'])
  expect((await type(world.browser(), 'jane@amce.example')).leavesTo).toBeDefined()
})

test('so are the domains of the host and of whom the page says to ask', async () => {
  const config = defineConfig({
    sites: {
      'open.example.com': {
        upstream: assets(),
        brand: { support: { text: 'IT', email: 'it@Widgets.test' } },
      },
    },
  })
  const world = await createWorld({ config })
  for (const [typed, meant] of [
    ['jane@exmaple.com', 'jane@example.com'],
    ['jane@widget.test', 'jane@widgets.test'],
  ] as const) {
    const { response } = await type(world.browser(), typed)
    expect(Object.values(offered(await response.text()))).toEqual([meant, typed])
  }
})

test('at the login host the form asks under the name of the site, by its domains, and goes on with its request', async () => {
  const { 'wiki.example.com': wiki, ...others } = MANY_HOSTS.sites
  const config = defineConfig({
    ...MANY_HOSTS,
    sites: {
      ...others,
      'wiki.example.com': {
        ...wiki,
        brand: { name: 'Wiki', support: { text: 'IT', email: 'it@widgets.test' } },
      },
    },
  })
  const { world, roam } = await manyHosts(config)
  const browser = world.browser()
  const { url } = await roam(browser, `${WIKI}/a`)
  const request = new URL(url).searchParams.get('request') ?? ''
  const query = new URLSearchParams({ request, typed: '1', login_hint: 'jane@wigdets.test' })
  const { response } = await browser.open(`${LOGIN}/auth/login?${query}`, { from: 'same-origin' })
  const html = await response.text()
  expect(html).toContain('<h1>Sign in to Wiki</h1>')
  expect(Object.values(offered(html))).toEqual(['jane@widgets.test', 'jane@wigdets.test'])
  const [, question = ''] = html.split('<form ')
  expect(question).toContain(`name="request" value="${request}"`)
})

describe('a mailbox that everybody can have', () => {
  const HINT = 'Use your work address here: one of gmail.com usually belongs to no organization.'

  test('is asked about once, and can be used all the same', async () => {
    const world = await createWorld()
    const { response, leavesTo } = await type(world.browser(), 'jane@gmail.com', { return_to: '/a' })
    expect([response.status, leavesTo]).toEqual([200, undefined])
    const html = await response.text()
    expect(html).toContain(HINT)
    expect(html).not.toContain('aria-invalid="true"')
    const [, form = ''] = html.split('<form ')
    expect(form).toContain('value="jane@gmail.com"')
    expect(form).toMatch(/aria-describedby="problem about"/)
    expect(form).toContain('name="return_to" value="/a"')
    // Sent once more, whatever is in the field goes on.
    expect(form).not.toContain('name="typed"')
    expect(world.kv.operations).toEqual([])
  })

  test('is said to be one where a slip is pointed out, too', async () => {
    const { response } = await type((await createWorld()).browser(), 'jane@gmial.com')
    expect(await response.text()).toContain(HINT)
  })

  test('is no address to go on with: the way on is the field for another one', async () => {
    const world = await createWorld()
    const filled = (html: string) => html.match(/<button class="button" [^>]*/g)
    const advisedAgainst = await (await type(world.browser(), 'jane@gmial.com')).response.text()
    expect(filled(advisedAgainst)).toHaveLength(1)
    expect(filled(advisedAgainst)?.[0]).not.toContain('name="login_hint"')
    expect(/<input id="login_hint"[^>]*>/.exec(advisedAgainst)?.[0]).toContain('autofocus')
    // Of an address that may be a work address, the one that was meant.
    const advised = await (await type(world.browser(), 'jane@exmaple.com')).response.text()
    expect(filled(advised)).toHaveLength(1)
    expect(filled(advised)?.[0]).toContain('value="jane@example.com"')
  })

  test('is as good as any where the page shows it, or a link brings it', async () => {
    const brand = { support: { text: 'IT', email: 'it@gmail.com' } }
    const config = defineConfig({ sites: { 'open.example.com': { upstream: assets(), brand } } })
    const world = await createWorld({ config })
    expect((await type(world.browser(), 'jane@gmail.com')).leavesTo).toBeDefined()
    const other = await createWorld()
    const link = `${OPEN}/auth/login?typed=1&login_hint=jane%40gmail.com`
    expect((await other.browser().open(link, { from: 'cross-site' })).leavesTo).toBeDefined()
  })

  test('is the same for a domain whether it is a customer’s or not', async () => {
    const world = await createWorld()
    for (const address of ['jane@acme.example', 'jane@nobody.example'])
      expect((await type(world.browser(), address)).leavesTo, address).toBeDefined()
  })
})

describe('an address that Scalekit knows no organization for', () => {
  const field = (html: string) => /<input id="login_hint"[^>]*>/.exec(html)?.[0]
  const failed = async (world: World, browser: Browser, leavesTo = '', error = 'domain_not_found') =>
    (await world.finishLogin(browser, world.provider.refuse(leavesTo, error))).response

  test('is put right where it is said to be wrong, with all that its login was to do', async () => {
    const world = await createWorld()
    const browser = world.browser()
    const { leavesTo } = await type(browser, 'jane@amce.example', { return_to: '/a?b', ui_locales: 'en' })
    const response = await failed(world, browser, leavesTo)
    expect(response.status).toBe(403)
    const html = await response.text()
    expect(field(html)).toContain('value="jane@amce.example" aria-invalid="true" aria-describedby="problem"')
    expect(html).toContain(
      '<p id="problem" class="bad" role="alert">No organization is registered for the domain of that e-mail address.</p>',
    )
    const [, form = ''] = html.split('<form ')
    for (const [name, value] of Object.entries({ return_to: '/a?b', ui_locales: 'en', typed: '1' }))
      expect(form).toContain(`name="${name}" value="${value}"`)
    expect(html).not.toContain('Sign in again<')
    expect(world.log.at(-1)).toMatchObject({ refusal: { received: 'domain_not_found' } })
  })

  test.each(['cross-site', 'same-site', 'none'] as const)(
    'is not shown where a link brought it (%s)',
    async (from) => {
      const world = await createWorld()
      const browser = world.browser()
      const query = new URLSearchParams({ typed: '1', login_hint: 'mallory@evil.example' })
      const { leavesTo } = await browser.open(`${OPEN}/auth/login?${query}`, { from })
      const html = await (await failed(world, browser, leavesTo)).text()
      expect(field(html)).toBeUndefined()
      expect(html).not.toContain('mallory')
      expect(html).toContain('Sign in again<')
    },
  )

  test('is shown to no other browser, and for no other error', async () => {
    const world = await createWorld()
    const browser = world.browser()
    const { leavesTo } = await type(browser, 'jane@amce.example')
    expect(await (await failed(world, world.browser(), leavesTo)).text()).not.toContain('jane')
    expect(await (await failed(world, browser, leavesTo, 'access_denied')).text()).not.toContain('jane')
  })

  test('at the login host goes on with the request of the site', async () => {
    const { world, roam } = await manyHosts()
    const browser = world.browser()
    const { url } = await roam(browser, `${WIKI}/a`)
    const request = new URL(url).searchParams.get('request') ?? ''
    const query = new URLSearchParams({ request, typed: '1', login_hint: 'jane@amce.example' })
    const { leavesTo } = await browser.open(`${LOGIN}/auth/login?${query}`, { from: 'same-origin' })
    const html = await (await failed(world, browser, leavesTo)).text()
    expect(field(html)).toContain('value="jane@amce.example"')
    expect(html.split('<form ')[1]).toContain(`name="request" value="${request}"`)
  })
})
