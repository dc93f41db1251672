import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { blocksIn, filesLike, readText } from '../../support/node/markdown.ts'

interface Workflow {
  readonly on: object
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}
interface Job {
  readonly 'runs-on': string
  readonly 'timeout-minutes': number
  readonly permissions?: Readonly<Record<string, string>>
  readonly steps: readonly {
    readonly uses?: string
    readonly run?: string
    readonly env?: Record<string, string>
  }[]
}

/** What a push or a pull request runs: ours, and those that pages show. */
const WORKFLOWS: readonly [string, string][] = [
  ...filesLike('.github/workflows/*.yml').map((file): [string, string] => [file, readText(file)]),
  ...filesLike('docs/*.md').flatMap((page) =>
    blocksIn(readText(page), 'yaml')
      .filter((block) => /^jobs:/m.test(block))
      .map((block): [string, string] => [page, block]),
  ),
]

test('ours is there', () => {
  expect(WORKFLOWS.map(([place]) => place)).toContain('.github/workflows/ci.yml')
})

describe.each(WORKFLOWS)('the workflow in %s', (_place, text) => {
  const { on, permissions, jobs } = parse(text, { version: '1.2', strict: true }) as Workflow
  const all = Object.values(jobs)
  const steps = all.flatMap((job) => job.steps)

  test('may read the code, and nothing more', () => {
    expect(permissions).toEqual({ contents: 'read' })
    expect(all.filter((job) => job.permissions !== undefined)).toEqual([])
    expect(Object.keys(on)).not.toContain('pull_request_target')
  })

  test('uses actions by the commit of a version that is named beside it', () => {
    const lines = text.split('\n').filter((line) => /\buses:/.test(line))
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual(
      [],
    )
  })

  test('ends, whatever hangs', () => {
    expect(all.filter((job) => !(job['timeout-minutes'] <= 30) || job['runs-on'] === undefined)).toEqual([])
  })

  test('gives secrets to the steps that need them, and runs commands that are there', () => {
    const commands = steps.flatMap(({ run }) => (run === undefined ? [] : [run]))
    expect(commands.length).toBeGreaterThan(0)
    const known =
      /^(npm ci|npm test|npm run [\w:]+|npx (gatehouse doctor|gatehouse deploy|wrangler deploy)( --[\w-]+)*)$/
    expect(commands.filter((command) => !known.test(command))).toEqual([])
    const withSecrets = steps.filter(({ env }) => /secrets\./.test(JSON.stringify(env ?? {})))
    expect(withSecrets.filter(({ run }) => run === undefined || !/deploy/.test(run))).toEqual([])
    expect(text.match(/\$\{\{ secrets\./g)?.length ?? 0).toBe(
      withSecrets.flatMap(({ env }) => Object.values(env ?? {})).length,
    )
  })
})
