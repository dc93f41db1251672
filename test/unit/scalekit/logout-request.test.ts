import { expect, test } from 'vitest'
import { buildLogoutUrl } from '../../../src/scalekit/logout-request.ts'

const ISSUER = 'https://acme.scalekit.dev'

test.each<[string, object, Record<string, string>]>([
  ['nothing', {}, {}],
  ['an ID token', { idTokenHint: 'a.b.c' }, { id_token_hint: 'a.b.c' }],
  [
    'everything',
    {
      idTokenHint: 'a.b.c',
      postLogoutRedirectUri: 'https://docs.example.com/auth/signed-out',
      state: 's&t=u',
    },
    {
      id_token_hint: 'a.b.c',
      post_logout_redirect_uri: 'https://docs.example.com/auth/signed-out',
      state: 's&t=u',
    },
  ],
])('a logout carries %s (OpenID Connect RP-Initiated Logout 1.0 section 2)', (_case, request, parameters) => {
  const url = buildLogoutUrl(ISSUER, request)
  expect(url.origin + url.pathname).toBe(`${ISSUER}/oidc/logout`)
  expect(Object.fromEntries(url.searchParams)).toEqual(parameters)
})

test('without parameters it has no question mark', () => {
  expect(buildLogoutUrl(ISSUER, {}).href).toBe(`${ISSUER}/oidc/logout`)
})
