import { expect, test, vi } from 'vitest'
import { createWorld, DOCS, shownCode, type World } from '../support/world.ts'

interface Failure {
  readonly answer: (request: Request) => Response | Promise<Response>
  readonly status: number
  readonly code: string
  readonly reason: string
}

const failure =
  (body: BodyInit | null, status: number, headers: HeadersInit = {}) =>
  () =>
    new Response(body, { status, headers })

const oauthError =
  (error: string, status = 400) =>
  () =>
    Response.json({ error, error_description: 'description of the token endpoint' }, { status })

const UNREACHABLE = { status: 503, code: 'scalekit_unreachable', reason: 'scalekit_unreachable' }
const REJECTED = { status: 400, code: 'code_rejected', reason: 'code_rejected' }
const NO_PROOF = { status: 403, code: 'id_token_invalid', reason: 'token_response_invalid' }

const CASES: readonly [string, Failure][] = [
  ['500', { answer: failure('oops', 500), ...UNREACHABLE }],
  ['503 with an OAuth error', { answer: oauthError('temporarily_unavailable', 503), ...UNREACHABLE }],
  ['429', { answer: failure('slow down', 429), ...UNREACHABLE }],
  ['429 with an OAuth error', { answer: oauthError('invalid_grant', 429), ...UNREACHABLE }],
  [
    'a broken connection',
    { answer: () => Promise.reject(new TypeError('Network connection lost.')), ...UNREACHABLE },
  ],
  ['a redirect', { answer: () => Response.redirect('https://evil.example/', 307), ...UNREACHABLE }],
  [
    'an HTML page as 502',
    { answer: failure('<h1>Bad gateway</h1>', 502, { 'Content-Type': 'text/html' }), ...UNREACHABLE },
  ],
  [
    'an HTML page as 200',
    { answer: failure('<h1>Hello</h1>', 200, { 'Content-Type': 'text/html' }), ...NO_PROOF },
  ],
  ['200 without an ID token', { answer: () => Response.json({ access_token: 'a' }), ...NO_PROOF }],
  ['200 with an empty ID token', { answer: () => Response.json({ id_token: '' }), ...NO_PROOF }],
  ['an empty 400', { answer: failure(null, 400), ...REJECTED }],
  ['invalid_grant', { answer: oauthError('invalid_grant'), ...REJECTED }],
  [
    'invalid_client',
    {
      answer: oauthError('invalid_client', 401),
      status: 502,
      code: 'scalekit_error: invalid_client',
      reason: 'client_rejected',
    },
  ],
  [
    'an empty 401',
    {
      answer: failure(null, 401),
      status: 502,
      code: 'scalekit_error: invalid_client',
      reason: 'client_rejected',
    },
  ],
  [
    'an unknown error',
    {
      answer: oauthError('brand_new_error'),
      status: 502,
      code: 'scalekit_error: unknown',
      reason: 'client_rejected',
    },
  ],
]

/** Everything that must not be read by anybody: in the log, on a page, or in a cookie. */
async function expectNoSecrets(world: World, response: Response, callback: string): Promise<void> {
  const { searchParams } = new URL(callback)
  const told = [
    await response.clone().text(),
    JSON.stringify([...response.headers]),
    JSON.stringify(world.log),
  ]
  const secrets = [world.provider.clientSecret, searchParams.get('code'), searchParams.get('state')]
  for (const secret of secrets) for (const text of told) expect(text).not.toContain(secret)
}

test.each(CASES)('the token endpoint answers %s', async (_case, { answer, status, code, reason }) => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/deep?x=1`))
  world.provider.tokenEndpoint = answer
  const { response } = await world.finishLogin(browser, callback)
  expect(response.status).toBe(status)
  expect(await shownCode(response)).toBe(code)
  expect(world.refusals).toEqual([reason])
  expect(browser.cookies.ofUse(new URL(DOCS))).toEqual([])
  expect(world.sessions.calls).toEqual([])
  await expectNoSecrets(world, response, callback)
  expect(await response.text()).not.toContain('description of the token endpoint')
})

test('a token endpoint that never answers is given up within ten seconds', async () => {
  const timeouts: number[] = []
  const { timeout } = AbortSignal
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
    timeouts.push(milliseconds)
    return timeout.call(AbortSignal, milliseconds / 500)
  })
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a`))
  world.provider.tokenEndpoint = ({ signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  const { response } = await world.finishLogin(browser, callback)
  expect(response.status).toBe(503)
  expect(await shownCode(response)).toBe('scalekit_unreachable')
  expect(timeouts).toEqual([10_000])
  expect(world.log.at(-1)?.refusal).toMatchObject({ endpoint: 'token', detail: 'TimeoutError' })
})

test('a code is sent once: a failure is not tried again', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a`))
  world.provider.tokenEndpoint = failure('oops', 500)
  await world.finishLogin(browser, callback)
  await world.finishLogin(browser, callback)
  expect(world.provider.count('/oauth/token')).toBe(1)
})

test('after a failure the page leads back to the deep link, and the next login succeeds', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/deep?x=1`))
  world.provider.tokenEndpoint = failure('oops', 500)
  const { response } = await world.finishLogin(browser, callback)
  const again = /href="([^"]*\/auth\/login[^"]*)"/.exec(await response.text())?.[1] ?? ''
  world.provider.tokenEndpoint = undefined
  expect((await world.signIn(browser, again.replaceAll('&amp;', '&'))).url).toBe(`${DOCS}/deep?x=1`)
})

test('the token request goes out as Scalekit documents it, and its secret follows no redirect', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const location = await world.beginLogin(browser, `${DOCS}/a`)
  let seen: Request | undefined
  world.provider.tokenEndpoint = (request) => {
    seen = request.clone()
    return new Response(null, { status: 500 })
  }
  await world.finishLogin(browser, world.provider.authorize(location))
  const form = Object.fromEntries((await seen?.formData()) ?? [])
  expect(form).toMatchObject({
    grant_type: 'authorization_code',
    redirect_uri: `${DOCS}/auth/callback`,
    client_id: world.provider.clientId,
    client_secret: world.provider.clientSecret,
    code_verifier: expect.stringMatching(/^[\w-]{43}$/),
  })
  expect(seen?.redirect).toBe('manual')
  expect(seen?.headers.has('Authorization')).toBe(false)
})

test('a redirect URI that Scalekit does not accept for the code fails with words, not with a session', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const location = new URL(await world.beginLogin(browser, `${DOCS}/a`))
  location.searchParams.set('redirect_uri', `${DOCS}/auth/callback/`)
  const callback = world.provider.authorize(location.href).replace('/callback/', '/callback')
  const { response } = await world.finishLogin(browser, callback)
  expect(await shownCode(response)).toBe('code_rejected')
  expect(browser.cookie(DOCS, '__Host-gh-session')).toBeUndefined()
})

test.each<[string, Failure['answer'], object]>([
  [
    'no answer',
    () => Promise.reject(new TypeError('Network connection lost.')),
    { detail: 'TypeError', cause: 'Network connection lost.' },
  ],
  ['an error', failure('oops', 503), { detail: 'status 503' }],
])('the log names the address that gave %s, and the cause', async (_case, answer, cause) => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a`))
  world.provider.tokenEndpoint = answer
  const { response } = await world.finishLogin(browser, callback)
  const address = `${world.provider.issuer}/oauth/token`
  expect(world.log.at(-1)?.refusal).toEqual({
    reason: 'scalekit_unreachable',
    endpoint: 'token',
    address,
    ...cause,
  })
  expect(await response.text()).not.toContain(address)
})
