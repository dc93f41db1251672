import { globSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REASONS } from '../../../src/audit/refusals.ts'
import { SHOWN_PAGES } from '../../support/pages/shown-pages.ts'
import { SHOWN_REASONS } from '../../support/pages/shown-refusals.ts'

const PAGES = join(import.meta.dirname, '../../../src/pages')

/** What pages are made of. */
const PARTS = ['breakable.tsx', 'buttons.tsx', 'for-others.tsx', 'frame.tsx', 'times.tsx', 'unsent-form.tsx']

test('every page function of src/pages is in the list', async () => {
  const files = globSync('*.tsx', { cwd: PAGES }).filter((file) => !PARTS.includes(file))
  expect(files).toContain('sign-in-page.tsx')
  const modules: object[] = await Promise.all(files.map((file) => import(join(PAGES, file))))
  const listed = new Set(SHOWN_PAGES.map(({ by }) => by))
  const missing = modules.flatMap((exports) =>
    Object.entries(exports).flatMap(([name, page]) => (listed.has(page) ? [] : [name])),
  )
  expect(missing).toEqual([])
})

test('every refusal is in the list', () => {
  expect([...SHOWN_REASONS].sort()).toEqual(Object.keys(REASONS).sort())
})

test('every page has a name of its own, which is fit for a file', () => {
  const names = SHOWN_PAGES.map(({ name }) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  expect(names.filter((name) => !/^[a-z-]+\/[a-z0-9-]+$/.test(name))).toEqual([])
})
