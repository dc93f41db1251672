import { describe, expect, test } from 'vitest'
import { JWT, SECRET_NAME } from '../../../src/pages/secret-names.ts'

describe('a fragment is left behind for a parameter', () => {
  test.each([
    'access_token id_token refresh-token token tokens csrfToken X-Amz-Security-Token',
    'secret client_secret password passwd new_password passphrase passcode pwd pass pin',
    'otp totp ticket service_ticket assertion client_assertion jwt SAMLResponse SAMLart response',
    'api_key apiKey x-api-key accessKey private_key encryption-key recoveryKey key /key',
    'code /code !/code auth_code authorization_code oobCode invite_code inviteCode verification_code mfa_code',
    'sig signature X-Amz-Signature oauth_verifier code_verifier credential credentials',
    'confirmation_code confirmCode activation_code email-code emailCode sms_code one-time-code signin_code sign_in_code security_code',
    'access_token[] access_token[0] token. master_key exchangeCode join_code link_code PHPSESSID',
    'session sid session_id sessionId jsessionid cookie auth authorization bearer invite magic',
  ])('of these names: %s', (names) => {
    expect(names.split(' ').filter((name) => !SECRET_NAME.test(name))).toEqual([])
  })

  test('and of no name that a hash route has otherwise', () => {
    const names =
      'id page tab sort q query filter lang view date from to user order zip_code countryCode productCode ' +
      'ticket-id cookie-consent tokens.page filter[status] dress_code errorCode statusCode sort_key issueKey projectKey keyword design config status ticketId tokenize authors sessionTitle sections'
    expect(names.split(' ').filter((name) => SECRET_NAME.test(name))).toEqual([])
  })

  test('for a JWT, whatever it is called', () => {
    expect(JWT.test('x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln')).toBe(true)
    expect(JWT.test('/orders eyJ')).toBe(false)
  })
})
