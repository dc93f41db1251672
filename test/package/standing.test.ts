import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { inProject } from '../../cli/dev/problems.ts'
import { answerAt, Standing } from '../../cli/dev/standing.ts'
import { WorkerLog } from '../../cli/dev/worker-log.ts'
import { namingFile, settingIn } from '../../cli/wrangler/named-file.ts'
import { parseKeyRing } from '../../src/crypto/key-ring.ts'
import { bindingProblems, NEEDED_BY_ALL } from '../../src/deployment/needed-bindings.ts'
import { freePort } from '../support/node/port.ts'
import { hearStandardError } from './standard-error.ts'

/** A Worker that runs while its configuration changes; what it answers, it logs. */
const WELL: Answer = { status: 401, body: '{}' }
const NO_SITE = { status: 421, body: 'no site' }
const refused = (...problems: readonly string[]) => ({
  status: 503,
  body: JSON.stringify({ code: 'misconfigured', problems }),
  problems,
})

const heard = hearStandardError()

const FILE = { label: 'wrangler.jsonc', file: '/project/wrangler.jsonc' }

interface Answer {
  readonly status: number | undefined
  readonly body: string
  readonly problems?: readonly string[]
}

/** @returns what looking at one answer after the other says each time */
async function saidOf(answers: readonly Answer[], inKv = false): Promise<string[]> {
  const log = new WorkerLog(FILE)
  let now: Answer = WELL
  const standing = new Standing({
    file: FILE,
    hostname: 'localhost',
    answer: async () => {
      const { problems } = now
      if (problems !== undefined)
        log.show({ level: 'log', message: JSON.stringify({ event: 'misconfigured', problems }) })
      return now
    },
    hasSitesInKv: async () => inKv,
    forgetProblems: () => log.forgetProblems(),
  })
  const each: string[] = []
  for (const answer of answers) {
    heard.said = ''
    now = answer
    await standing.look()
    each.push(heard.said)
  }
  return each
}

const RIGHT = 'Put right: the Worker lets people in.\n'
const RENAMED =
  "The configuration has no site for localhost: call one 'localhost', or '*', while you develop.\n"

test('what is as it was is not said again, and what is well only after what was not', async () => {
  expect(await saidOf([WELL, WELL])).toEqual(['', ''])
  const wrong = refused('stict is not a setting that Gatehouse knows')
  const other = refused('sites is empty')
  expect(await saidOf([wrong, wrong, other, WELL, WELL, other])).toEqual([
    'stict is not a setting that Gatehouse knows\n',
    '',
    'sites is empty\n',
    RIGHT,
    '',
    'sites is empty\n',
  ])
})

test('a site that is no longer there is said once, unless sites are in KV', async () => {
  expect(await saidOf([NO_SITE, NO_SITE, WELL, NO_SITE])).toEqual([RENAMED, '', RIGHT, RENAMED])
  const wrong = refused('sites is empty')
  expect(await saidOf([wrong, NO_SITE, wrong])).toEqual(['sites is empty\n', RENAMED, 'sites is empty\n'])
  expect(await saidOf([NO_SITE, WELL], true)).toEqual(['', ''])
})

test('a missing binding belongs into the file that the Worker has, as that is written', () => {
  const [kv, sessions, limit] = bindingProblems({}, [], NEEDED_BY_ALL)
  const named = (problem = '', file = FILE) => namingFile(file, problem)
  expect([named(kv), named(sessions)]).toEqual([
    'The binding GATEHOUSE_KV is missing: add it under kv_namespaces in wrangler.jsonc',
    'The binding SESSIONS is missing: add it under durable_objects.bindings in wrangler.jsonc',
  ])
  expect(named(limit, { label: '../docs/wrangler.toml', file: '/docs/wrangler.toml' })).toBe(
    'The binding LOGIN_RATE_LIMIT is missing: add it under [[ratelimits]] in ../docs/wrangler.toml',
  )
})

test('what dev says of it has that file too', async () => {
  const [kv = ''] = bindingProblems({}, [], NEEDED_BY_ALL)
  expect(await saidOf([refused(kv)])).toEqual([
    'The binding GATEHOUSE_KV is missing: add it under kv_namespaces in wrangler.jsonc\n',
  ])
})

test('a setting is written as its file has them', () => {
  expect(settingIn('wrangler.jsonc', 'main', 'a.ts')).toBe('"main": "a.ts"')
  expect(settingIn('wrangler.toml, environment staging,', 'main', 'a.ts')).toBe('main = "a.ts"')
})

test('so is what makes keys, and a setting that is misspelt', async () => {
  const here = { label: 'wrangler.jsonc', file: join(process.cwd(), 'wrangler.jsonc') }
  const ofKeys = async (value: unknown) => {
    const parsed = await parseKeyRing(value)
    return parsed.ok ? '' : inProject(here, parsed.error.join())
  }
  expect(await ofKeys(undefined)).toContain('`npx gatehouse keys new --file .dev.vars` makes new ones')
  expect(await ofKeys('{}')).toContain(
    '`npx gatehouse keys new --file .dev.vars`, in place of the line that is there, makes new ones',
  )
  const elsewhere = { label: '../docs/wrangler.toml', file: join(process.cwd(), '../docs/wrangler.toml') }
  expect(inProject(elsewhere, '`npx gatehouse keys new` makes one')).toContain(
    'keys new --file ../docs/.dev.vars`',
  )
  expect(await saidOf([refused('acces is not a setting that Gatehouse knows')])).toEqual([
    'acces is not a setting that Gatehouse knows\n',
  ])
  expect(
    await saidOf([refused('sites.localhost.rules[0].acces is not a setting that Gatehouse knows')]),
  ).toEqual(['sites.localhost.rules[0].acces is not a setting that Gatehouse knows: did you mean access?\n'])
})

test('who does not answer in time, or never comes to an end, changes nothing', async () => {
  const server = createServer((_request, response) => void response.write('event: 1\n\n'))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const silent = await answerAt((server.address() as AddressInfo).port, 'localhost', 200)
  expect(silent.status).toBeUndefined()
  expect(await saidOf([NO_SITE, silent, NO_SITE, WELL])).toEqual([RENAMED, '', '', RIGHT])
})

test('that nobody listens is said', async () => {
  const port = await freePort()
  await expect(answerAt(port, 'localhost')).rejects.toThrow(
    `127.0.0.1:${port} takes no connections: start \`gatehouse dev\` again.`,
  )
})
