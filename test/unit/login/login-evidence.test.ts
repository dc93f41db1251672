import { expect, test } from 'vitest'
import { LoginEvidence } from '../../../src/login/login-evidence.ts'
import { atSeconds, now } from '../../support/sample-session.ts'

const spendAll = (evidence: LoginEvidence, network: string, at = now): number => {
  let spent = 0
  while (evidence.spend(network, at)) spent += 1
  return spent
}

test('a finished login earns its own network two starts', () => {
  const evidence = new LoginEvidence()
  expect(spendAll(evidence, 'a')).toBe(0)
  for (let n = 0; n < 3; n += 1) evidence.finished('a', now)
  expect([spendAll(evidence, 'b'), spendAll(evidence, 'a'), spendAll(evidence, 'a')]).toEqual([0, 6, 0])
})

test('no network stores more than a thousand, or for longer than ten minutes', () => {
  const evidence = new LoginEvidence()
  for (let n = 0; n < 2000; n += 1) evidence.finished('a', now)
  expect(spendAll(evidence, 'a', atSeconds(599))).toBe(1000)
  evidence.finished('a', now)
  expect(spendAll(evidence, 'a', atSeconds(600))).toBe(0)
})

test('a reserve that is used up stays so for ten minutes, whatever is used up after it', () => {
  const evidence = new LoginEvidence()
  evidence.useUp('a', 1, now)
  evidence.useUp('a', 2, atSeconds(300))
  expect([evidence.usedUp('a', atSeconds(599)), evidence.usedUp('b', now)]).toEqual([2, 0])
  expect(evidence.usedUp('a', atSeconds(600))).toBe(0)
})

test('a proof speaks so many times in ten minutes', () => {
  const evidence = new LoginEvidence()
  const uses = Array.from({ length: 4 }, () => evidence.mayUse('p', 3, now))
  expect(uses).toEqual([true, true, true, false])
  expect([evidence.mayUse('q', 3, now), evidence.mayUse('p', 3, atSeconds(600))]).toEqual([true, true])
})

test('a flood of networks and proofs does not fill the memory: the longest unseen is forgotten', () => {
  const evidence = new LoginEvidence()
  for (const name of ['first', 'second']) {
    evidence.finished(name, now)
    evidence.mayUse(name, 1, now)
  }
  for (let n = 0; n < 9999; n += 1) {
    evidence.usedUp(`n${n}`, now)
    evidence.mayUse(`n${n}`, 1, now)
  }
  expect([spendAll(evidence, 'second'), evidence.mayUse('second', 1, now)]).toEqual([2, false])
  expect([spendAll(evidence, 'first'), evidence.mayUse('first', 1, now)]).toEqual([0, true])
})
