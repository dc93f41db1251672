import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const run = promisify(execFile)

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Keeps the browser from talking to anybody but the pages under test. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Pages of one site share a process, where each tab would start another; sites stay apart.
  '--renderer-process-limit=1',
]

/** Starts `CHROMIUM_PATH`, or an installed Chrome or Chromium, or the one that comes with the packages. */
export async function launchBrowser(): Promise<Browser> {
  const named = process.env['CHROMIUM_PATH']
  const executablePath = named ?? INSTALLED.find((path) => existsSync(path)) ?? (await packagedChromium())
  // Playwright switches the back-forward cache off, and people have it on.
  const ignoreDefaultArgs = ['--disable-back-forward-cache']
  return chromium.launch({ executablePath, args: FLAGS, ignoreDefaultArgs })
}

const ROOT = join(import.meta.dirname, '../../..')
const UNPACK =
  "const { default: packaged } = await import('@sparticuz/chromium'); await packaged.executablePath()"
/** Beside the browser: which version it is, and what belongs to it. */
const CONTENTS = 'contents.json'

/**
 * The browser of the package, unpacked on first use, into the project, so that nothing is left behind elsewhere. What is there is
 * looked through each time: an unpacking that was cut short would start and crash.
 *
 * @param cache the folder to hold it
 * @returns the path of the executable
 */
export async function packagedChromium(cache = join(ROOT, 'node_modules/.cache')): Promise<string> {
  const folder = join(cache, 'chromium')
  const executable = join(folder, 'chromium')
  if (await isWhole(folder)) return executable

  await mkdir(cache, { recursive: true })
  const fresh = await mkdtemp(join(cache, 'chromium-'))
  try {
    // The package unpacks into the folder for temporary files, which is another one for a process of its own only.
    const env = { ...process.env, TMPDIR: fresh }
    await run(process.execPath, ['--input-type=module', '--eval', UNPACK], { cwd: ROOT, env })
    const contents: Contents = { version: await packageVersion(), bytes: await bytesOf(fresh) }
    await writeFile(join(fresh, CONTENTS), JSON.stringify(contents))
    await rename(fresh, folder).catch(async (error: unknown) => {
      // Somebody else was faster, and their browser runs already, out of this folder.
      if (await isWhole(folder)) return
      if (!existsSync(folder)) throw error
      await rm(folder, { recursive: true, force: true })
      await rename(fresh, folder)
    })
  } catch (error) {
    if (!(await isWhole(folder))) throw error
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return executable
}

interface Contents {
  readonly version: string
  /** The size of each file, by its path. */
  readonly bytes: Readonly<Record<string, number>>
}

async function isWhole(folder: string): Promise<boolean> {
  try {
    const { version, bytes }: Contents = JSON.parse(await readFile(join(folder, CONTENTS), 'utf8'))
    const found = await bytesOf(folder)
    return (
      version === (await packageVersion()) &&
      Object.entries(bytes).every(([path, size]) => found[path] === size)
    )
  } catch {
    // Not there, or not to its end.
    return false
  }
}

async function bytesOf(folder: string): Promise<Record<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  const sizes = await Promise.all(
    files.map(async (path) => [relative(folder, path), (await stat(path)).size] as const),
  )
  return Object.fromEntries(sizes)
}

async function packageVersion(): Promise<string> {
  const path = join(ROOT, 'node_modules/@sparticuz/chromium/package.json')
  return JSON.parse(await readFile(path, 'utf8')).version
}
