import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { keepFragmentPage } from '../../../src/pages/keep-fragment-page.tsx'
import { LANGUAGES } from '../../../src/request/language.ts'
import { ambiguousControls, axeFindings } from '../../support/node/axe-findings.ts'
import { asDocument, type LaidOut, layoutFindings, type Window } from '../../support/node/layout-findings.ts'
import {
  bringMeasures,
  forcedColorsFindings,
  keyboardFindings,
  motionFindings,
} from '../../support/node/look-findings.ts'
import { openShownTab, readSiteFile } from '../../support/node/shown-tab.ts'
import { useBrowser } from '../../support/node/use-browser.ts'
import { elsewhere } from '../../support/pages/elsewhere.ts'
import { SHOWN_PAGES } from '../../support/pages/shown-pages.ts'

const MAX_BYTES = 15_000
/** One that is there, and one that is missing. */
const LOGOS = ['https://docs.example.com/favicon.svg', 'https://moved.example.com/logo-of-last-year.svg']
const SMALL_PHONE = { width: 320 }
const PHONE = { width: 390 }
/** Half of a desktop's window, which is what a page has that is zoomed to 200 %. */
const ZOOMED = { width: 640 }
const LARGE_LETTERS = { width: 390, textZoom: 2 }

/** Those of the simulator that are made of the same elements as another one. */
const ALIKE = ['simulator/client', 'simulator/idp-mistyped', 'simulator/not-found']

interface Document extends LaidOut {
  readonly by: unknown
  readonly language: string
}

interface Findings {
  readonly axe: string[]
  readonly ambiguous: string[]
  readonly keyboard: string[]
  readonly forcedColors: string[]
  readonly motion: string[]
}

const shared = useBrowser()
/** Every page of Gatehouse's own in every language. */
let documents: Document[]
/** The pages of the demo and the simulator. */
const others: LaidOut[] = []
const requests = new Set<string>()
const found: Findings = { axe: [], ambiguous: [], keyboard: [], forcedColors: [], motion: [] }

beforeAll(async () => {
  const rendered = LANGUAGES.flatMap((language) =>
    SHOWN_PAGES.map(async ({ name, by, render }) => {
      const response = await render(language)
      return { name: `${name} (${language})`, by, language, html: await response.text() }
    }),
  )
  documents = await Promise.all(rendered)
  const other = await elsewhere(readSiteFile)
  const { tab, openOther, takeRequests } = await openShownTab(shared.browser, other)

  for (const page of other.pages) {
    await openOther(page)
    others.push({ name: page.name, html: await asDocument(tab) })
  }
  // From here on one window is filled again and again, which is far cheaper than opening pages, and keeps axe.
  await tab.goto('about:blank')
  takeRequests()
  for (const page of differentPages()) await look(tab, page)
  for (const request of takeRequests()) requests.add(request)
  for (const page of others) if (!ALIKE.includes(page.name)) await look(tab, page)
})

const isSeen = ({ html }: Document): boolean => !html.includes('<script')

/** Pages of which no two are made of the same kinds of elements: what is left out has other texts, or more of the same. */
function differentPages(spoken = 'en'): Document[] {
  // What runs a script is not there for long enough to be seen.
  const seen = documents.filter(({ language }) => language === spoken).filter(isSeen)
  const elements = ({ html }: Document) => {
    const opened =
      html.replace(/<style.*?<\/style>/s, '').match(/<[a-z]\w*|(?<= )(?:class|role|aria-invalid)="[^"]*"/g) ??
      []
    return [...new Set(opened)].sort().join()
  }
  return [...Map.groupBy(seen, elements).values()].flatMap((alike) => alike.slice(0, 1))
}

async function look(tab: Page, { name, html }: LaidOut): Promise<void> {
  const add = (kind: keyof Findings, findings: readonly string[]) =>
    found[kind].push(...findings.map((finding) => `${name}: ${finding}`))
  await tab.setContent(html)
  await bringMeasures(tab)
  // A colour that is on its way to another one is neither.
  await tab.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  add('axe', await axeFindings(tab))
  add('ambiguous', await ambiguousControls(tab))
  add('motion', await motionFindings(tab))
  add('keyboard', await keyboardFindings(tab))
  await tab.emulateMedia({ colorScheme: 'dark' })
  add('axe', await axeFindings(tab, ['color-contrast']))
  await tab.emulateMedia({ forcedColors: 'active' })
  add('forcedColors', await forcedColorsFindings(tab))
  await tab.emulateMedia({ forcedColors: null })
}

test('a page is small', () => {
  const large = documents.filter(({ html }) => Buffer.byteLength(html) >= MAX_BYTES)
  expect(large.map(({ name }) => name)).toEqual([])
})

test('a page asks for nothing but a logo', () => {
  expect([...requests].sort()).toEqual(LOGOS)
})

test('a page needs no script', () => {
  const scripted = documents.filter((page) => !isSeen(page))
  expect(scripted.filter(({ by }) => by !== keepFragmentPage)).toEqual([])
})

test('no page is wider than its window, and no word of a button is broken', async () => {
  const [tab] = shared.browser.contexts().flatMap((context) => context.pages())
  const lay = (pages: readonly LaidOut[], windows: readonly Window[]) =>
    layoutFindings(
      tab as Page,
      pages.map(({ name, html }) => ({ name, html })),
      windows,
    )
  const findings = [
    // In every language where there is least room.
    ...(await lay(documents, [SMALL_PHONE])),
    ...(await lay(
      LANGUAGES.flatMap((language) => differentPages(language)),
      [LARGE_LETTERS],
    )),
    ...(await lay(differentPages(), [PHONE, ZOOMED])),
    ...(await lay(others, [SMALL_PHONE, PHONE, ZOOMED])),
    ...(await lay(
      others.filter(({ name }) => name.startsWith('demo/')),
      [LARGE_LETTERS],
    )),
  ]
  expect(findings).toEqual([])
})

test('no browser puts a hyphen into an address', () => {
  // This Chromium has no dictionary to do so; Firefox and Chrome have, and made docs.ex-ample.com of a host in a heading.
  expect(documents.filter(({ html }) => /hyphens:\s*auto/.test(html)).map(({ name }) => name)).toEqual([])
})

test('axe finds nothing in either theme', () => {
  expect(found.axe).toEqual([])
})

test('no two controls have the same name and do something else', () => {
  expect(found.ambiguous).toEqual([])
})

test('every control is reached by keyboard, in its order, and shows that it is', () => {
  expect(found.keyboard).toEqual([])
})

test('in the colours of the system buttons stand out', () => {
  expect(found.forcedColors).toEqual([])
})

test('nothing moves for whoever asked for that', () => {
  expect(found.motion).toEqual([])
})
