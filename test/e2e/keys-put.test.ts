import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { spawnKeys } from '../package/keys-command.ts'
import { HERE, wranglerWith, writeStranger } from '../package/stranger.ts'

test('the real Wrangler asks Cloudflare, and puts what came by standard input', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-put-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const files = { 'wrangler.jsonc': wranglerWith({}), '.gitignore': 'keys.json\n' }
  await writeStranger(folder, { entry: HERE, files })
  const asked: {
    readonly method: string | undefined
    readonly url: string | undefined
    readonly body: string
  }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text) => {
      body += text
    })
    request.on('end', () => {
      asked.push({ method: request.method, url: request.url, body })
      const isThere = request.method === 'PUT'
      const errors = isThere ? [] : [{ code: 10007, message: 'This Worker does not exist on your account.' }]
      response.writeHead(isThere ? 200 : 404, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify({ success: isThere, errors, messages: [], result: isThere ? {} : null }))
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((done) => server.once('listening', done))
  const { code, stderr } = await spawnKeys(folder, ['new', '--file', 'keys.json', '--put'], '', {
    CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`,
    CLOUDFLARE_API_TOKEN: 'token-of-nobody',
    CLOUDFLARE_ACCOUNT_ID: '0123456789abcdef0123456789abcdef',
  })
  expect({ code, stderr: stderr.replaceAll(/^.* …\n/gm, '') }).toEqual({ code: 0, stderr: '' })
  const secrets = '/client/v4/accounts/0123456789abcdef0123456789abcdef/workers/scripts/docs/secrets'
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([`GET ${secrets}`, `PUT ${secrets}`])
  expect(JSON.parse(JSON.parse(asked[1]?.body ?? '').text)).toEqual(
    JSON.parse(await readFile(join(folder, 'keys.json'), 'utf8')),
  )
})
