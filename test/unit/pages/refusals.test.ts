import { expect, test } from 'vitest'
import type { Refusal } from '../../../src/base/refusal.ts'
import { toPublicError } from '../../../src/pages/public-error.ts'
import { words as english } from '../../../src/pages/words/en.ts'
import { explain } from '../../../src/pages/words/explanation.ts'
import { SCALEKIT_ERROR_CODES, scalekitError } from '../../../src/scalekit/error-catalogue.ts'
import { sampleRefusals } from '../../support/sample-refusals.ts'

const words = english()

/** Stands for what the evidence of a refusal says. */
const EVIDENCE = 'evidence'

/** The refusals whose words carry something of their evidence: what is wrong with the request, and who is there. */
const TOLD: readonly Refusal['reason'][] = [
  'connection_mismatch',
  'login_declined',
  'logout_token_invalid',
  'method_not_allowed',
  'organization_mismatch',
  'parameter_invalid',
  'parameter_repeated',
  'portal_without_organization',
  'request_too_large',
  'operator_request_invalid',
  'operator_request_malformed',
  'requirement_unmet',
  'webhook_invalid',
]

const refusals = sampleRefusals(EVIDENCE).map((refusal) => [refusal.reason, refusal] as const)

test.each(refusals)('%s is told in whole sentences, with something to do', (_reason, refusal) => {
  const { title, detail, remedy, causes = [], technical, command } = explain(words.refusals, refusal)
  expect(title).toMatch(/^[A-Z].*\w$/)
  const sentences = [detail, remedy, ...causes, technical, command]
  for (const sentence of sentences.filter((each) => each !== undefined)) expect(sentence).toMatch(/^\S.*\.$/)
  expect([title, ...sentences].join()).not.toMatch(/undefined|\[object/)
})

test.each(refusals)('%s tells evidence only where that is meant', (reason, refusal) => {
  const told = JSON.stringify([explain(words.refusals, refusal), toPublicError(refusal)])
  expect(told.includes(EVIDENCE)).toBe(TOLD.includes(reason))
})

test.each(SCALEKIT_ERROR_CODES)('%s is told to whom it concerns', (code) => {
  const error = scalekitError(code)
  const refusal = { reason: 'scalekit_error', error, received: '' } as const
  const { concerns } = error
  expect(toPublicError(refusal)).toMatchObject({ status: 403, scalekitCode: code, concerns })
  expect(toPublicError({ ...refusal, reason: 'client_rejected' })).toMatchObject({ status: 502, concerns })
  const { detail, remedy, technical } = explain(words.refusals, refusal)
  for (const sentence of [detail, remedy]) expect(sentence).toMatch(/^[A-Z].+\.$/)
  // Whoever cannot put it right themselves has something to pass on.
  if (concerns !== 'user') expect(technical).toMatch(/^[A-Z].+\.$/)
})

/** What nobody should have to know who only wants to work. */
const JARGON =
  /[A-Z]{2,}_[A-Z]|`|Scalekit|\b(SAML|ACS|OIDC|JWT|KV|API|token|parameter|callback|header|cookie header|upstream|registry|redirect|dashboard|gatehouse|config)\b/i

/** Read by those who sent them, and never by a person at work. */
const FOR_OPERATORS = /^(operator_request|webhook|logout_token)/

test.each(refusals.filter(([reason]) => !FOR_OPERATORS.test(reason)))(
  '%s tells a person nothing that is for others',
  (_reason, refusal) => {
    const { title, detail, remedy, causes = [] } = explain(words.refusals, refusal)
    expect([title, detail, remedy, ...causes].join(' ')).not.toMatch(JARGON)
  },
)

test.each(SCALEKIT_ERROR_CODES)('%s tells a person nothing that is for others', (code) => {
  const refusal = { reason: 'scalekit_error', error: scalekitError(code), received: '' } as const
  const { title, detail, remedy } = explain(words.refusals, refusal)
  expect([title, detail, remedy].join(' ')).not.toMatch(JARGON)
})
