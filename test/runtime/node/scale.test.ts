import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { PerformanceRecord } from '../../../bench/record.ts'
import {
  CPU_MILLISECONDS,
  LOGINS_PER_NETWORK_AND_MINUTE,
  REGISTRY_CALLS_PER_SECOND,
} from '../../../bench/scale/assumptions.ts'
import { parseCommand, UsageError } from '../../../bench/scale/options.ts'
import { withFigures } from '../../../bench/scale/report.ts'

const run = promisify(execFile)
const scale = (...args: string[]) => run('node', ['bench/scale/main.ts', ...args])

const parsed = (...args: string[]) => {
  const command = parseCommand(args)
  if (command.kind !== 'estimate') throw new Error(command.kind)
  return command.workload
}

test('docs/scaling.md shows what the model says: npm run scale -- --write', async () => {
  const page = await readFile('docs/scaling.md', 'utf8')
  expect(page).toBe(withFigures(page))
  expect(() => withFigures('nothing')).toThrow('has lost its mark')
})

describe('what is assumed is no better than what was measured', () => {
  const record = async (): Promise<PerformanceRecord> =>
    JSON.parse(await readFile('docs/performance/record.json', 'utf8'))

  test('CPU of a page, of a strict page and of a login', async () => {
    const { contest, logins } = await record()
    const cpuOf = (id: string) =>
      Math.max(
        ...(contest?.contestants.find((each) => each.id === id)?.figures ?? []).map(({ cpu }) => cpu.median),
      ) / 1000
    expect(cpuOf('gatehouse')).toBeLessThanOrEqual(CPU_MILLISECONDS.verifiedPage)
    expect(cpuOf('gatehouse-strict')).toBeLessThanOrEqual(CPU_MILLISECONDS.strictPage)
    const cpuOfLogin = logins?.series
      .flatMap(({ lines }) => lines)
      .find(({ name }) => name === 'CPU per login')
      ?.points.map(({ y }) => y.median)
    expect(Math.max(...(cpuOfLogin ?? [Number.NaN]))).toBeLessThanOrEqual(CPU_MILLISECONDS.login)
  })

  test('calls that one registry object holds', async () => {
    const { registry } = await record()
    const renewals = registry?.series.find(({ id }) => id === 'renewals')?.lines[0]?.points ?? []
    expect(Math.min(...renewals.map(({ y }) => y.median))).toBeGreaterThan(REGISTRY_CALLS_PER_SECOND)
  })

  test('logins that wrangler.toml allows', async () => {
    expect(await readFile('wrangler.toml', 'utf8')).toContain(
      `simple = { limit = ${LOGINS_PER_NETWORK_AND_MINUTE}, period = 60 }`,
    )
  })
})

describe('the command line', () => {
  test('what is not told has a default', () => {
    expect(parsed()).toMatchObject({
      users: 100_000,
      organizations: 100,
      largestOrganization: 10_000,
      lifetimeSeconds: 300,
    })
    expect(parsed('--organizations', '1')).toMatchObject({ largestOrganization: 100_000 })
    expect(parsed('--users', '10', '--organizations', '9')).toMatchObject({ largestOrganization: 2 })
  })

  test('everything can be told', () => {
    expect(
      parsed(
        ...[
          '--users',
          '1_000_000',
          '--pages-per-user=150',
          '--organizations',
          '500',
          '--session-minutes',
          '45',
        ],
        ...[
          '--lifetime',
          '90s',
          '--strict-share',
          '0.05',
          '--largest-organization',
          '50000',
          '--shards',
          '4',
        ],
        ...[
          '--websockets',
          '3',
          '--websocket-hours',
          '2',
          '--assets-per-page',
          '0',
          '--visits-per-user',
          '10',
        ],
        ...['--logout-share', '1', '--webhooks-per-organization', '0', '--peak-factor', '20'],
      ),
    ).toEqual({
      users: 1_000_000,
      pagesPerUser: 150,
      assetsPerPage: 0,
      visitsPerUser: 10,
      sessionMinutes: 45,
      organizations: 500,
      largestOrganization: 50_000,
      lifetimeSeconds: 90,
      strictShare: 0.05,
      logoutShare: 1,
      webSocketsPerUser: 3,
      webSocketHours: 2,
      webhooksPerOrganization: 0,
      shards: 4,
      peakFactor: 20,
    })
  })

  test.each([
    ['5m', 300],
    ['1h', 3600],
    ['24h', 86_400],
    ['60s', 60],
  ])('a lifetime of %s', (text, seconds) => {
    expect(parsed('--lifetime', text).lifetimeSeconds).toBe(seconds)
  })

  test.each([
    [['--users', 'many'], '--users is "many": write a whole number from 1 to'],
    [['--users', '0'], 'write a whole number from 1'],
    [['--users', '1.5'], 'write a whole number'],
    [['--users=-1'], 'without a sign'],
    [['--users', ''], 'write a whole number'],
    [['--users', '1e6'], 'write a whole number'],
    [['--strict-share', '5%'], 'write a number from 0 to 1, without a sign or unit'],
    [['--strict-share', '1.1'], 'from 0 to 1'],
    [['--shards', '17'], 'from 1 to 16'],
    [['--lifetime', '5'], 'write a time from 60s to 24h, such as 90s, 5m or 1h'],
    [['--lifetime', '30s'], 'from 60s to 24h'],
    [['--lifetime', '2d'], 'from 60s to 24h'],
    [['--organizations', '200', '--users', '100'], 'give at most as many organizations as users'],
    [['--largest-organization', '5'], 'of 100000 users in 100 organizations the largest has 1000 to 99901'],
    [['--largest-organization', '100000'], 'the largest has 1000 to 99901'],
    [['--write', '--users', '5'], '--write takes no other option'],
    [['--what'], "Unknown option '--what'"],
    [['1000'], 'Unexpected argument'],
  ])('%j is refused, with what to do about it', (args, message) => {
    expect(() => parseCommand(args)).toThrow(UsageError)
    expect(() => parseCommand(args)).toThrow(message)
  })

  test('prints an estimate, what runs out first and what to set', async () => {
    const { stdout } = await scale('--users', '1000000', '--organizations', '1')
    expect(stdout).toContain('Durable Object requests')
    expect(stdout).toMatch(/^total +\$[\d,.]+$/m)
    expect(stdout).toContain('within 5 minutes')
    expect(stdout).toContain('✗ logins of the largest organization at peak')
    expect(stdout).toContain('of LOGIN_RATE_LIMIT in wrangler.toml')
    expect(stdout).toContain('set registryShards: 7, or a longer session.lifetime')
  })

  test('says when no number of shards is enough', async () => {
    const { stdout } = await scale('--users', '10000000', '--organizations', '1')
    expect(stdout).toContain('62 shards would be needed and 16 are the most')
  })

  test('lists its options', async () => {
    expect((await scale('--help')).stdout).toContain('--largest-organization <n>')
  })

  test('ends with 1, and without a stack, where it is not understood', async () => {
    const failed = await scale('--users', 'x').catch((error: { code: number; stderr: string }) => error)
    expect(failed).toMatchObject({ code: 1 })
    expect(failed.stderr).toContain('--users is "x"')
    expect(failed.stderr).toContain('--help')
    expect(failed.stderr).not.toContain('    at ')
  })
})
