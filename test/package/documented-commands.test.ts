import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { blocksIn, codeIn, filesLike, readText, rowsAbout } from '../support/node/markdown.ts'
import { runHere } from './in-process.ts'

const ROOT = join(import.meta.dirname, '../..')
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...filesLike('docs/*.md'),
  ...filesLike('examples/*/README.md'),
]

/** Every way in which pages start the command line, with what stands behind it up to a pipe, a comment or what is for another program. */
const CALLS = PAGES.flatMap((page) => {
  const text = readText(page)
  const blocks = ['sh', 'yaml', 'text'].flatMap((language) => blocksIn(text, language))
  const lines = [...blocks, ...codeIn(text)].flatMap((block) => block.split('\n'))
  return lines.flatMap((line) =>
    [...line.matchAll(/(?:npx gatehouse|npm run -s gatehouse --) ([^|#;&<>`]+)/g)].map(([, call = '']) => {
      const words = call.trim().split(/\s+/)
      const end = words.indexOf('--')
      return { page, call, words: end < 0 ? words : words.slice(0, end) }
    }),
  )
})

/** What `--help` says, by the words in front of it. */
const helps = new Map<string, string>()
const GROUPS = ['keys', 'sites', 'sessions']
const commandOf = ([first = '', second = '']: readonly string[]) =>
  GROUPS.includes(first) && /^\w+$/.test(second) ? `${first} ${second}` : first

beforeAll(async () => {
  for (const command of new Set(CALLS.map(({ words }) => commandOf(words)))) {
    const words = command === '…' || command.startsWith('-') ? [] : command.split(' ')
    const { code, stdout } = await runHere(ROOT, [...words, '--help'])
    helps.set(
      command,
      code === 0 && stdout.startsWith(['Usage: npx gatehouse', ...words].join(' ')) ? stdout : '',
    )
  }
})

test('commands that pages name are there', () => {
  const unknown = CALLS.filter(({ words }) => helps.get(commandOf(words)) === '')
  expect(unknown.map(({ page, call }) => `${page}: ${call}`)).toEqual([])
  expect(CALLS.length).toBeGreaterThan(60)
})

test('and so are their options', () => {
  const unknown = CALLS.filter(({ words }) => {
    const help = helps.get(commandOf(words)) ?? ''
    const options = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/=.*/, ''))
    return options.some((option) => !new RegExp(`(^|[ ,])${option}(?![\\w-])`, 'm').test(help))
  })
  expect(unknown.map(({ page, call }) => `${page}: ${call}`)).toEqual([])
})

test('docs/cli.md has a row for every command, and no others', async () => {
  // Commands stand in groups, each under its heading.
  const namesIn = (help: string) =>
    help
      .split('\n\n')
      .filter((part) => /^[A-Z].*:\n/.test(part) && !/^(Arguments|(Global )?Options|Examples?):/.test(part))
      .flatMap((part) => [...part.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name))
      .filter((name) => name !== 'help')
  const all = namesIn((await runHere(ROOT, ['--help'])).stdout)
  const inProgram: string[] = []
  for (const name of all) {
    const below = namesIn((await runHere(ROOT, [name, '--help'])).stdout)
    inProgram.push(...(below.length === 0 ? [name] : below.map((each) => `${name} ${each}`)))
  }
  // `sites list`, `get`: the group is named once in a row.
  const onPage = rowsAbout(readText('docs/cli.md'), 'command').flatMap(([cell = '']) => {
    const [first = '', ...rest] = codeIn(cell).map((code) => code.replace(/ <.*/, ''))
    return [first, ...rest.map((each) => `${first.split(' ')[0]} ${each}`)]
  })
  expect(onPage.sort()).toEqual(inProgram.sort())
})
