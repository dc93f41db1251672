import { base64url, exportSPKI, importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { type IdTokenChanges, newSigningKey, type OpenIdProvider } from '../support/openid-provider.ts'
import { CONFIG, createWorld, DOCS, shownCode, type World } from '../support/world.ts'

/** Signs in with an ID token that a test has changed, and expects that nobody is let in. */
async function expectRefused(check: string, changes: IdTokenChanges, world?: World): Promise<void> {
  const its = world ?? (await createWorld())
  const browser = its.browser()
  const { response } = await its.signIn(browser, `${DOCS}/a`, undefined, changes)
  expect(response.status).toBe(403)
  expect(await shownCode(response)).toBe('id_token_invalid')
  expect(its.log.at(-1)).toMatchObject({ event: 'refused', refusal: { reason: 'id_token_invalid', check } })
  expect(browser.cookies.ofUse(new URL(DOCS))).toEqual([])
  expect(its.sessions.calls).toEqual([])
}

async function expectAccepted(changes: IdTokenChanges, world?: World): Promise<void> {
  const its = world ?? (await createWorld())
  const { response } = await its.signIn(its.browser(), `${DOCS}/a`, undefined, changes)
  expect(response.status).toBe(200)
}

describe('claims', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['another issuer', { iss: 'https://other.scalekit.dev' }, 'iss'],
    ['an issuer that only begins like ours', { iss: 'https://env.scalekit.test.evil.example' }, 'iss'],
    ['no issuer', { iss: undefined }, 'iss'],
    ['the audience of another client', { aud: ['skc_99999'] }, 'aud'],
    ['no audience', { aud: undefined }, 'aud'],
    ['an authorized party that is another client', { azp: 'skc_99999' }, 'azp'],
    ['two audiences and no authorized party', { aud: ['skc_10001', 'skc_99999'], azp: undefined }, 'azp'],
    ['no expiry', { exp: undefined }, 'exp'],
    ['no subject', { sub: undefined }, 'sub'],
    ['an empty subject', { sub: '' }, 'sub'],
    ['no time of issue', { iat: undefined }, 'iat'],
    ['the nonce of another login', { nonce: 'n'.repeat(43) }, 'nonce'],
    ['an empty nonce', { nonce: '' }, 'nonce'],
    ['the hash of another code', { c_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'c_hash'],
    ['the hash of another access token', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'at_hash'],
    ['a connection in sub that amr does not name', { amr: ['conn_99999'] }, 'amr'],
  ])('%s: refused', (_case, claims, check) => expectRefused(check, { claims }))

  test('every audience of a list counts, with an authorized party beside it', () =>
    expectAccepted({ claims: { aud: ['skc_10001', 'skc_99999'] } }))

  test('a token without a nonce is taken, since nobody has seen whether Scalekit echoes it', () =>
    expectAccepted({ claims: { nonce: undefined } }))

  test('unless the deployment requires one', async () => {
    const world = await createWorld()
    world.deploy({ config: { ...CONFIG, requireNonce: true } })
    await expectRefused('nonce', { claims: { nonce: undefined } }, world)
  })

  test('without the hashes a token is taken: they are optional in the code flow', () =>
    expectAccepted({ claims: { c_hash: undefined, at_hash: undefined } }))
})

describe('time, with 60 seconds of tolerance', () => {
  const at = async (offsets: Record<string, number>) => {
    const world = await createWorld()
    // The time of the request counts, and not what the machine's clock says.
    world.clock.advance(24 * 60 * 60)
    const claims = Object.entries(offsets).map(([claim, offset]) => [claim, world.clock.seconds + offset])
    return { world, claims: Object.fromEntries(claims) }
  }

  test('expired 59 seconds ago: taken', async () => {
    const { world, claims } = await at({ exp: -59 })
    await expectAccepted({ claims }, world)
  })

  test.each([-60, -3600])('expired %i seconds from now: refused', async (exp) => {
    const { world, claims } = await at({ exp })
    await expectRefused('exp', { claims }, world)
  })

  test('issued 60 seconds from now: taken', async () => {
    const { world, claims } = await at({ iat: 60 })
    await expectAccepted({ claims }, world)
  })

  test('issued 61 seconds from now: refused', async () => {
    const { world, claims } = await at({ iat: 61 })
    await expectRefused('iat', { claims }, world)
  })

  test('not valid before 61 seconds from now: refused', async () => {
    const { world, claims } = await at({ nbf: 61 })
    await expectRefused('nbf', { claims }, world)
  })

  test('an expiry that is text: refused', async () => {
    const { world, claims } = await at({ exp: 3600 })
    await expectRefused('exp', { claims: { exp: String(claims['exp']) } }, world)
  })
})

describe('signature (CVE-2026-22817, CVE-2026-22818)', () => {
  const claimsOf = (idToken: string): Record<string, unknown> =>
    JSON.parse(new TextDecoder().decode(base64url.decode(idToken.split('.')[1] ?? '')))

  /** The key confusion: an HMAC whose secret is the public key that everybody can download. */
  const withPublicKeyAsSecret =
    (provider: OpenIdProvider, secret: 'pem' | 'modulus') =>
    async (idToken: string): Promise<string> => {
      const { published, kid } = provider.signer
      const pem = await exportSPKI((await importJWK({ ...published, ext: true })) as CryptoKey)
      const bytes = secret === 'pem' ? new TextEncoder().encode(pem) : base64url.decode(published.n ?? '')
      return new SignJWT(claimsOf(idToken)).setProtectedHeader({ alg: 'HS256', kid, typ: 'JWT' }).sign(bytes)
    }

  test.each(['pem', 'modulus'] as const)(
    'HS256 with the public key (%s) as the secret: refused',
    async (secret) => {
      const world = await createWorld()
      await expectRefused('alg', { forge: withPublicKeyAsSecret(world.provider, secret) }, world)
    },
  )

  test.each(['none', 'None', 'NONE', 'nOnE'])('alg %s without a signature: refused', async (alg) => {
    const header = base64url.encode(JSON.stringify({ alg, typ: 'JWT' }))
    await expectRefused('alg', { forge: (token) => `${header}.${token.split('.')[1]}.` })
  })

  test('an unsecured JWT as its library makes it: refused', () =>
    expectRefused('alg', { forge: (token) => new UnsecuredJWT(claimsOf(token)).encode() }))

  test.each([
    ['RS512 in the header', { alg: 'RS512' }, 'alg'],
    ['PS256 in the header', { alg: 'PS256' }, 'alg'],
    ['HS256 in the header over an RS256 signature', { alg: 'HS256' }, 'alg'],
    ['no alg', { alg: undefined }, 'format'],
    ['a critical header that we do not understand', { crit: ['exp2'], exp2: 1 }, 'format'],
  ])('%s: refused', (_case, header, check) =>
    expectRefused(check, {
      forge: (token) => {
        const [old = '', ...rest] = token.split('.')
        const parsed = JSON.parse(new TextDecoder().decode(base64url.decode(old)))
        return [base64url.encode(JSON.stringify({ ...parsed, ...header })), ...rest].join('.')
      },
    }),
  )

  test('a key id that is not published: refused', () => expectRefused('kid', { header: { kid: 'snk_999' } }))

  test('a foreign key under a published id: refused', async () => {
    const world = await createWorld()
    const foreign = await newSigningKey(world.provider.signer.kid)
    await expectRefused('signature', { key: foreign }, world)
  })

  test('a key that the token brings along: not used', async () => {
    const foreign = await newSigningKey('snk_mine')
    const header = { jwk: foreign.published, jku: 'https://evil.example/keys' }
    const world = await createWorld()
    await expectRefused('kid', { key: foreign, header }, world)
    expect(world.provider.requests.filter((request) => request.startsWith('https://evil'))).toEqual([])
  })

  test.each([
    ['a bit of the signature', (token: string) => flip(token, 2, 10)],
    ['a bit of the payload', (token: string) => flip(token, 1, 40)],
  ])('%s changed: refused', (_case, forge) => expectRefused('signature', { forge }))

  test.each([
    ['no signature at all', (token: string) => token.slice(0, token.lastIndexOf('.') + 1), 'signature'],
    ['two parts', (token: string) => token.slice(0, token.lastIndexOf('.')), 'format'],
    ['five parts, as if encrypted', (token: string) => `${token}.a.b`, 'format'],
    ['rubbish', () => 'rubbish', 'format'],
  ])('%s: refused', (_case, forge, check) => expectRefused(check, { forge }))

  /** Flips the lowest bit of a byte, so that nothing but that bit changes. */
  function flip(token: string, part: number, place: number): string {
    const parts = token.split('.')
    const bytes = Uint8Array.from(base64url.decode(parts[part] ?? ''))
    bytes[place] = (bytes[place] ?? 0) ^ 1
    parts[part] = base64url.encode(bytes)
    return parts.join('.')
  }
})

describe('other tokens that Scalekit signs are no ID tokens (CVE-2023-48309)', () => {
  test('an access token: refused', async () => {
    const world = await createWorld()
    const now = world.clock.seconds
    await expectRefused(
      'kind',
      { claims: { jti: 'tkn_1', nbf: now, at_hash: undefined, c_hash: undefined } },
      world,
    )
  })

  test('the hint of an IdP-initiated login: refused, with and without our audience', async () => {
    const world = await createWorld()
    await expectRefused('iss', { forge: () => world.provider.idpInitiatedLogin() }, world)
    await expectRefused('kind', { claims: { connection_id: 'conn_30001' } })
  })

  test('a logout token: refused', () =>
    expectRefused('kind', {
      claims: { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
    }))
})

describe('roles of full-stack mode, which are in the access token', () => {
  const fullStack = (roles: unknown, extra: Record<string, unknown> = {}): IdTokenChanges => ({
    claims: { sub: 'usr_1', amr: undefined },
    accessToken: { sub: 'usr_1', roles, ...extra },
  })

  const admin = async (changes: IdTokenChanges): Promise<number> => {
    const world = await createWorld()
    const browser = world.browser()
    await world.signIn(browser, `${DOCS}/a`, undefined, changes)
    return (await browser.open(`${DOCS}/admin/`)).response.status
  }

  test('are believed', async () => expect(await admin(fullStack(['admin']))).toBe(200))
  test.each([
    ['of another person', { sub: 'usr_2' }],
    ['for another client', { client_id: 'skc_99999' }],
    ['of another issuer', { iss: 'https://other.scalekit.dev' }],
    ['that has expired', { exp: 1 }],
  ])('are not believed from a token %s', async (_case, extra) =>
    expect(await admin(fullStack(['admin'], extra))).toBe(403),
  )
})

describe('the log of a refused ID token says what was expected and what came', () => {
  const OURS = 'skc_10001'
  test.each<[string, IdTokenChanges, string | RegExp, string]>([
    ['aud', { claims: { aud: ['skc_9'] } }, OURS, '["skc_9"]'],
    ['azp', { claims: { azp: 'skc_9' } }, OURS, '"skc_9"'],
    ['iss', { claims: { iss: 'https://b.example' } }, /^https:\/\/env-/, '"https://b.example"'],
    ['exp', { claims: { exp: 7 } }, /^after \d+$/, '7'],
    ['iat', { claims: { iat: 99_999_999_999 } }, /^at most \d+$/, '99999999999'],
    ['kid', { header: { kid: 'snk_9' } }, 'one key that is published', '"snk_9"'],
    ['amr', { claims: { amr: ['conn_9'] } }, 'conn_30001', '["conn_9"]'],
    ['nonce', { claims: { nonce: 'the nonce of somebody else' } }, 'that of this login', '"another"'],
    ['c_hash', { claims: { c_hash: 'AAAA' } }, 'that of this login', '"another"'],
  ])('%s, and never the token or a part of it', async (check, changes, expected, received) => {
    const world = await createWorld()
    let issued = ''
    const forge = (idToken: string) => {
      issued = idToken
      return idToken
    }
    await world.signIn(world.browser(), `${DOCS}/a`, undefined, { ...changes, forge })
    const matching = typeof expected === 'string' ? expected : expect.stringMatching(expected)
    expect(world.log.at(-1)?.refusal).toMatchObject({ check, expected: matching, received })
    const logged = JSON.stringify(world.log)
    for (const secret of [...issued.split('.'), 'the nonce of somebody else', 'jane@acme.example', 'AAAA'])
      expect(logged).not.toContain(secret)
  })

  test('an audience of any length is cut off', async () => {
    const world = await createWorld()
    await world.signIn(world.browser(), `${DOCS}/a`, undefined, { claims: { aud: 'x'.repeat(5000) } })
    expect(String(world.log.at(-1)?.refusal?.['received']).length).toBe(200)
  })
})
