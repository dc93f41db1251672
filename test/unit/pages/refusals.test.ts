import { expect, test } from 'vitest'
import type { Concern, Refusal } from '../../../src/base/refusal.ts'
import { toPublicError } from '../../../src/pages/public-error.ts'
import { words } from '../../../src/pages/words/en.ts'
import { explain } from '../../../src/pages/words/explanation.ts'
import { sampleRefusals } from '../../support/sample-refusals.ts'

/** Stands for what the evidence of a refusal says. */
const EVIDENCE = 'evidence'

/** The refusals whose words carry something of their evidence: what is wrong with the request, and who is there. */
const TOLD: readonly Refusal['reason'][] = [
  'client_rejected',
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
  'scalekit_error',
  'url_ambiguous',
  'webhook_invalid',
]

const refusals = sampleRefusals(EVIDENCE).map((refusal) => [refusal.reason, refusal] as const)

test.each(refusals)('%s is told in whole sentences, with something to do', (_reason, refusal) => {
  const { title, detail, remedy, causes = [] } = explain(words.refusals, refusal)
  expect(title).toMatch(/^[A-Z].*\w$/)
  for (const sentence of [detail, remedy, ...causes]) expect(sentence).toMatch(/^\S.*\.$/)
  expect([title, detail, remedy, ...causes].join()).not.toMatch(/undefined|\[object/)
})

test.each(refusals)('%s tells evidence only where that is meant', (reason, refusal) => {
  const told = JSON.stringify([explain(words.refusals, refusal), toPublicError(refusal)])
  expect(told.includes(EVIDENCE)).toBe(TOLD.includes(reason))
})

test.each(['user', 'admin', 'developer', 'operator'] satisfies Concern[])(
  'an error of Scalekit’s that concerns the %s keeps its code, words and addressee',
  (concerns) => {
    const error = { code: 'no_active_connections', meaning: 'None.', remedy: 'Enable one.', concerns }
    const refusal = { reason: 'scalekit_error', error, received: '' } as const
    expect(toPublicError(refusal)).toMatchObject({ status: 403, scalekitCode: error.code, concerns })
    expect(toPublicError({ ...refusal, reason: 'client_rejected' })).toMatchObject({ status: 502, concerns })
    expect(explain(words.refusals, refusal)).toMatchObject({ detail: 'None.', remedy: 'Enable one.' })
  },
)
