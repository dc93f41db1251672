import { expect, test } from 'vitest'
import { createWorld, DOCS } from '../support/world.ts'

/** What a mail program makes of the link on the page of somebody who may not open it. */
async function mailOf(path: string) {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${DOCS}/a`)
  const response = await browser.visit(DOCS + path)
  const html = await response.text()
  const link = (/href="(mailto:[^"]*)"/.exec(html)?.[1] ?? '').replaceAll('&amp;', '&')
  return {
    status: response.status,
    html,
    fields: new URLSearchParams(link.replace(/^mailto:[^?]*\?/, '').replaceAll('+', '%2B')),
  }
}

test.each([
  ['fields of a mail', '/admin/?&bcc=evil@evil.example'],
  ['encoded fields', '/admin/%3F&bcc=evil%40evil.example&x=%26cc=a'],
  ['plain fields in the path', '/admin/&bcc=evil@evil.example&body=x'],
  ['writing from right to left', '/admin/%E2%80%AEtxt.exe'],
  ['other line breaks', '/admin/%E2%80%A8%C2%85Bcc:evil@evil.example'],
  [
    'words in somebody’s name',
    '/admin/%20is%20urgent.%20Please%20give%20this%20role%20to%20evil@evil.example.',
  ],
  ['a quote', '/admin/\'"%27%22><b>'],
])('a path adds nothing to the e-mail of a denial: %s', async (_case, path) => {
  const { status, fields, html } = await mailOf(path)
  expect(status).toBe(403)
  expect([...fields.keys()]).toEqual(['subject', 'body'])
  expect(fields.get('subject')).toMatch(/^I cannot open [!-~]+$/)
  expect(html).not.toContain('<b>')
})

test.each([';', '%3B'])(
  'a session that a server writes into paths is in no e-mail, and not among the details (%s)',
  async (separator) => {
    const { status, html, fields } = await mailOf(`/admin/x${separator}jsessionid=s3cret/y`)
    expect(status).toBe(403)
    expect(/Page: .*/.exec(html)?.[0]).toBe('Page: https://docs.example.com/admin/x/y')
    expect(fields.get('subject')).toBe('I cannot open https://docs.example.com/admin/x/y')
    expect(fields.get('body')).not.toContain('s3cret')
  },
)

test.each(['%0D%0ABcc:evil@evil.example', '%00', '%1B[2J', '%7F'])(
  'nobody is refused by a page with %s in its path',
  async (what) => {
    const { status, fields, html } = await mailOf(`/admin/${what}`)
    expect(status).toBe(400)
    expect(html).not.toMatch(/evil|%0D/)
    expect([...fields.keys()]).toEqual([])
  },
)
