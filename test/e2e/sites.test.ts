import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ACME, problems, useSitesProject } from '../package/sites-command.ts'
import { wranglerWith, wranglerWithout } from '../package/stranger.ts'
import {
  type ApiError,
  type CloudflareKv,
  KEYS_A_PAGE,
  NAMESPACE_ID,
  startCloudflareKv,
  stopCloudflareKv,
} from '../support/node/cloudflare-kv.ts'

// Each command starts Wrangler once or twice.
const project = useSitesProject()
const { sites } = project

test('a site on this machine is put, listed and removed', async () => {
  const local = (...args: readonly string[]) => sites({}, ...args, '--local')
  const put = await local('put', 'Acme.LOCALHOST.', 'acme.json')
  expect({ ...put, stderr: problems(put) }).toEqual({
    code: 0,
    stdout: 'site:acme.localhost in KV (local) is written, and live within about a minute.\n',
    stderr: expect.stringContaining('+  "organization": "org_1",\n'),
  })
  expect(JSON.parse((await local('list', '--json')).stdout)).toEqual({
    storage: 'local',
    sites: [{ host: 'acme.localhost', site: ACME }],
  })
  expect(await local('remove', 'acme.localhost', '--yes', '--json')).toMatchObject({
    code: 0,
    stdout: `${JSON.stringify({ host: 'acme.localhost', storage: 'local', removed: { site: ACME } })}\n`,
  })
}, 200_000)

describe('at Cloudflare', () => {
  const start = async (answer?: ApiError): Promise<CloudflareKv> => {
    const api = await startCloudflareKv(answer)
    onTestFinished(() => stopCloudflareKv(api))
    return api
  }

  test('is where a site goes if nothing is said, without the white space of its file', async () => {
    const { values, env } = await start()
    const { code, stdout } = await sites({ env }, 'put', '*.acme.example', 'acme.json')
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'site:*.acme.example in KV (remote) is written, and live within about a minute.\n',
    })
    expect([...values]).toEqual([['site:*.acme.example', JSON.stringify(ACME)]])
    const removed = await sites({ env }, 'remove', '*.acme.example', '--yes')
    expect(removed).toMatchObject({ code: 0, stdout: expect.stringContaining('a minute and a half') })
    expect(values.size).toBe(0)
  })

  test('is the namespace of an environment where one is named', async () => {
    const { values, env } = await start()
    const inNamespace = (id: string) => ({ kv_namespaces: [{ binding: 'GATEHOUSE_KV', id }] })
    const file = { ...inNamespace('b'.repeat(32)), env: { production: inNamespace(NAMESPACE_ID) } }
    await writeFile(join(project.folder, 'environments.jsonc'), wranglerWith(file))
    const where = ['--config', 'environments.jsonc', '--env', 'production']
    const put = await sites({ env }, 'put', 'acme.example', 'acme.json', ...where, '--json')
    expect({ code: put.code, ...JSON.parse(put.stdout) }).toMatchObject({
      code: 0,
      storage: 'remote',
      env: 'production',
      outcome: 'created',
    })
    expect([...values.keys()]).toEqual(['site:acme.example'])
  })

  test('Wrangler follows the cursor of a list', async () => {
    const { values, requests, env } = await start()
    const names = Array.from({ length: 2 * KEYS_A_PAGE + 1 }, (_, at) => `c${at}.example`).sort()
    for (const name of names) values.set(`site:${name}`, JSON.stringify(ACME))
    const { code, stdout } = await sites({ env }, 'list', '--json')
    const listed = JSON.parse(stdout) as { readonly sites: readonly { readonly host: string }[] }
    expect({ code, hosts: listed.sites.map(({ host }) => host) }).toEqual({ code: 0, hosts: names })
    expect(requests).toEqual(['GET /keys', 'GET /keys', 'GET /keys', 'POST /bulk/get'])
  })

  test.each<[string, ApiError, string]>([
    ['wrong credentials', { status: 403, code: 10_000 }, 'npx wrangler login'],
    ['a token that is none', { status: 400, code: 6003 }, 'npx wrangler login'],
    ['a namespace that is not there', { status: 404, code: 10_013 }, 'npx wrangler kv namespace list'],
    ['something else', { status: 429, code: 10_429 }, 'something is wrong [code: 10429]'],
  ])('%s is said in a sentence', async (_case, answer, said) => {
    const { env } = await start(answer)
    const { code, stdout, ...rest } = await sites({ env }, 'list')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(problems({ code, stdout, ...rest })).toContain(said)
    expect(
      problems({ code, stdout, ...rest })
        .trimEnd()
        .split('\n'),
    ).toHaveLength(1)
  })

  test('nobody who is logged in is said in a sentence, and as JSON', async () => {
    const { code, stdout } = await sites({}, 'get', 'acme.example', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toEqual({
      problems: [expect.stringMatching(/^Wrangler is not logged in .+`npx wrangler login`/)],
    })
  })

  test('that cannot be reached is said in a sentence', async () => {
    const api = await startCloudflareKv()
    stopCloudflareKv(api)
    const ended = await sites({ env: api.env }, 'list')
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect(problems(ended)).toMatch(/^Cloudflare cannot be reached from here/)
  })
})

test.each([
  ['a namespace that is not bound', wranglerWithout('kv_namespaces'), 'The binding GATEHOUSE_KV is missing'],
  [
    'a namespace without an id',
    wranglerWithout(),
    'plain.jsonc gives GATEHOUSE_KV no id, and no Worker is deployed that has one',
  ],
])('%s is said in a sentence', async (_case, wranglerFile, said) => {
  const api = await startCloudflareKv({ status: 404, code: 10_007 })
  onTestFinished(() => stopCloudflareKv(api))
  await writeFile(join(project.folder, 'plain.jsonc'), wranglerFile)
  const ended = await sites({ env: api.env }, 'list', '--config', 'plain.jsonc')
  expect(ended).toMatchObject({ code: 1, stdout: '' })
  expect(problems(ended)).toContain(said)
})
