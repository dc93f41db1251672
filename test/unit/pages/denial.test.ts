import { describe, expect, test } from 'vitest'
import type { UnmetRequirement } from '../../../src/base/refusal.ts'
import { ANY_ORGANIZATION } from '../../../src/config.ts'
import { lacksOf, mayHaveMeanwhile } from '../../../src/pages/denial.ts'
import { words as english } from '../../../src/pages/words/en.ts'
import { explain } from '../../../src/pages/words/explanation.ts'
import { atSeconds, now } from '../../support/sample-session.ts'

const words = english()

const KEYS = ['organizations', 'connections', 'emails', 'emailDomains', 'roles', 'groups'] as const
const unmet = (key: UnmetRequirement['key'], ...accepted: string[]): UnmetRequirement => ({ key, accepted })

const NAMES: Readonly<Record<string, string>> = { org_2: 'Initech', org_3: 'Globex' }
const nameOf = (id: string) => NAMES[id]

test.each(KEYS)('what would be accepted of %s is not told', (key) => {
  expect(lacksOf([unmet(key, 'initech')], false, nameOf)).toEqual([{ kind: key, wanted: undefined }])
})

test.each(KEYS)(
  'of %s a site that explains denials tells what would be accepted, but no addresses and no IDs',
  (key) => {
    const isId = key === 'organizations' || key === 'connections'
    const wanted = isId || key === 'emails' ? undefined : ['initech']
    expect(lacksOf([unmet(key, 'initech')], true, nameOf)).toEqual([{ kind: key, wanted }])
  },
)

test.each([true, false])('that any organization would do is no secret (explains: %s)', (explains) => {
  const lacks = lacksOf([unmet('organizations', ANY_ORGANIZATION)], explains, nameOf)
  expect(lacks).toEqual([{ kind: 'anyOrganization', wanted: undefined }])
})

/** What Ann is told. */
function detail(requirements: readonly UnmetRequirement[], explainsDenials?: boolean): string {
  const refusal = { reason: 'requirement_unmet', who: 'Ann', unmet: requirements } as const
  return explain(words.refusals, refusal, { ...(explainsDenials && { explainsDenials }), nameOf }).detail
}

test('names nobody unless the site explains denials', () => {
  const requirements = [unmet('organizations', 'org_2', 'org_3'), unmet('roles', 'board')]
  expect(detail(requirements)).toBe(
    'You are signed in as Ann. This page is for another organization. This page needs a role that you do not have.',
  )
  expect(detail(requirements, true)).toBe(
    'You are signed in as Ann. This page is for people of Initech or Globex. This page needs the role “board”.',
  )
})

test('an organization without a name is another one, and those with a name are told once', () => {
  const wantedOf = (...ids: string[]) => lacksOf([unmet('organizations', ...ids)], true, nameOf)[0]?.wanted
  expect(wantedOf('org_9')).toBeUndefined()
  expect(wantedOf('org_9', 'org_3', 'org_3')).toEqual(['Globex'])
})

test('says each sentence once, where site and rule ask for the same', () => {
  const requirements = [unmet('organizations', 'org_2'), unmet('organizations', 'org_3')]
  expect(detail(requirements)).toBe('You are signed in as Ann. This page is for another organization.')
})

describe('whether somebody may have been given meanwhile what they lack', () => {
  const may = (requirements: readonly UnmetRequirement[], age: number | undefined) =>
    mayHaveMeanwhile(
      { reason: 'requirement_unmet', who: 'Ann', unmet: requirements },
      age === undefined ? undefined : atSeconds(-age),
      now,
    )

  test('is so of roles and groups, once the login is a while ago', () => {
    for (const each of [
      [unmet('roles', 'a')],
      [unmet('groups', 'a')],
      [unmet('roles', 'a'), unmet('groups', 'b')],
    ]) {
      expect(may(each, 60)).toBe(true)
      expect(may(each, 59)).toBe(false)
      expect(may(each, undefined)).toBe(false)
    }
  })

  test.each(['organizations', 'connections', 'emails', 'emailDomains'] as const)(
    'is not so of %s, which are those of the account',
    (key) => {
      expect(may([unmet(key, 'a')], 3600)).toBe(false)
      expect(may([unmet(key, 'a'), unmet('roles', 'b')], 3600)).toBe(false)
    },
  )

  test('is not known of what an application asks for in its own words', () => {
    expect(may([], 3600)).toBe(false)
  })
})
