import { describe, expect, test } from 'vitest'
import { assets, defineConfig, minutes } from '../../src/config.ts'
import { ACME_SITE, manyHosts } from '../support/many-hosts.ts'
import { ACME } from '../support/openid-provider.ts'
import { createWorld, DOCS, type World } from '../support/world.ts'

/** What is folded away on a page: its summary, what is said there, and the lines to copy. */
function folded(html: string) {
  const [, summary, said = '', lines = ''] =
    /<details><summary>([^<]*)<\/summary>(?:<p>(.*?)<\/p>)?<pre class="copy">([^<]*)<\/pre><\/details>/s.exec(
      html,
    ) ?? []
  return { summary, said, lines: lines.split('\n') }
}

/** The e-mail that is written already. */
function mailIn(html: string) {
  const [, to = '', query = ''] = /href="mailto:([^?"]*)\?([^"]*)"/.exec(html) ?? []
  const { subject = '', body = '' } = Object.fromEntries(
    query.split('&amp;').map((each) => each.split('=').map(decodeURIComponent) as [string, string]),
  )
  return { to, subject, body, query }
}

async function failWith(world: World, error: string, description?: string): Promise<string> {
  const browser = world.browser()
  const location = await world.beginLogin(browser, `${DOCS}/a`)
  return (
    await world.finishLogin(browser, world.provider.refuse(location, error, description))
  ).response.text()
}

describe('what somebody else has to put right', () => {
  test('is folded away for the administrator, with what to copy and an e-mail that has it', async () => {
    const world = await createWorld()
    const html = await failWith(world, 'mandatory_attribute_missing', 'Required attribute: given_name.')
    const { summary, said, lines } = folded(html)
    const reference = world.log.at(-1)?.reference
    expect(summary).toBe('For your administrator')
    expect(said).toContain('Correct the attribute mapping')
    expect(lines).toEqual([
      `Time: ${new Date(world.clock.seconds * 1000).toISOString()}`,
      'Site: docs.example.com',
      'Code: scalekit_error: mandatory_attribute_missing',
      `Reference: ${reference}`,
      'Missing attribute: given_name',
    ])
    const { to, subject, body, query } = mailIn(html)
    expect(to).toBe('')
    expect(subject).toContain('docs.example.com')
    for (const line of [...lines, said]) expect(body.split('\r\n')).toContain(line)
    // RFC 6068 section 5: lines end with both.
    expect(query.replaceAll('%0D%0A', '')).not.toMatch(/%0[AD]|[\s+<>"']/)
  })

  test('names the callback URL that was sent to the developers of the site', async () => {
    const { summary, lines } = folded(await failWith(await createWorld(), 'invalid_redirect_uri'))
    expect(summary).toBe('For the developers of this site')
    expect(lines).toContain(`Callback URL that was sent: ${DOCS}/auth/callback`)
  })

  test.each([
    ['an attribute that nobody knows', 'Required attribute: call +1 555 0100'],
    ['markup', '<b>email</b><script>'],
  ])('shows nothing else of a description: %s', async (_case, description) => {
    const html = await failWith(await createWorld(), 'mandatory_attribute_missing', description)
    expect(html).not.toMatch(/555|<b>|<script/)
  })

  test('of an error without attributes nothing is read of the description', async () => {
    const html = await failWith(await createWorld(), 'user_not_active', 'Required attribute: given_name.')
    expect(html).not.toContain('given_name')
  })

  test.each([
    [
      'an address',
      { text: 'Help', email: 'help@acme.example' },
      'help@acme.example',
      'mailto:help@acme.example',
    ],
    ['a page', { text: 'Help', url: 'https://help.acme.example/' }, '', 'https://help.acme.example/'],
  ])('a denial says whom to ask, by %s of the site', async (_case, support, to, href) => {
    const site = { organization: ACME, upstream: assets(), brand: { support } } as const
    const rules = [{ path: '/admin/*', require: { roles: ['admin'] } }] as const
    const world = await createWorld({
      config: defineConfig({ sites: { 'docs.example.com': { ...site, rules } } }),
    })
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/a`)
    const html = await (await browser.visit(`${DOCS}/admin/x`)).text()
    expect(html).toContain(`Whom to ask: <a href="${href}">Help</a>`)
    expect(mailIn(html).to).toBe(to)
    expect(folded(html).lines).toContain('Account: jane@acme.example')
    expect(folded(html).summary).toBe('For the operators of this site')
  })

  test('a denial says in its e-mail who may not open what, and nothing of the query', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/a`)
    const html = await (await browser.visit(`${DOCS}/admin/users?token=s3cret`)).text()
    const { subject, body } = mailIn(html)
    const page = `${DOCS}/admin/users`
    expect(subject).toBe(`I cannot open ${page}`)
    expect(body).toContain(`I am signed in as jane@acme.example, but I cannot open ${page}.`)
    expect(body).toContain('This page needs a role that you do not have.')
    expect(body).not.toMatch(/sign in to|s3cret/)
    // Commands are for whoever runs the site, below; nobody sends them an e-mail with one.
    expect(body).toContain('The log has the rule')
    expect(body).not.toContain('gatehouse')
    expect(folded(html).said).toContain('<code>gatehouse explain</code> shows what')
    const lines = ['Account: jane@acme.example', `Page: ${page}`, `Reference: ${world.log.at(-1)?.reference}`]
    expect(folded(html).lines).toEqual(expect.arrayContaining(lines))
    expect(body.split('\r\n')).toEqual(expect.arrayContaining(lines))
    const script = await browser.request(`${DOCS}/admin/users`, { headers: { Accept: 'application/json' } })
    expect(((await script.json()) as { detail: string }).detail).toContain('gatehouse explain')
  })

  test('a long path is cut short, so that programs for e-mail take the link', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/a`)
    const { body } = mailIn(await (await browser.visit(`${DOCS}/admin/${'a'.repeat(4000)}`)).text())
    expect(body).toContain('aaa…')
    expect(body.length).toBeLessThan(2000)
  })

  test('a sign-in that failed is still one, without the address that it came back to', async () => {
    const world = await createWorld()
    const html = await failWith(world, 'mandatory_attribute_missing')
    expect(mailIn(html).subject).toBe('I cannot sign in to docs.example.com')
    expect(folded(html).lines.join()).not.toContain('callback')
  })

  test('who can help themselves is not told to write to anybody', async () => {
    const html = await failWith(await createWorld(), 'user_login_required')
    expect(html).not.toContain('mailto:')
    expect(folded(html).summary).toBe('Details')
  })

  test.each([
    ['mail', { text: 'Help', email: 'help@acme.example' }, 'Send the details by '],
    ['a page', { text: 'Help', url: 'https://help.acme.example/' }, 'Give them the details below.'],
  ])(
    'the contact of a site that takes %s is named once, and nobody beside it',
    async (_case, support, how) => {
      const links = [{ text: 'Imprint', url: 'https://acme.example/imprint' }]
      const site = { organization: ACME, upstream: assets(), brand: { support, links } } as const
      const rules = [{ path: '/admin/*', require: { roles: ['admin'] } }] as const
      const world = await createWorld({
        config: defineConfig({ sites: { 'docs.example.com': { ...site, rules } } }),
      })
      const browser = world.browser()
      await world.signIn(browser, `${DOCS}/a`)
      const html = await (await browser.visit(`${DOCS}/admin/x`)).text()
      expect(html.match(/>Help</g)).toHaveLength(1)
      expect(html).toContain(how)
      expect(html).not.toContain('href="mailto:?')
      expect(html).toContain('>Imprint<')
      // Who only signs out, or can help themselves, finds it below.
      expect(await (await browser.visit(`${DOCS}/auth/sessions`)).text()).toContain('>Help<')
    },
  )
})

describe('a role that was given meanwhile', () => {
  const WAY = /<a class="button quiet" href="([^"]*)"[^>]*>Sign in again</
  const HINT = 'If a role or group was given to you a short while ago, sign in again'

  test('counts from the next sign-in, which the page offers and which opens it', async () => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/a`)
    const atOnce = await (await browser.visit(`${DOCS}/admin/`)).text()
    expect(atOnce).not.toMatch(WAY)
    expect(atOnce).not.toContain(HINT)
    world.clock.advance(minutes(2))
    const later = await (await browser.visit(`${DOCS}/admin/`)).text()
    expect(later).toContain(HINT)
    const again = (WAY.exec(later)?.[1] ?? '').replaceAll('&amp;', '&')
    const { leavesTo = '' } = await browser.open(again, { from: 'same-origin' })
    expect(new URL(leavesTo).searchParams.has('prompt')).toBe(false)
    const answer = world.provider.authorize(leavesTo, undefined, { claims: { idp_roles: ['admin'] } })
    const page = await browser.open(answer, { from: 'cross-site' })
    expect([page.url, page.response.status]).toEqual([`${DOCS}/admin/`, 200])
  })

  test('and at a site with a login host from a sign-in there, which would vouch for the old one', async () => {
    const claims = { idp_roles: ['editor'], groups: ['engineering'] }
    const { world, signIn, roam } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${ACME_SITE}/a`)
    world.clock.advance(minutes(2))
    const again = WAY.exec(await (await browser.visit(`${ACME_SITE}/editors/`)).text())?.[1]?.replaceAll(
      '&amp;',
      '&',
    )
    const { leavesTo = '' } = await roam(browser, again ?? '', { from: 'same-origin' })
    const answer = world.provider.authorize(leavesTo, undefined, { claims })
    const page = await roam(browser, answer, { from: 'cross-site' })
    expect([page.url, page.response.status]).toEqual([`${ACME_SITE}/editors/`, 200])
  })
})
