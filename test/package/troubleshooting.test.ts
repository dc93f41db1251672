import { expect, test } from 'vitest'
import type { LiveAnswers } from '../../cli/doctor/live/answers.ts'
import { LIVE_JUDGEMENTS } from '../../cli/doctor/live/checks.ts'
import { anchorsOf, headingsOf, readText, relativeLinksOf } from '../support/node/markdown.ts'
import { entriesOf } from '../support/troubles/page.ts'
import { FAULTS_OF_THE_CONFIGURATION } from './faults-of-the-configuration.ts'
import { FAULTS_OF_THE_WORKER } from './faults-of-the-worker.ts'
import { examine, projectWith, removed, troublesIn } from './sound-project.ts'

const answering = (status: number, headers: Record<string, string> = {}): Partial<LiveAnswers> => ({
  origin: 'https://docs.example.com',
  basePath: '/auth',
  health: { ok: true, value: { status, headers: new Headers(headers), body: '' } },
})

const PAGES = ['troubleshooting-signing-in.md', 'troubleshooting-sites.md']

/** What is planted so that doctor says what an entry quotes, in the order of its quotes: a fault by its name, or what is at `/auth/health`. */
const PLANTED: Readonly<Record<string, readonly (string | ReturnType<typeof answering>)[]>> = {
  '503 everywhere after a deploy': ['a misspelt setting', 'no objects for sessions'],
  '421 for a host': ['a route without a site'],
  'Everything is public': ['files go out before the Worker is asked'],
  'A page is shown to whoever asks next': ['a cache before the gate'],
  'Gatehouse never sees the request': ['a route that leaves the login out', answering(404)],
  'Another sign-in comes first': [
    answering(302, { Location: 'https://team.cloudflareaccess.com/cdn-cgi/access/login?kid=a' }),
  ],
  'Roles never arrive': ['a claim that never arrives'],
}

const entries = PAGES.flatMap((page) => entriesOf(readText(`docs/${page}`)))
const quoted = entries.flatMap(({ heading, doctor }) =>
  doctor.map((quote, at) => ({ heading, quote, fault: PLANTED[heading]?.[at] })),
)

test('every quote of doctor has its fault, and no fault is left over', () => {
  expect(quoted.map(({ fault }) => fault)).toEqual(Object.values(PLANTED).flat())
})

test.each(quoted)('$heading: doctor says “$quote”', async ({ quote, fault }) => {
  const found = typeof fault === 'string' ? await troublesWith(fault) : troublesOfAnswer(fault)
  expect(found).toEqual([expect.objectContaining({ found: expect.stringContaining(quote) })])
})

async function troublesWith(name: string) {
  const { files = {} } =
    [...FAULTS_OF_THE_WORKER, ...FAULTS_OF_THE_CONFIGURATION].find(({ fault }) => fault === name) ?? {}
  const folder = await projectWith(files)
  try {
    return troublesIn(await examine(folder))
  } finally {
    await removed(folder)
  }
}

function troublesOfAnswer(answers: Partial<LiveAnswers> = {}) {
  const [, , judge] = LIVE_JUDGEMENTS.find(([id]) => id === 'live-health') ?? []
  return judge?.(answers as LiveAnswers, undefined)
}

test('the index leads to every entry', () => {
  const links = relativeLinksOf(readText('docs/troubleshooting.md'))
  const missing = PAGES.flatMap((page) => {
    const text = readText(`docs/${page}`)
    const anchors = anchorsOf(text)
    const inEntries = headingsOf(text).map((heading, at) => ({ heading, link: `${page}#${anchors[at]}` }))
    return inEntries.filter(({ heading }) => entries.some((entry) => entry.heading === heading))
  }).filter(({ link }) => !links.includes(link))
  expect(missing).toEqual([])
})
