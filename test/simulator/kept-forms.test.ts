import { expect, test } from 'vitest'
import { createSimulator } from '../../simulator/simulator.ts'
import { ISSUER, postForm } from './drive.ts'

const ACME = 'org_20000000000000002'
const CONNECTION = 'conn_30000000000000002'
const BACK = `/operator/organizations/${ACME}`

/** A form that is not taken, with what was typed, and where the reason has to stand. */
const CASES: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  ['organizations/create', { display_name: 'Hooli <Ltd>', domains: 'hooli' }, 'domains'],
  [
    'organizations/update',
    { organization_id: ACME, display_name: 'Acme 2', domains: 'x', back: BACK },
    'domains',
  ],
  ['users/deactivate', { organization_id: ACME, email: 'half an address' }, 'email'],
  [
    'people/save',
    {
      ...{ connection_id: CONNECTION, back: BACK, previous_email: 'jane@acme.example', email: 'jane.acme' },
      ...{ given_name: 'Janet', idp_roles: 'admin, cook', attributes: '{"a":1}' },
    },
    'email',
  ],
  [
    'people/save',
    { connection_id: CONNECTION, back: BACK, email: 'new@acme.example', attributes: '{"a":' },
    'attributes',
  ],
  ['addresses/add', { list: 'post_logout_redirect_uris', uri: 'javascript:alert(1)' }, 'uri'],
  ['addresses/initiate', { uri: 'no address' }, 'uri'],
  ['events', { type: 'role.created', organization_id: ACME, data: '{', occurred_at: 'now' }, 'occurred_at'],
  [
    'settings',
    { webhook_url: 'ftp://a', mode: 'fsa', idp_initiated_target: 'callback', hold: 'true' },
    'webhook_url',
  ],
]

const shown = (text: string) => text.replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The forms of a page in which something is wrong. */
const wrongForms = (html: string) =>
  [...html.matchAll(/<form [^>]*>.*?<\/form>/gs)]
    .map(([form]) => form)
    .filter((form) => form.includes('aria-invalid'))

test.each(CASES)('%s %j', async (path, fields, wrong) => {
  const simulator = createSimulator()
  const before = await (await simulator.request(`${ISSUER}${fields['back'] ?? '/operator'}`)).text()
  const response = await postForm(simulator, path, fields)
  expect(response.status).toBe(400)
  const html = await response.text()

  const forms = wrongForms(html)
  expect(forms).toHaveLength(1)
  const [form = ''] = forms
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'back') continue
    expect(form).toMatch(new RegExp(`name="${name}"`))
    expect(form, name).toContain(shown(value))
  }
  // The reason stands with the field, for those who hear it too.
  const [field = ''] = new RegExp(`<(input|textarea)[^>]*name="${wrong}"[^>]*>`).exec(form) ?? []
  expect(field).toMatch(/aria-invalid="true"/)
  expect(field).toContain('autofocus')
  const [, described = ''] = /aria-describedby="([^"]+)"/.exec(field) ?? []
  expect(form).toMatch(new RegExp(`<span class="wrong" id="${described}">[^<]+</span>`))
  // What it is folded into is open.
  const fold = html.slice(0, html.indexOf(form)).lastIndexOf('<details')
  const isFolded = fold > html.slice(0, html.indexOf(form)).lastIndexOf('</details>')
  if (isFolded) expect(html.slice(fold)).toMatch(/^<details[^>]* open/)

  // And it is gone with the next page.
  expect(wrongForms(before)).toEqual([])
  expect(wrongForms(await (await simulator.request(`${ISSUER}/operator`)).text())).toEqual([])
})

test('what is refused for another reason is kept too', async () => {
  const fields = { organization_id: ACME, display_name: 'Acme & Sons', domains: 'globex.example', back: BACK }
  const response = await postForm(createSimulator(), 'organizations/update', fields)
  expect(response.status).toBe(409)
  const html = await response.text()
  expect(html).toContain('value="Acme &amp; Sons"')
  expect(html).toContain('value="globex.example"')
})

test('organizations are folded into their names, but the one that something was done at', async () => {
  const simulator = createSimulator()
  const folds = async (address: string) =>
    [
      ...(await (await simulator.request(address)).text()).matchAll(
        /<details class="card"( open="")?>.*?<h3[^>]*>([^<]+)/gs,
      ),
    ].map(([, open, name]) => [name, open !== undefined])
  const all = await folds(`${ISSUER}/operator`)
  expect(all.length).toBeGreaterThan(3)
  expect(all.every(([, isOpen]) => isOpen === false)).toBe(true)
  const { headers } = await postForm(simulator, 'users/deactivate', {
    organization_id: ACME,
    email: 'jane@acme.example',
  })
  const after = await folds(`${ISSUER}${headers.get('Location')}`)
  expect(after.filter(([, isOpen]) => isOpen)).toEqual([['Acme', true]])
})
