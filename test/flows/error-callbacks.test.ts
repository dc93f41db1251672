import { describe, expect, test } from 'vitest'
import { createWorld, DOCS, OPEN, shownCode } from '../support/world.ts'

const RAW = 'raw words of the identity provider'

/** What a person reads for each code that Scalekit documents, in so many words that no two are mixed up. */
const WORDS: Readonly<Record<string, RegExp>> = {
  access_denied: /cancelled or refused/,
  invalid_request: /request was malformed/,
  server_error: /internal error/,
  login_required: /not signed in at the sign-in service/,
  invalid_state: /took too long/,
  invalid_redirect_uri: /address to return to is not registered/,
  invalid_connection_selector: /names no organization or connection/,
  no_active_connections: /no active single sign-on connection/,
  connection_not_active: /connection of your organization is switched off/,
  no_configured_connections: /not set up for your organization yet/,
  invalid_organization_id: /names an organization that does not exist/,
  invalid_connection_id: /names a connection that does not exist/,
  domain_not_found: /No organization is registered for the domain/,
  invalid_user_domain: /domain of your e-mail address is not allowed/,
  invalid_client: /does not accept the credentials/,
  application_not_active: /application is switched off/,
  unauthorized: /does not accept the credentials/,
  user_not_active: /Your account is not active/,
  mandatory_attribute_missing: /did not send an attribute that is required/,
  invalid_id_token: /sent an invalid ID token/,
  failed_to_exchange_token: /refused to issue a token/,
  user_info_retrieve_failed: /profile could not be read/,
  invalid_saml_metadata: /SAML metadata/,
  invalid_saml_response: /bad SAML response/,
  invalid_saml_request: /refused the SAML request/,
  invalid_saml_form_params: /bad SAML form/,
  signature_validation_failed: /has a wrong signature/,
  invalid_acs_url: /wrong ACS URL/,
  invalid_assertion_url: /wrong ACS URL/,
  invalid_status: /reported a failure/,
  malformed_saml_response: /bad SAML response/,
  assertion_expired: /came too late/,
  response_expired: /came too late/,
  authentication_not_completed: /was not finished/,
  user_login_required: /You have to sign in/,
}

describe.each(Object.entries(WORDS))('%s', (error, words) => {
  test('says what happened, to a person with a way back and to the log, and repeats no description', async () => {
    const world = await createWorld()
    const browser = world.browser()
    const location = await world.beginLogin(browser, `${DOCS}/deep?x=1`)
    const { response } = await world.finishLogin(browser, world.provider.refuse(location, error, RAW))
    expect(response.status).toBe(403)
    expect(await shownCode(response)).toBe(`scalekit_error: ${error}`)
    const html = (await response.text()).replaceAll('&#39;', "'")
    expect(html).toMatch(words)
    expect(html).not.toContain(RAW)
    expect(html).toContain('/auth/login?return_to=%2Fdeep%3Fx%3D1')
    expect(world.log.at(-1)?.refusal).toMatchObject({ reason: 'scalekit_error', received: error })
    expect(JSON.stringify(world.log)).not.toContain(RAW)
    expect(browser.cookies.ofUse(new URL(DOCS))).toEqual([])
    expect(world.provider.count('/oauth/token')).toBe(0)
  })

  test('is explained without a state too, and ends no login that is under way', async () => {
    const world = await createWorld()
    const browser = world.browser()
    const location = await world.beginLogin(browser, `${DOCS}/a`)
    const { response } = await browser.open(`${DOCS}/auth/callback?error=${error}&error_description=${RAW}`)
    expect(await shownCode(response)).toBe(`scalekit_error: ${error}`)
    expect((await world.finishLogin(browser, world.provider.authorize(location))).url).toBe(`${DOCS}/a`)
  })
})

test('an error that is not in the documentation gets general words, and the log has it', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const location = await world.beginLogin(browser, `${DOCS}/a`)
  const { response } = await world.finishLogin(browser, world.provider.refuse(location, 'brand_new_error'))
  expect(await shownCode(response)).toBe('scalekit_error: unknown')
  expect(await response.text()).not.toContain('brand_new_error')
  expect(world.log.at(-1)?.refusal).toMatchObject({ received: 'brand_new_error' })
})

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
  'an error called %s is one that is not in the documentation',
  async (error) => {
    const world = await createWorld()
    const { response } = await world.browser().open(`${OPEN}/auth/callback?error=${error}`)
    expect(response.status).toBe(403)
    expect(await shownCode(response)).toBe('scalekit_error: unknown')
  },
)

test('an error with a code beside it is an error: the code is not sent anywhere', async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, `${DOCS}/a`))
  const { response } = await world.finishLogin(browser, `${callback}&error=access_denied`)
  expect(await shownCode(response)).toBe('scalekit_error: access_denied')
  expect(world.provider.count('/oauth/token')).toBe(0)
})

test('an error for a login of another browser is not believed, and its login goes on', async () => {
  const world = await createWorld()
  const [victim, attacker] = [world.browser(), world.browser()]
  const location = await world.beginLogin(victim, `${DOCS}/a`)
  const { response } = await attacker.open(world.provider.refuse(location, 'user_not_active'))
  expect(await shownCode(response)).toBe('state_mismatch')
  expect((await world.finishLogin(victim, world.provider.authorize(location))).url).toBe(`${DOCS}/a`)
})

test('a script that ends up at the callback reads the error as problem details', async () => {
  const world = await createWorld()
  const response = await world.browser().request(`${DOCS}/auth/callback?error=user_not_active`)
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({
    code: 'scalekit_error',
    scalekit_code: 'user_not_active',
    status: 403,
  })
})
