import { describe, expect, test } from 'vitest'
import { ManagementToken } from '../../../src/scalekit/management-token.ts'
import { createPortalLink } from '../../../src/scalekit/portal-link.ts'
import { apiError, ManagementApi } from '../../support/management-api.ts'
import { atSeconds, now } from '../../support/sample-session.ts'

const client = { issuer: 'https://acme.scalekit.dev', clientId: 'skc_1', clientSecret: 'test_a+b/c=&d e%' }
const unreachable = (async () => {
  throw new TypeError('Network connection lost.')
}) as typeof fetch

function world() {
  const api = new ManagementApi({ ...client, fetch: unreachable })
  const sent: Request[] = []
  const fetcher = (async (input: string, init?: RequestInit) => {
    sent.push(new Request(input, init))
    return api.fetch(input, init)
  }) as typeof fetch
  const token = new ManagementToken(client, fetcher)
  const link = (at = now, organization = 'org_1') =>
    createPortalLink(client, token, organization, fetcher, at)
  return { api, sent, token, link }
}

const json =
  (body: unknown, status = 200) =>
  () =>
    Response.json(body, { status })
const text =
  (body: string, status = 200) =>
  () =>
    new Response(body, { status })

describe('the token for the management API (RFC 6749 section 4.4)', () => {
  test('is asked for with the client secret in the body and nowhere else, and followed nowhere', async () => {
    const { sent, link } = world()
    await link()
    const [request] = sent
    expect(request?.url).toBe('https://acme.scalekit.dev/oauth/token')
    expect(request?.method).toBe('POST')
    expect(request?.redirect).toBe('manual')
    expect(request?.headers.get('Authorization')).toBeNull()
    expect(Object.fromEntries((await request?.formData()) ?? [])).toEqual({
      grant_type: 'client_credentials',
      client_id: 'skc_1',
      client_secret: 'test_a+b/c=&d e%',
    })
  })

  test('is kept until two minutes before it expires', async () => {
    const { api, link } = world()
    for (const at of [0, 1, 86_399 - 121]) await link(atSeconds(at))
    expect(api.tokens).toHaveLength(1)
    await link(atSeconds(86_399 - 120))
    expect(api.tokens).toHaveLength(2)
    expect(api.requests.at(-1)?.token).toBe(api.tokens[1])
  })

  test.each([undefined, 0, 60, -1])(
    'is not kept where it is said to last for %s seconds',
    async (seconds) => {
      const { api, link } = world()
      api.expiresIn = seconds
      expect((await link()).ok && (await link()).ok).toBe(true)
      expect(api.tokens).toHaveLength(2)
    },
  )

  test('is nobody’s to wait for: requests at the same moment each fetch one', async () => {
    const { api, link } = world()
    let answerFirst: (response: Response) => void = () => {}
    api.tokenAnswer = () => new Promise((resolve) => (answerFirst = resolve))
    const first = link()
    api.tokenAnswer = undefined
    expect(await link()).toMatchObject({ ok: true })
    answerFirst(json({ access_token: 'late', token_type: 'bearer', expires_in: 900 })())
    api.valid.add('late')
    expect(await first).toMatchObject({ ok: true })
  })

  test('is fetched again, once, where the API takes it no more', async () => {
    const { api, link } = world()
    await link()
    api.valid.clear()
    expect(await link()).toMatchObject({ ok: true })
    expect(api.tokens).toHaveLength(2)
    expect(api.requests.map(({ token }) => token)).toEqual([api.tokens[0], api.tokens[0], api.tokens[1]])
  })

  test('is not fetched for ever where the API takes none', async () => {
    const { api, link } = world()
    api.linkAnswer = json(apiError(16, 'UNAUTHENTICATED'), 401)
    expect(await link()).toEqual({
      ok: false,
      error: {
        reason: 'management_refused',
        endpoint: 'portal_links',
        status: 401,
        error: 'UNAUTHENTICATED',
      },
    })
    expect(api.tokens).toHaveLength(2)
    expect(api.requests).toHaveLength(2)
  })

  test.each<[string, () => Response, object]>([
    ['wrong credentials', json({ error: 'invalid_client' }, 401), { status: 401, error: 'invalid_client' }],
    ['an error without a body', text('', 400), { status: 400, error: 'none' }],
    ['a word that is no code', json({ error: 'a b\n<c>' }, 400), { status: 400, error: 'none' }],
  ])('%s: refused', async (_case, answer, error) => {
    const { api, link } = world()
    api.tokenAnswer = answer
    expect(await link()).toEqual({
      ok: false,
      error: { reason: 'management_refused', endpoint: 'token', ...error },
    })
    expect(api.requests).toEqual([])
  })

  test.each<[string, () => Response]>([
    ['a fault', text('', 500)],
    ['a redirect', () => new Response(null, { status: 302, headers: { Location: 'https://evil.example' } })],
    ['no JSON', text('<html>')],
    ['no token', json({ token_type: 'Bearer' })],
    ['a token that would break the header', json({ access_token: 'a\r\nX: y', token_type: 'Bearer' })],
    ['an empty one', json({ access_token: '', token_type: 'Bearer' })],
    ['another kind of token', json({ access_token: 'x', token_type: 'DPoP' })],
  ])('%s: as if Scalekit could not be reached', async (_case, answer) => {
    const { api, link } = world()
    api.tokenAnswer = answer
    const made = await link()
    expect(made).toMatchObject({ ok: false, error: { reason: 'management_unreachable', endpoint: 'token' } })
    expect(JSON.stringify(made)).not.toContain('access_token')
    expect(api.requests).toEqual([])
  })

  test('no answer: says what the runtime says', async () => {
    const token = new ManagementToken(client, unreachable)
    expect(await createPortalLink(client, token, 'org_1', unreachable, now)).toEqual({
      ok: false,
      error: {
        reason: 'management_unreachable',
        endpoint: 'token',
        detail: 'TypeError',
        cause: 'Network connection lost.',
      },
    })
  })
})

describe('a link to the admin portal', () => {
  test('is made with PUT for one organization, and followed nowhere', async () => {
    const { api, sent, link } = world()
    expect(await link()).toEqual({ ok: true, value: api.links[0] })
    expect(api.requests).toEqual([
      { method: 'PUT', path: '/api/v1/organizations/org_1/portal_links', token: api.tokens[0] },
    ])
    expect(sent[1]?.redirect).toBe('manual')
  })

  test('is a fresh one each time', async () => {
    const { api, link } = world()
    const [first, second] = [await link(), await link()]
    expect(api.links).toHaveLength(2)
    expect(first).not.toEqual(second)
  })

  test('is for the organization that is named, whatever is written there', async () => {
    const { api, link } = world()
    await link(now, 'org_1/../org_2?x=')
    expect(api.requests[0]?.path).toBe('/api/v1/organizations/org_1%2F..%2Forg_2%3Fx%3D/portal_links')
  })

  test.each<[string, unknown]>([
    ['http elsewhere', 'http://acme.scalekit.dev/magicLink/1'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:text/html,x'],
    ['a name', 'https://acme.scalekit.dev@evil.example/'],
    ['a name and a password', 'https://a:b@acme.scalekit.dev/'],
    ['a password', 'https://:b@acme.scalekit.dev/'],
    ['a host that only looks like this machine', 'http://127.0.0.1.evil.example/'],
    ['a relative address', '/magicLink/1'],
    ['an address without a scheme', '//acme.scalekit.dev/'],
    ['nothing', ''],
    ['a number', 1],
    ['no location', undefined],
  ])('that is %s is not for a browser to follow, nor for the log', async (_case, location) => {
    const { api, link } = world()
    api.linkAnswer = json({ link: { id: 'lnk_1', location } })
    const made = await link()
    expect(made).toMatchObject({
      ok: false,
      error: { reason: 'management_unreachable', endpoint: 'portal_links' },
    })
    expect(JSON.stringify(made)).not.toMatch(/evil|magicLink|alert/)
  })

  test.each([
    ['https://portal.acme.example/x?y=1', 'https://portal.acme.example/x?y=1'],
    ['http://127.0.0.1:8788/magicLink/1', 'http://127.0.0.1:8788/magicLink/1'],
    ['http://localhost:8788/x', 'http://localhost:8788/x'],
    ['https://a.example/\r\nSet-Cookie: x', 'https://a.example/Set-Cookie:%20x'],
  ])('may be %s', async (location, followed) => {
    const { api, link } = world()
    api.linkAnswer = json({ link: { location } })
    expect(await link()).toEqual({ ok: true, value: followed })
  })

  test.each<[string, () => Response, object]>([
    [
      'the application may not use the API',
      json(apiError(7, 'PERMISSION_DENIED'), 403),
      { reason: 'management_refused', status: 403, error: 'PERMISSION_DENIED' },
    ],
    [
      'no such organization',
      json(apiError(5, 'NOT_FOUND'), 404),
      { reason: 'management_refused', status: 404, error: 'NOT_FOUND' },
    ],
    ['too many requests', json(apiError(8, 'RATE_LIMITED'), 429), { reason: 'management_limited' }],
    ['a fault', text('', 503), { reason: 'management_unreachable', detail: 'status 503' }],
    ['a redirect', text('', 302), { reason: 'management_unreachable', detail: 'status 302' }],
    ['no JSON', text('ok'), { reason: 'management_unreachable', detail: 'a 200 without a link' }],
    ['no link', json({}), { reason: 'management_unreachable', detail: 'a 200 without a link' }],
  ])('%s', async (_case, answer, error) => {
    const { api, link } = world()
    api.linkAnswer = answer
    expect(await link()).toEqual({ ok: false, error: { endpoint: 'portal_links', ...error } })
    expect(api.requests).toHaveLength(1)
  })
})
