import { ScalekitClient } from '@scalekit-sdk/node'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AuthorizationRequest, buildAuthorizationUrl } from '../../../src/login/authorization-request.ts'
import { buildLogoutUrl, type LogoutRequest } from '../../../src/scalekit/logout-request.ts'

const ISSUER = 'https://acme.scalekit.dev'
const CLIENT_ID = 'skc_70087756327420046'
const sdk = new ScalekitClient(ISSUER, CLIENT_ID, 'test_secret')

const value = fc.string({ minLength: 1, unit: 'grapheme' })
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

/** The encodings differ (RFC 3986 there, form encoding here), what a server decodes must not. */
const decoded = (url: string | URL) => {
  const { origin, pathname, searchParams } = new URL(url)
  return { origin, pathname, parameters: [...searchParams].sort(([a], [b]) => a.localeCompare(b)) }
}

const present = (options: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(options).filter(([, option]) => option !== undefined))

test('an authorization URL carries the same parameters as the one of the SDK', () => {
  const options = fc.record({
    state: value,
    nonce: value,
    codeChallenge: value,
    loginHint: optional(value),
    domainHint: optional(value),
    connectionId: optional(value),
    organizationId: optional(value),
    provider: optional(value),
    prompt: optional(fc.constantFrom('login', 'create', 'select_account', 'none')),
  })
  fc.assert(
    fc.property(options, fc.webUrl(), (generated, redirectUri) => {
      const ours = buildAuthorizationUrl(ISSUER, {
        ...present(generated),
        clientId: CLIENT_ID,
        redirectUri,
        scope: 'openid profile email',
      } as unknown as AuthorizationRequest)
      const theirs = sdk.getAuthorizationUrl(redirectUri, {
        ...present(generated),
        codeChallengeMethod: 'S256',
        scopes: ['openid', 'profile', 'email'],
      })
      expect(decoded(ours)).toEqual(decoded(theirs))
    }),
    { numRuns: 500 },
  )
})

test('a logout URL carries the same parameters as the one of the SDK', () => {
  const options = fc.record({
    idTokenHint: optional(value),
    postLogoutRedirectUri: optional(fc.webUrl()),
    state: optional(value),
  })
  fc.assert(
    fc.property(options, (generated) => {
      const request = present(generated) as LogoutRequest
      expect(decoded(buildLogoutUrl(ISSUER, request))).toEqual(decoded(sdk.getLogoutUrl({ ...request })))
    }),
    { numRuns: 500 },
  )
})
