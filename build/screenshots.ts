import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Command } from 'commander'
import { build } from 'esbuild'
import { launchBrowser } from '../test/support/node/chromium.ts'
import { openShownTab, readSiteFile } from '../test/support/node/shown-tab.ts'
import { type Picture, picturesOf, screenshotIndex } from './screenshot-index.ts'

/**
 * Makes docs/screenshots/: `npm run screenshots`. Every page that people see, by the code that makes it and a real Chromium; the list is
 * that of the checks in test/runtime/browser/pages.test.ts. Time, reference and identifiers are always the same, so that a picture changes
 * only where its page does, on one machine: fonts are those of the machine.
 */
const ROOT = join(import.meta.dirname, '..')
const FOLDER = join(ROOT, 'docs/screenshots')
const BUNDLE = join(ROOT, 'node_modules/.cache/screenshots/pages.js')

/** Of a longer page the beginning is shown. */
const TALLEST = 2400

const program = new Command('screenshots')
  .description(
    'Makes docs/screenshots/: every page, in two themes, at two widths, the main ones in every language.',
  )
  .option(
    '--only <pattern>',
    'only the pages whose name matches, a regular expression; the others keep their pictures',
  )
  .addHelpText('after', "\nExample:\n  npm run screenshots -- --only '^sign-in/'")
  .parse()
const { only } = program.opts<{ only?: string }>()

fixedChance()
const { SHOWN_PAGES, elsewhere, LANGUAGES } = await bundled()
const other = await elsewhere(readSiteFile)
const all = picturesOf(SHOWN_PAGES, other.pages, LANGUAGES)
const wanted = only === undefined ? all : all.filter(({ page }) => new RegExp(only).test(page.name))
if (wanted.length === 0) program.error(`error: no page has a name that matches ${only}`, { exitCode: 2 })
if (only === undefined) await rm(FOLDER, { recursive: true, force: true })

const browser = await launchBrowser()
let bytes = 0
try {
  const shown = await openShownTab(browser, other)
  for (const [index, picture] of wanted.entries()) {
    await take(shown, picture)
    if (process.stderr.isTTY) process.stderr.write(`\r${index + 1} of ${wanted.length} `)
    else if ((index + 1) % 50 === 0) console.error(`${index + 1} of ${wanted.length}`)
  }
} finally {
  await browser.close()
}
await writeFile(join(FOLDER, 'README.md'), screenshotIndex(all))
console.log(`${wanted.length} pictures, ${(bytes / 2 ** 20).toFixed(1)} MB, in docs/screenshots/`)

async function take(shown: Awaited<ReturnType<typeof openShownTab>>, picture: Picture): Promise<void> {
  const { page, language, theme, width, file } = picture
  const { tab } = shown
  await tab.setViewportSize({ width, height: width < 600 ? 700 : 800 })
  await tab.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  if ('address' in page) await shown.openOther(page)
  else await shown.open(page, language)
  if ('isOpen' in page && page.isOpen)
    await tab.evaluate(() => {
      for (const each of document.querySelectorAll('details')) each.open = true
    })
  const path = join(FOLDER, file)
  await mkdir(dirname(path), { recursive: true })
  const scrollHeight = await tab.evaluate(() => document.documentElement.scrollHeight)
  const clip = { x: 0, y: 0, width, height: Math.min(scrollHeight, TALLEST) }
  // A third of what a PNG weighs; one that loses nothing weighs more than that.
  await tab.screenshot({ path, type: 'webp', quality: 50, fullPage: true, clip })
  bytes += (await readFile(path)).length
}

/** Pages are written in a syntax that Node does not run. */
async function bundled(): Promise<typeof import('../test/support/pages/all.ts')> {
  await build({
    entryPoints: [join(ROOT, 'test/support/pages/all.ts')],
    outfile: BUNDLE,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
  })
  return import(pathToFileURL(BUNDLE).href)
}

/** What is different each time on pages of the simulator, such as the identifier of a session and the time of a request, is the same. */
function fixedChance(): void {
  const time = Date.parse('2026-11-26T09:30:00Z')
  Date.now = () => time
  let last = 0
  const next = () => {
    last = (last * 1_103_515_245 + 12_345) % 2 ** 31
    return last
  }
  crypto.getRandomValues = (array) => {
    if (array instanceof Uint8Array) array.set(array.map(next))
    return array
  }
  crypto.randomUUID = () => `00000000-0000-4000-8000-${String(next()).padStart(12, '0')}`
}
