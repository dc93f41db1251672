import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newDevelopmentSecrets } from '../../../simulator/development-secrets.ts'
import { freePort } from '../../support/node/port.ts'
import { rawRequest, sendRaw } from '../../support/node/raw-http.ts'
import { startWorkerd, type Workerd } from '../../support/node/workerd.ts'

/** Express as it comes: it takes no notice of case, and its router does not decode. */
const app = express()
app.get('/admin/users', (_request, response) => void response.send('the users'))
app.use('/public', (_request, response) => void response.send('something public'))
app.get('/projects/:project/issues', ({ params }, response) => void response.send(params.project))
// As many servers do that are written by hand.
app.use('/', (request, response, next) => {
  const { pathname } = new URL(request.originalUrl, 'http://host')
  if (request.originalUrl.startsWith('//') && pathname === '/admin/users') response.send('the users')
  else next()
})
app.use((_request, response) => void response.send('the dashboard'))

let server: ReturnType<typeof app.listen>
let workerd: Workerd
let port = 0

beforeAll(async () => {
  server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  port = await freePort()
  const secrets = await newDevelopmentSecrets('http://127.0.0.1:1')
  workerd = await startWorkerd(port, { ...secrets, ADDRESSES: { upstream: url, nobody: url, port } })
})
afterAll(async () => {
  await workerd?.stop()
  server?.close()
})

async function ask(host: string, target: string): Promise<string> {
  const { status, body } = await sendRaw(port, rawRequest('GET', target, [['Host', `${host}:${port}`]]))
  return status === 200 ? body : String(status)
}

test('the router behind the gate has these faults: it finds pages under other spellings than the rules name', async () => {
  const direct = async (path: string) =>
    (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)).text()
  expect(await direct('/Admin/users')).toBe('the users')
  expect(await direct('/%70ublic/x')).toBe('the dashboard')
  expect(await direct('//x/admin/users')).toBe('the users')
})

test.each([
  ['/admin/users', '401'],
  ['/Admin/users', '400'],
  ['/ADMIN/USERS', '400'],
  ['/%41dmin/users', '400'],
  ['//admin/users', '400'],
  ['//x/admin/users', '400'],
  ['//u@x:80/admin/users', '400'],
  ['/%2fx/admin/users', '400'],
  ['/admin%2fusers', '400'],
  ['/Welcome', 'the dashboard'],
])('what /admin/* guards is not reached by %s', async (target, expected) => {
  expect(await ask('express.localhost', target)).toBe(expected)
})

test.each([
  ['/public/x', 'something public'],
  ['/%70ublic/x', '400'],
  ['/PUBLIC/x', '400'],
  ['/public%2fx', '400'],
  ['/dashboard', '401'],
])('what /public/* opens does not open %s', async (target, expected) => {
  expect(await ask('public.localhost', target)).toBe(expected)
})

test('under one rule a parameter that holds a slash arrives as one parameter', async () => {
  expect(await ask('one-rule.localhost', '/projects/group%2Fproject/issues')).toBe('group/project')
})
