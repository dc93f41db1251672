import { describe, expect, test } from 'vitest'
import signingIn from '../../docs/troubleshooting-signing-in.md?raw'
import sites from '../../docs/troubleshooting-sites.md?raw'
import { entriesOf } from '../support/troubles/page.ts'
import { expectAs, type Plays } from '../support/troubles/play.ts'
import { SIGNING_IN } from '../support/troubles/signing-in.ts'
import { SITES } from '../support/troubles/sites.ts'

/** What cannot be played here, and why. What doctor says of it is played in test/package/troubleshooting.test.ts. */
const BEFORE_THE_WORKER: Readonly<Record<string, string>> = {
  'A page is shown to whoever asks next':
    "Cloudflare's caches stand in front of the runtime, and only wrangler's file shows them",
  'Gatehouse never sees the request': 'there is no Worker to ask without a route',
  'Another sign-in comes first': 'Cloudflare Access takes an account',
}

const entries = [signingIn, sites].flatMap(entriesOf)
const plays: Plays = { ...SIGNING_IN, ...SITES }

test('every entry is played here, or is one of those that cannot be', () => {
  const known = [...Object.keys(plays), ...Object.keys(BEFORE_THE_WORKER)]
  expect(known.sort()).toEqual(entries.map(({ heading }) => heading).sort())
})

test.each(Object.keys(BEFORE_THE_WORKER))(
  '%s: doctor says it, in the place of a page and the log',
  (name) => {
    const { cases, doctor } = entries.find(({ heading }) => heading === name) ?? {}
    expect(cases).toEqual([])
    expect(doctor).not.toEqual([])
  },
)

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
