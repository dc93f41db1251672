import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeFiles } from '../../cli/files/file-changes.ts'
import { inWritingOrder, planOf } from '../../cli/init/plan.ts'
import { readProjectFiles } from '../../cli/init/project-files.ts'
import { runHere } from './in-process.ts'

/** A run may be killed between any two files, and while it writes one. */

const HOST = 'docs.example.com'
/** No system gives one so high. */
const NOBODY = 999_999_999

const WRANGLER = 'name = "docs"\nmain = "src/index.js"\ncompatibility_date = "2026-10-01"\n'
const SINGLE_PAGE = '[assets]\ndirectory = "./dist"\nnot_found_handling = "single-page-application"\n'
const PROJECTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'an empty folder': {},
  'a Worker': {
    'wrangler.toml': WRANGLER,
    'src/index.js': 'export default { fetch: () => new Response("hi") }\n',
    'package.json': '{ "name": "docs", "scripts": { "build": "x" } }\n',
    '.dev.vars': 'A=1\n',
  },
  'a Hono app': {
    'wrangler.toml': WRANGLER,
    'src/index.js':
      "import { Hono } from 'hono'\n\nconst app = new Hono()\n\napp.get('/', (c) => c.text('hi'))\n\nexport default app\n",
  },
  'files of a single-page app': {
    'wrangler.toml': `name = "docs"\ncompatibility_date = "2026-10-01"\n${SINGLE_PAGE}`,
    'dist/index.html': '<!doctype html>\n',
  },
}

describe.each(Object.entries(PROJECTS))('in %s', (_name, files) => {
  let parent: string
  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'gatehouse-ended-'))
  })
  afterAll(() => rm(parent, { recursive: true, force: true }))

  async function project(name: string): Promise<string> {
    // The Worker is called as the folder.
    const folder = join(parent, name, 'docs')
    await mkdir(folder, { recursive: true })
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    return folder
  }

  const init = (folder: string) => runHere(folder, ['init', '--yes', '--host', HOST, '--json'])

  /** Every file, without the values of secrets, which differ each time. */
  async function contentOf(folder: string): Promise<Readonly<Record<string, string>>> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const paths = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
    const texts = paths.sort().map(async (path) => {
      const text = await readFile(path, 'utf8')
      return [path.slice(folder.length), path.endsWith('.dev.vars') ? text.replace(/=.*/g, '=') : text]
    })
    return Object.fromEntries(await Promise.all(texts))
  }

  test('a second run makes what the first would have made, wherever that was ended', async () => {
    const whole = await project('whole')
    expect(await init(whole)).toMatchObject({ code: 0 })
    const expected = await contentOf(whole)

    const sketch = await readProjectFiles(await project('sketch'))
    const answers = { host: HOST, assets: './public', isPublic: false, organization: undefined }
    const given = { ...answers, environmentUrl: undefined, clientId: undefined }
    const { length } = (await planOf(sketch, given, undefined)).files
    expect(length).toBeGreaterThan(3)
    for (let written = 0; written <= length; written++) {
      const folder = await project(`${written}`)
      const plan = inWritingOrder(await planOf(await readProjectFiles(folder), given, undefined))
      await writeFiles(plan.slice(0, written))
      // It had begun with the next one, or not yet taken away the first name of the last one.
      for (const change of plan.slice(Math.max(0, written - 1), written + 1)) {
        await mkdir(dirname(change.path), { recursive: true })
        await writeFile(`${change.path}.gatehouse-${NOBODY}.tmp`, change.after)
      }
      const { code, stdout } = await init(folder)
      expect({ written, code }, stdout).toEqual({ written, code: 0 })
      expect({ written, content: await contentOf(folder) }).toEqual({ written, content: expected })
      if (written < length) expect(stdout).not.toContain('stays as it is')
    }
  })
})

test('what only looks like a leftover stays: a copy that somebody made, and a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-ended-'))
  const copies = ['.dev.vars.gatehouse-20261126', `wrangler.toml.gatehouse-${NOBODY}.tmp/a`]
  for (const copy of copies) {
    await mkdir(dirname(join(folder, copy)), { recursive: true })
    await writeFile(join(folder, copy), 'A=1\n')
  }
  expect(await runHere(folder, ['init', '--yes', '--host', HOST])).toMatchObject({ code: 0 })
  for (const copy of copies) expect(await readFile(join(folder, copy), 'utf8')).toBe('A=1\n')
  await rm(folder, { recursive: true })
})
