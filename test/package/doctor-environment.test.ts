import { createServer, type RequestListener } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isCovered } from '../../cli/doctor/scalekit/addresses.ts'
import { judgeClock, judgeEnvironment, judgeKeys, SCALEKIT_CHECKS } from '../../cli/doctor/scalekit/checks.ts'
import type { Judgement } from '../../cli/doctor/scalekit/judgement.ts'
import { type Target, targetOf } from '../../cli/doctor/scalekit/target.ts'
import { verdictOn } from '../../cli/doctor/scalekit/url-checks.ts'
import { freePort } from '../support/node/port.ts'
import { answersOf, DOCS, environmentAt, projectOf } from './doctor-samples.ts'

test('an answer that says neither yes nor no is none', () => {
  const url = 'https://docs.example.com/auth/callback'
  const answer = (status: number, location: string, body = '') =>
    ({ ok: true, value: { status, headers: new Headers({ location }), body } }) as const
  expect(verdictOn(url, answer(302, `${url}?error=invalid_connection_id`))).toBe('accepted')
  // It begins so, and is another.
  expect(verdictOn(url, answer(302, `${url}-2?error=x`))).toBe('unclear')
  expect(verdictOn(url, answer(302, `https://acme.scalekit.com/error?error=invalid_redirect_uri`))).toBe(
    'refused',
  )
  expect(verdictOn(url, answer(302, 'https://acme.scalekit.com/error/err_1'))).toBe('unclear')
  expect(verdictOn(url, answer(200, ''))).toBe('unclear')
  expect(verdictOn(url, answer(200, ''), ['https://*.example.com/auth/callback'])).toBe('accepted')
  expect(verdictOn(url, answer(200, ''), [])).toBe('refused')
  expect(verdictOn(url, { ok: false, error: { kind: 'no_answer', detail: '' } })).toBe('unclear')
})

test('a registered URL covers what its wildcard and its templates stand for', () => {
  const url = 'https://acme.docs.example.com/auth/callback'
  expect(isCovered(['https://*.docs.example.com/auth/callback'], url)).toBe(true)
  expect(isCovered(['https://{{org_slug}}.docs.example.com/auth/callback'], url)).toBe(true)
  expect(isCovered(['https://acme-docs.example.com/auth/callback'], url)).toBe(false)
  expect(isCovered(['https://*.docs.example.com/auth'], url)).toBe(false)
})

describe('an environment', () => {
  /** One that plays a fault, until the test ends. */
  async function environment(listener: RequestListener): Promise<Target> {
    const server = createServer(listener)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    return environmentAt(`http://127.0.0.1:${(server.address() as { port: number }).port}`)
  }
  const json =
    (body: (self: string) => object, headers: Record<string, string> = {}): RequestListener =>
    (request, response) => {
      request.resume()
      response.writeHead(200, { 'Content-Type': 'application/json', ...headers })
      response.end(JSON.stringify(body(`http://${request.headers.host}`)))
    }
  const found = async (judge: Judgement, target: Target, patienceMs?: number) =>
    judge(await answersOf(target, DOCS, patienceMs), projectOf(DOCS))

  test.each([
    [
      'another issuer',
      () => 'https://auth.acme.example',
      'SCALEKIT_ENVIRONMENT_URL = https://auth.acme.example',
    ],
    ['a slash at its end', (self: string) => `${self}/`, 'the slash at the end'],
  ])('that calls itself by %s', async (_case, issuer, remedy) => {
    const target = await environment(json((self) => ({ issuer: issuer(self) })))
    expect(await found(judgeEnvironment, target)).toEqual([
      expect.objectContaining({ status: 'problem', remedy: expect.stringContaining(remedy) }),
    ])
  })

  test('that is a page behind an Access', async () => {
    const target = await environment((_request, response) => {
      response.writeHead(302, { Location: 'https://team.cloudflareaccess.com/login?kid=1' }).end()
    })
    expect(await found(judgeEnvironment, target)).toMatchObject([
      {
        status: 'problem',
        found: expect.stringMatching(/is 302, to https:\/\/team\.cloudflareaccess\.com\/login\.$/),
      },
    ])
  })

  test('that takes connections and never answers', async () => {
    const target = await environment(() => undefined)
    expect(await found(judgeEnvironment, target, 400)).toMatchObject([
      { status: 'problem', found: expect.stringContaining('has not answered') },
    ])
  })

  test('that is the simulator, and does not run', async () => {
    const environmentUrl = `http://127.0.0.1:${await freePort()}`
    const values = {
      SCALEKIT_ENVIRONMENT_URL: environmentUrl,
      SCALEKIT_CLIENT_ID: 'skc_1',
      SCALEKIT_CLIENT_SECRET: 'x',
    }
    const project = projectOf(DOCS, values)
    const findings = await Promise.all(SCALEKIT_CHECKS.map((check) => check.judge(project)))
    expect(findings.flat().map(({ status }) => status)).toEqual(Array(SCALEKIT_CHECKS.length).fill('skipped'))
    expect(findings[0]).toMatchObject([{ found: expect.stringContaining('npx gatehouse dev starts it') }])
  })

  test.each([
    ['none', []],
    [
      'one that is too short',
      [{ kty: 'RSA', alg: 'RS256', use: 'sig', kid: 'a', n: 'x'.repeat(171), e: 'AQAB' }],
    ],
    ['one for encryption', [{ kty: 'RSA', use: 'enc', kid: 'a', n: 'x'.repeat(342), e: 'AQAB' }]],
    ['an EC key', [{ kty: 'EC', crv: 'P-256', kid: 'a' }]],
  ])('whose keys are of no use: %s', async (_case, keys) => {
    const target = await environment(json(() => ({ keys })))
    expect(await found(judgeKeys, target)).toMatchObject([
      { status: 'problem', found: expect.stringContaining('has no key that can be used') },
    ])
  })

  test.each([
    [-120, '120 seconds ahead of'],
    [300, '300 seconds behind'],
  ])('whose clock says %i seconds more', async (seconds, said) => {
    const date = () => new Date(Date.now() + seconds * 1000).toUTCString()
    const target = await environment((request, response) =>
      json((issuer) => ({ issuer }), { Date: date() })(request, response),
    )
    expect(await found(judgeClock, target)).toMatchObject([
      { status: 'warning', found: expect.stringMatching(new RegExp(said.replace(/\d+/, '\\d+'))) },
    ])
  })
})

describe('which environment is meant', () => {
  const source = (label: string, values: Record<string, string> = {}) => ({
    label,
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [`SCALEKIT_${name}`, value])),
  })
  const DEV = source('.dev.vars', {
    ENVIRONMENT_URL: 'http://127.0.0.1:8788',
    CLIENT_ID: 'dev',
    CLIENT_SECRET: 'dev',
  })

  test('the one that is deployed, without the secret of another', () => {
    const vars = source('wrangler.jsonc', {
      ENVIRONMENT_URL: 'https://acme.scalekit.com/',
      CLIENT_ID: 'skc_1',
    })
    expect(targetOf(source('shell'), vars, DEV)).toEqual({
      environmentUrl: 'https://acme.scalekit.com',
      from: 'wrangler.jsonc',
      clientId: 'skc_1',
      clientSecret: undefined,
    })
    expect(targetOf(source('shell', { CLIENT_SECRET: 'of-shell' }), vars, DEV)).toMatchObject({
      clientSecret: 'of-shell',
    })
    const same = source('.dev.vars', {
      ENVIRONMENT_URL: 'https://acme.scalekit.com',
      CLIENT_SECRET: 'of-dev',
    })
    expect(targetOf(source('shell'), vars, same)).toMatchObject({ clientSecret: 'of-dev' })
  })

  test('that of .dev.vars where nothing else says', () => {
    expect(targetOf(source('shell'), source(''), DEV)).toMatchObject({
      from: '.dev.vars',
      clientSecret: 'dev',
    })
    expect(targetOf(source('shell'), source(''), source('.dev.vars'))).toBeUndefined()
  })
})
