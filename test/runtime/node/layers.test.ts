import { globSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../../..')

/** The rooms of src/ by layer, the ground first: a room imports only from layers below its own. */
const LAYERS: readonly (readonly string[])[] = [
  ['base'],
  ['crypto', 'audit', 'config.ts'],
  ['tokens', 'scalekit'],
  ['policy', 'registry'],
  ['deployment', 'request'],
  ['session', 'pages'],
  ['gate', 'login', 'account', 'events', 'operator'],
  ['app'],
  ['hono'],
  ['index.ts', 'hono.ts'],
  ['worker.ts'],
]

const layerOf = (room: string): number => LAYERS.findIndex((rooms) => rooms.includes(room))
/** The folder below src/, or the file where it stands in src/ itself. */
const roomOf = (file: string): string => file.split('/')[1] ?? ''

const files = globSync('src/**/*.{ts,tsx}', { cwd: ROOT }).map((file) => file.replaceAll('\\', '/'))

test('every room has its layer', () => {
  const rooms = [...new Set(files.map(roomOf))]
  expect(rooms.filter((room) => layerOf(room) === -1)).toEqual([])
  expect(LAYERS.flat().filter((room) => !rooms.includes(room))).toEqual([])
})

test('imports lead down', () => {
  const upwards = files.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8')
    const imports = [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path = '']) =>
      normalize(join(file, '..', path)).replaceAll('\\', '/'),
    )
    return imports
      .filter((target) => target.startsWith('src/') && roomOf(target) !== roomOf(file))
      .filter((target) => layerOf(roomOf(target)) >= layerOf(roomOf(file)))
      .map((target) => `${file} → ${target}`)
  })
  expect(upwards).toEqual([])
})
