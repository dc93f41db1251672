import { describe, expect, test } from 'vitest'
import { type EpochSeconds, epochSeconds, minutes } from '../../../src/base/time.ts'
import { type JustEnded, sessionsPage } from '../../../src/pages/sessions-page.tsx'
import { words as english } from '../../../src/pages/words/en.ts'
import type { SessionSummary } from '../../../src/registry/registered-session.ts'
import type { Visit } from '../../../src/request/visit.ts'
import type { SessionId } from '../../../src/tokens/session.ts'
import { SHOWN_AT, visitTo } from '../../support/pages/places.ts'
import { ann } from '../../support/sample-session.ts'

const words = english()

const HOUR = 3600
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'
const ago = (seconds: number) => (SHOWN_AT - seconds) as EpochSeconds

const session = (id: string, more: Partial<SessionSummary> = {}): SessionSummary => ({
  id: id as SessionId,
  host: 'docs.example.com',
  userAgent: FIREFOX,
  place: undefined,
  openedAt: ago(5 * HOUR),
  lastUsedAt: ago(2 * HOUR),
  ...more,
})

const visit = visitTo('en', 'docs.example.com')
const here = session(ann.id, { lastUsedAt: ago(0) })

const show = (sessions: readonly SessionSummary[], at: Visit = visit, ended?: JustEnded): Promise<string> =>
  sessionsPage(at, words, ann, sessions, ended).text()

/** What the buttons of the list are called for those who hear the page. */
const names = (html: string): string[] =>
  [...html.matchAll(/<button[^>]* aria-label="([^"]*)"[^>]*>End</g)].map(([, name = '']) => name)

test('each button says which session it ends, beginning with what stands on it', async () => {
  const html = await show([
    here,
    session('one'),
    session('two', { userAgent: undefined, lastUsedAt: ago(49 * HOUR) }),
  ])
  expect(names(html)).toEqual([
    'End the session on Firefox on Linux, docs.example.com, last active 2 hours ago',
    'End the session on Unknown device, docs.example.com, last active 2 days ago',
  ])
})

test('the session of whoever reads it comes first, the others as they came', async () => {
  const html = await show([
    session('one', { host: 'one.example.com' }),
    here,
    session('two', { host: 'two.example.com' }),
  ])
  const hosts = [...html.matchAll(/<span class="soft">(\w+)\./g)].map(([, host]) => host)
  expect(hosts).toEqual(['docs', 'one', 'two'])
})

test('it leads back to the site', async () => {
  expect(await show([here])).toContain('href="/"')
})

test('signing out everywhere is offered beside other sessions, and the one filled button is another', async () => {
  const way = '<a class="button quiet" href="/auth/logout?everywhere=1">'
  const html = await show([here, session('one')])
  expect(html).toContain(way)
  expect(html.match(/class="button"/g)).toHaveLength(1)
  expect(await show([here])).not.toContain('everywhere')
})

describe('a session that this one ends with', () => {
  const parent = session('parent', { host: 'login.example.com' })
  const NOTE = 'Ending it signs you out here, too.'

  test('says so, to the eye and to the ear', async () => {
    const html = await show([{ ...here, parent: parent.id }, parent])
    expect(html).toContain(`<span>${NOTE}</span>`)
    expect(names(html)).toEqual([
      `End the session on Firefox on Linux, login.example.com, last active 2 hours ago. ${NOTE}`,
    ])
  })

  test('is none that "End all others" would end', async () => {
    expect(await show([{ ...here, parent: parent.id }, parent])).not.toContain('End all others')
    expect(await show([{ ...here, parent: parent.id }, parent, session('one')])).toContain('End all others')
  })

  test.each<[string, readonly SessionSummary[]]>([
    ['a session that another one was opened by', [here, parent, session('child', { parent: parent.id })]],
    ['a session that this one has opened', [here, session('child', { parent: here.id })]],
  ])('is not %s', async (_case, sessions) => {
    expect(await show(sessions)).not.toContain(NOTE)
  })
})

describe('a session that others were opened by', () => {
  const login = session('login', { host: 'login.example.com' })
  const child = (id: string) => session(id, { parent: login.id })

  test('says how many end with it and where, to the eye and to the ear', async () => {
    const one = 'Ending it also ends another session (docs.example.com), which was opened with it.'
    const two = 'Ending it also ends 2 other sessions (docs.example.com), which were opened with it.'
    expect(await show([here, login, child('a')])).toContain(`<span>${one}</span>`)
    const html = await show([here, login, child('a'), child('b')])
    expect(html).toContain(`<span>${two}</span>`)
    expect(names(html)[0]).toMatch(
      /ago\. Ending it also ends 2 other sessions \(docs\.example\.com\), which were opened with it\.$/,
    )
  })

  test('names three hosts at most', async () => {
    const children = ['a', 'b', 'c', 'd'].map((host) => session(host, { host, parent: login.id }))
    expect(await show([here, login, ...children.slice(1)])).toContain('3 other sessions (b, c, d), which')
    expect(await show([here, login, ...children])).toContain('4 other sessions (a, b, c, …), which')
  })

  test('says both where this one is among them', async () => {
    const [first] = names(await show([{ ...here, parent: login.id }, login, child('a')]))
    expect(first).toContain('Ending it signs you out here, too. Ending it also ends another session')
  })

  test('says nothing where none was, or where it is this one, which has no button', async () => {
    expect(await show([here, login])).not.toContain('also ends')
    expect(await show([here, session('child', { parent: here.id })])).not.toContain('also ends')
  })
})

test('whoever reads it is active now, whenever their session was renewed', async () => {
  const html = await show([{ ...here, lastUsedAt: ago(240) }, session('one')])
  expect(html).toMatch(/Last active <time [^>]*>now</)
  expect(html).toMatch(/Last active <time [^>]*>2 hours ago</)
})

test('what was ended just now is said, and announced', async () => {
  const status = (html: string) => /<p class="done" role="status">(.*?)<\/p>/.exec(html)?.[1]
  expect(status(await show([here]))).toBeUndefined()
  const lifetime = minutes(5)
  expect(status(await show([here], visit, { sessions: 1, lifetime }))).toMatch(
    /^The session has ended\. .*5 minutes/,
  )
  expect(status(await show([here], visit, { sessions: 3, lifetime }))).toMatch(/^3 sessions have ended\. /)
})

test('a time is relative, and on a closer look in the zone of the reader', async () => {
  const inBerlin = Object.create(visit, {
    request: { value: new Request(visit.url.href, { cf: { timezone: 'Europe/Berlin' } }) },
  })
  const opened = epochSeconds(Date.UTC(2026, 10, 26, 4, 30))
  const one = session('one', { openedAt: opened })
  const time = (title: string) =>
    `Signed in <time datetime="2026-11-26T04:30:00.000Z" title="${title}">5 hours ago</time>`
  const plain = (html: string) => html.replaceAll('\u202f', ' ')
  expect(plain(await show([here, one]))).toContain(time('November 26, 2026 at 4:30 AM UTC'))
  expect(plain(await show([here, one], inBerlin))).toContain(time('November 26, 2026 at 5:30 AM GMT+1'))
})
