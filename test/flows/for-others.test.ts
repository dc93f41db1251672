import { describe, expect, test } from 'vitest'
import { assets, defineConfig } from '../../src/config.ts'
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

  test('who can help themselves is not told to write to anybody', async () => {
    const html = await failWith(await createWorld(), 'user_login_required')
    expect(html).not.toContain('mailto:')
    expect(folded(html).summary).toBe('Details')
  })
})
