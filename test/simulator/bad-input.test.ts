import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSimulator } from '../../simulator/simulator.ts'
import { authorizeUrl, ISSUER } from './drive.ts'

const simulator = createSimulator()

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '%', '%zz', '%00', '\0', '__proto__', 'constructor', 'a@b', '{}', '*', 'http://'),
)
const FIELDS = [
  'client_id redirect_uri scope state nonce login_hint domain connection_id organization_id provider prompt',
  'code_challenge code_challenge_method request scenario email given_name attributes relay_state error',
  'grant_type client_secret code refresh_token id_token_hint post_logout_redirect_uri',
].flatMap((line) => line.split(' '))
const fields = fc.array(fc.tuple(fc.constantFrom(...FIELDS), text), { maxLength: 5 })
const encode = (pairs: [string, string][]) => new URLSearchParams(pairs).toString()

const paths = fc.constantFrom(
  '/oauth/token',
  '/idp/conn_30000000000000002',
  '/idp/%zz',
  '/idp/__proto__',
  '/simulator/settings',
  '/simulator/redirects',
  '/simulator/keys/rotate',
  '/api/v1/organizations/%ff',
  '/nothing/here',
)
const types = fc.constantFrom(
  'application/x-www-form-urlencoded',
  'application/json',
  'text/plain',
  'a/b;c',
  '',
)

test('never fails by itself on a query, whatever it says', async () => {
  await fc.assert(
    fc.asyncProperty(fields, async (pairs) => {
      for (const url of [`${authorizeUrl()}&${encode(pairs)}`, `${ISSUER}/oidc/logout?${encode(pairs)}`]) {
        expect((await simulator.request(url)).status).toBeLessThan(500)
      }
    }),
    { numRuns: 150 },
  )
})

test('never fails by itself on a body, whatever it holds', async () => {
  await fc.assert(
    fc.asyncProperty(
      paths,
      types,
      fc.oneof(fields.map(encode), fc.json(), text),
      async (path, type, body) => {
        for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
          const headers = { 'Content-Type': type }
          const response = await simulator.request(ISSUER + path, { method, headers, body })
          // An empty object is a good body for two of the calls; nothing else is good at all.
          expect(response.status).toBeLessThan(500)
        }
      },
    ),
    { numRuns: 150 },
  )
})
