import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, expect } from 'vitest'
import type { Browser } from '../support/browser.ts'
import { ACME } from '../support/openid-provider.ts'
import { list, newOperatorPair, operatorKeys } from '../support/operator.ts'
import { createWorld, DOCS, shownCode, type World } from '../support/world.ts'

export const operator = await newOperatorPair('operator-1')
export const stranger = await newOperatorPair('operator-1')
export const colleague = await newOperatorPair('operator-2')
export const env = { GATEHOUSE_OPERATOR_KEYS: operatorKeys(operator, colleague) }

/** Of the test that runs, where its file says `eachWithJaneSignedIn`. */
export let world: World
export let jane: Browser

export const END = { cmd: 'end', org: ACME } as const
export const stillSignedIn = async () => (await list(world, operator, { org: ACME })).sessions.length === 1

/** The request is refused in plain words, no storage was asked, and Jane's session goes on. */
export async function expectRefused(response: Response, status: number, code: string, refusal: object) {
  expect(response.status).toBe(status)
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  expect(await shownCode(response)).toBe(code)
  expect(world.log.at(-1)?.refusal).toMatchObject(refusal)
  expect([...world.kv.operations, ...world.sessions.calls]).toEqual([])
  expect(await stillSignedIn()).toBe(true)
}

export const disbelieved = (response: Response, check: string) =>
  expectRefused(response, 401, 'operator_refused', { reason: 'operator_request_invalid', check })
export const malformed = (response: Response, check: string) =>
  expectRefused(response, 400, 'bad_request', { reason: 'operator_request_malformed', check })

/** For each test of the file that calls it. */
export function eachWithJaneSignedIn(): void {
  beforeEach(async () => {
    world = await createWorld({ env })
    jane = world.browser()
    await world.signIn(jane, `${DOCS}/a`)
    world.kv.operations.length = 0
    world.sessions.calls.length = 0
    world.limited.length = 0
  })
  // What was ended stays so for logins from before.
  afterEach(() => reset())
}
