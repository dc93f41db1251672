import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runKeys } from './keys-command.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-place-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

const IN_JSON = {
  'wrangler.jsonc': '{ "assets": { "directory": "./public" } } // as it is',
  'public/index.html': '',
}
const IN_TOML = { 'wrangler.toml': '[assets]\ndirectory = "public/"\n', 'public/index.html': '' }
const ELSEWHERE = 'Name a file that is elsewhere, such as one outside of this project.'

describe('secrets are not written where they are published', () => {
  test.each([
    ['wrangler.jsonc', IN_JSON, ['new', '--file', 'public/keys.json']],
    ['wrangler.toml', IN_TOML, ['new', '--file', 'public/deep/keys.json']],
    ['wrangler.toml', IN_TOML, ['new', '--operator', '--file', './public/../public/me.json']],
    ['wrangler.jsonc', IN_JSON, ['new', '--file', 'public/.dev.vars']],
    // Of several, any may be deployed.
    ['wrangler.toml', { ...IN_TOML, 'wrangler.json': '{}' }, ['new', '--file', 'public/keys.json']],
    [
      'wrangler.jsonc',
      {
        'wrangler.jsonc': '{ "env": { "staging": { "assets": { "directory": "public" } } } }',
        'public/a': '',
      },
      ['new', '--file', 'public/keys.json'],
    ],
    [
      'wrangler.json',
      { 'wrangler.json': '{}', 'vite.config.ts': '', 'public/a': '' },
      ['new', '--file', 'public/keys.json'],
    ],
  ])('by %s (%#)', async (label, files, args) => {
    await write({ ...files, '.gitignore': '*\n', 'public/deep/page.html': '' })
    const { code, stdout, stderr } = await runKeys(folder, args)
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: `${args.at(-1)} is in public, whose files are published by ${label}: secrets do not belong there. ${ELSEWHERE}\n`,
    })
    expect(existsSync(join(folder, args.at(-1) ?? ''))).toBe(false)
  })

  test('from within the folder, by a link to it, and by a wrangler file that is named', async () => {
    await write({
      ...IN_JSON,
      '.gitignore': '*\n',
      'app/docs.jsonc': '{ "assets": { "directory": "../out" } }',
      'out/a': '',
    })
    const within = await runKeys(join(folder, 'public'), ['new', '--file', 'keys.json'])
    expect(within.stderr).toContain(
      'keys.json is in this folder, whose files are published by ../wrangler.jsonc',
    )
    await symlink(join(folder, 'public'), join(folder, 'private'))
    const linked = await runKeys(folder, ['new', '--file', 'private/keys.json'])
    expect(linked.stderr).toContain('private/keys.json is in public')
    const named = await runKeys(folder, ['new', '--file', 'out/keys.json', '--config', 'app/docs.jsonc'])
    expect(named.stderr).toContain('out/keys.json is in out, whose files are published by app/docs.jsonc')
  })

  test('but beside it, and where .assetsignore leaves them out', async () => {
    await write({ ...IN_JSON, '.gitignore': 'keys.json\n*.keys\n', 'public/.assetsignore': '*.keys\n' })
    expect(await runKeys(folder, ['new', '--file', 'keys.json'])).toMatchObject({ code: 0, stderr: '' })
    expect(await runKeys(folder, ['new', '--file', 'public/a.keys'])).toMatchObject({ code: 0, stderr: '' })
  })

  test('nor put anew into a file that is there', async () => {
    await write({ ...IN_JSON, '.gitignore': '*\n' })
    await runKeys(folder, ['new', '--file', 'keys.json'])
    await rename(join(folder, 'keys.json'), join(folder, 'public/keys.json'))
    const { code, stderr } = await runKeys(folder, ['rotate', '--file', 'public/keys.json'])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'public/keys.json is in public, whose files are published by wrangler.jsonc: secrets do not belong there. ' +
        'Take it to another place first, and treat its keys as known once they were deployed: npx gatehouse keys rotate --now\n',
    })
  })
})

describe('without a repository .gitignore alone decides', () => {
  const SOON =
    'git would take keys.json along as soon as this project is a repository: add it to .gitignore, or name one that is elsewhere.\n'
  const make = () => runKeys(folder, ['new', '--file', 'keys.json'])

  test.each([['package.json'], ['wrangler.toml'], ['gatehouse.config.ts']])(
    'in a project, such as one with %s',
    async (name) => {
      await write({ [name]: '' })
      expect(await make()).toMatchObject({ code: 1, stdout: '', stderr: SOON })
      await write({ '.gitignore': 'node_modules\n' })
      expect(await make()).toMatchObject({ code: 1, stderr: SOON })
      await write({ '.gitignore': '*.json\n' })
      expect(await make()).toMatchObject({ code: 0, stderr: '' })
      await write({ '.gitignore': '' })
      const { stderr } = await runKeys(folder, ['rotate', '--file', 'keys.json', '--now'])
      expect(stderr).toContain('as soon as this project is a repository: add it to .gitignore.\n')
    },
  )

  test('as git itself does once there is one', async () => {
    await write({
      'package.json': '{}',
      '.gitignore': '/secrets/*\n!/secrets/b.json\n',
      'secrets/.gitignore': 'c.json\n!d.json\n',
    })
    const names = ['a', 'b', 'c', 'd'].map((name) => `secrets/${name}.json`)
    const accepted: string[] = []
    for (const name of names) {
      const { code } = await runKeys(folder, ['new', '--file', name])
      if (code === 0) accepted.push(name)
    }
    await promisify(execFile)('git', ['init', '--quiet'], { cwd: folder })
    const { stdout } = await promisify(execFile)('git', ['check-ignore', ...names], { cwd: folder })
    expect(accepted).toEqual(stdout.trim().split('\n'))
  })

  test('outside of any project nobody asks', async () => {
    expect(await make()).toMatchObject({ code: 0, stderr: '' })
  })
})
