import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { at, type Tree } from '../../cli/files/config-change.ts'
import { parseToml } from '../../cli/files/edit-toml.ts'
import { exampleText } from '../../cli/init/texts.ts'

const ROOT = join(import.meta.dirname, '../..')
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8')

/** What the Worker knows, from its own list. */
const [, list = ''] = /export interface Env \{(.*?)\n\}/s.exec(read('src/deployment/environment.ts')) ?? []
const known = [...list.matchAll(/^ {2}readonly (\w+)(\??): (.+)$/gm)].map(
  ([, name = '', optional, type]) => ({
    name,
    isNeeded: optional === '',
    isText: type === 'string',
  }),
)
const namesOf = (some: typeof known) => some.map(({ name }) => name).sort()
const isForDevelopment = (name: string) => ['GATEHOUSE_DEVELOPMENT', 'GATEHOUSE_PUBLIC_URL'].includes(name)

/** Cloudflare's button asks for every variable that is assigned there, and deploys what it is told. */
test('.dev.vars.example assigns what every deployment needs, and nothing else', () => {
  const example = read('.dev.vars.example')
  expect(example).toBe(exampleText())
  expect(Object.keys(parseEnv(example)).sort()).toEqual(
    namesOf(known.filter((each) => each.isNeeded && each.isText)),
  )
  const named = [...example.matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name)
  expect(namesOf(known)).toEqual(expect.arrayContaining(named))
})

test('package.json describes everything that is needed, and nothing that the Worker does not know or must not have', () => {
  const described = Object.keys(at(JSON.parse(read('package.json')), ['cloudflare', 'bindings']) as Tree)
  expect(described).toEqual(expect.arrayContaining(namesOf(known.filter(({ isNeeded }) => isNeeded))))
  expect(described.filter((name) => isForDevelopment(name) || !namesOf(known).includes(name))).toEqual([])
})

test('package.json describes every binding of wrangler.toml', () => {
  const config = parseToml(read('wrangler.toml'))
  const tables = [['kv_namespaces'], ['durable_objects', 'bindings'], ['ratelimits']] as const
  const bound = tables.flatMap((path) => at(config, path) as readonly { binding?: string; name?: string }[])
  const names = [...bound.map(({ binding, name }) => binding ?? name), at(config, ['assets', 'binding'])]
  const described = Object.keys(at(JSON.parse(read('package.json')), ['cloudflare', 'bindings']) as Tree)
  expect(described).toEqual(expect.arrayContaining(names))
})
