import { describe, expect, test } from 'vitest'
import signingIn from '../../docs/troubleshooting-signing-in.md?raw'
import sites from '../../docs/troubleshooting-sites.md?raw'
import { entriesOf } from '../support/troubles/page.ts'
import { expectAs, type Plays } from '../support/troubles/play.ts'
import { SIGNING_IN } from '../support/troubles/signing-in.ts'
import { SITES } from '../support/troubles/sites.ts'

/** What cannot be played, since it happens before any Worker is asked. `doctor` shows those that a wrangler file shows: test/package/troubleshooting.test.ts. */
const BEFORE_THE_WORKER: Readonly<Record<string, 'doctor' | 'documentation'>> = {
  'A page is shown to whoever asks next': 'doctor',
  'Gatehouse never sees the request': 'doctor',
  'Another sign-in comes first': 'documentation',
}

const entries = [signingIn, sites].flatMap(entriesOf)
const plays: Plays = { ...SIGNING_IN, ...SITES }

test('every entry is played here, or is one of those that cannot be', () => {
  const known = [...Object.keys(plays), ...Object.keys(BEFORE_THE_WORKER)]
  expect(known.sort()).toEqual(entries.map(({ heading }) => heading).sort())
})

test.each(Object.entries(BEFORE_THE_WORKER))('%s: the page says by what it is known, %s', (name, by) => {
  const entry = entries.find(({ heading }) => heading === name)
  expect(entry?.cases).toEqual([])
  expect(entry?.doctor.length).toBe(by === 'doctor' ? 1 : 0)
  expect(entry?.text.includes('From documentation')).toBe(by === 'documentation')
})

test('each entry says cause and cure, and has a play for each of its cases', () => {
  for (const { heading, text, cases } of entries) {
    expect(text, heading).toMatch(/\*\*Cause:\*\*.*\*\*Cure:\*\*/s)
    expect(plays[heading] ?? [], heading).toHaveLength(cases.length)
  }
})

describe.each(entries.filter(({ cases }) => cases.length > 0))('$heading', ({ heading, cases }) => {
  test.each(cases.map((each, at) => ({ ...each, at, status: each.seen.status })))(
    'case $at: $status',
    async ({ at, ...each }) => {
      const play = plays[heading]?.[at]
      if (play === undefined) throw new Error('nothing is played')
      expectAs(each, await play())
    },
  )
})
