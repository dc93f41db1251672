import { expect, test } from 'vitest'
import type { UnmetRequirement } from '../../../src/base/refusal.ts'
import { ANY_ORGANIZATION } from '../../../src/config.ts'
import { lacksOf } from '../../../src/pages/denial.ts'
import { words } from '../../../src/pages/words/en.ts'
import { explain } from '../../../src/pages/words/explanation.ts'

const KEYS = ['organizations', 'connections', 'emails', 'emailDomains', 'roles', 'groups'] as const
const unmet = (key: UnmetRequirement['key'], ...accepted: string[]): UnmetRequirement => ({ key, accepted })

test.each(KEYS)('what would be accepted of %s is not told', (key) => {
  expect(lacksOf([unmet(key, 'initech')], false)).toEqual([{ kind: key, wanted: undefined }])
})

test.each(KEYS)(
  'of %s a site that explains denials tells what would be accepted, but no addresses',
  (key) => {
    const wanted = key === 'emails' ? undefined : ['initech']
    expect(lacksOf([unmet(key, 'initech')], true)).toEqual([{ kind: key, wanted }])
  },
)

test.each([true, false])('that any organization would do is no secret (explains: %s)', (explains) => {
  const lacks = lacksOf([unmet('organizations', ANY_ORGANIZATION)], explains)
  expect(lacks).toEqual([{ kind: 'anyOrganization', wanted: undefined }])
})

/** What Ann is told. */
function detail(requirements: readonly UnmetRequirement[], explainsDenials?: boolean): string {
  const refusal = { reason: 'requirement_unmet', who: 'Ann', unmet: requirements } as const
  return explain(words.refusals, refusal, explainsDenials).detail
}

test('names nobody unless the site explains denials', () => {
  const requirements = [unmet('organizations', 'org_2', 'org_3'), unmet('roles', 'board')]
  expect(detail(requirements)).toBe(
    'You are signed in as Ann. This page is for another organization. This page needs a role that you do not have.',
  )
  expect(detail(requirements, true)).toBe(
    'You are signed in as Ann. This page is for the organization org_2 or org_3. This page needs the role board.',
  )
})

test('says each sentence once, where site and rule ask for the same', () => {
  const requirements = [unmet('organizations', 'org_2'), unmet('organizations', 'org_3')]
  expect(detail(requirements)).toBe('You are signed in as Ann. This page is for another organization.')
})
