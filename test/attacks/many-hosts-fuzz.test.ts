import { expect, test } from 'vitest'
import { assets, defineConfig, service } from '../../src/config.ts'
import { parameter, sessionCookie, upTo } from '../support/handoffs.ts'
import { putSite } from '../support/kv-sites.ts'
import { manyHosts } from '../support/many-hosts.ts'
import { ACME, GLOBEX } from '../support/openid-provider.ts'

const SITE = 'https://docs.example.com'
const LOGIN = 'https://login.example.com'
const IN_KV = 'https://acme.customers.example'
const BROKEN = 'https://broken.customers.example'
const HOSTS = [SITE, LOGIN, IN_KV, BROKEN, 'https://nobody.example']

const CONFIG = defineConfig({
  loginHost: 'login.example.com',
  sitesInKv: true,
  adminPortal: { roles: ['admin'] },
  backchannelLogout: true,
  sites: {
    'docs.example.com': { upstream: assets(), rules: [{ path: '/strict/*', strict: true }] },
    'globex.example.com': { organization: GLOBEX, upstream: service('APP') },
  },
})

const ROUTES = [
  ...[
    '/login',
    '/handoff',
    '/callback',
    '/continue',
    '/admin-portal',
    '/sessions/end',
    '/sessions',
    '/logout',
  ],
  ...['/session', '/signed-out', '/backchannel-logout', '/webhooks', '/jwks.json', '/health', '', '/nothing'],
]
const NAMES = [
  ...['request', 'ticket', 'state', 'code', 'error', 'iss', 'return_to', 'organization_id', 'connection_id'],
  ...[
    'login_hint',
    'domain_hint',
    'provider',
    'prompt',
    'idp_initiated_login',
    'everywhere',
    'next',
    'login',
  ],
  ...['id', 'others', 'local', 'logout_token', '__proto__', 'constructor'],
]
const METHODS = ['GET', 'GET', 'GET', 'POST', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']
const TYPES = [
  ...['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'multipart/form-data'],
  ...['application/json', 'text/plain', '', 'application/x-www-form-urlencoded; charset=utf-16'],
]
const PIECES = [
  '',
  '\0',
  '%',
  '%00',
  '%ff',
  '\ud800',
  '..',
  '.',
  '=',
  '&',
  'é',
  'ſ',
  '\r\n',
  '"',
  '<',
  '\u202e',
  '💥',
  ';',
  ',',
]

/** Numbers that look random and are the same each time (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

test('whatever is sent to any route of any host, it is answered, and nothing breaks', async () => {
  const { world, signIn } = await manyHosts(CONFIG)
  await putSite(world, 'acme.customers.example', { organization: ACME, upstream: assets() })
  await putSite(world, 'broken.customers.example', '{"upstream":')
  const jane = world.browser()
  await signIn(jane, `${IN_KV}/a`)
  const handoff = await upTo(jane, `${SITE}/b`, '/auth/handoff')
  const fresh = world.browser()
  const asked = await upTo(fresh, `${IN_KV}/b`, '/auth/login')
  const away = await fresh.open(asked, { from: 'cross-site' })
  const back = world.provider.authorize(away.leavesTo ?? '')
  const genuine = [
    parameter(asked, 'request'),
    ...['ticket', 'state'].map((name) => parameter(handoff, name)),
    ...['code', 'state'].map((name) => parameter(back, name)),
    ...[IN_KV, SITE, LOGIN].map((site) => sessionCookie(jane, site) ?? ''),
    ...[ACME, 'jane@acme.example', 'login', 'none', '1', '/b?c=d#e', `${SITE}/b`, 'acme.example'],
  ].filter((each) => each !== '')

  const below = numbers(20261126)
  const one = <T>(of: readonly T[]): T => of[below(of.length)] as T
  const mutated = (text: string): string => {
    const at = below(text.length + 1)
    switch (below(7)) {
      case 0:
        return text.slice(0, at) + one(PIECES) + text.slice(at)
      case 1:
        return text.slice(0, at)
      case 2:
        return text.slice(0, at) + one(PIECES) + text.slice(at + 1)
      case 3:
        return text + text
      case 4:
        return text.slice(at) + text.slice(0, at)
      case 5:
        return one(PIECES).repeat(1 + below(3000))
      default:
        return text
    }
  }
  const encoded = (text: string) =>
    below(4) === 0 ? text.replace(/[^\x21-\x7e]|[#"<>]/g, '') : encodeURIComponent(text.toWellFormed())
  const whole = [asked, handoff, back].map((address) => new URL(address).searchParams.toString())
  const fields = () =>
    below(3) === 0
      ? one(whole)
      : Array.from({ length: below(4) }, () => `${one(NAMES)}=${encoded(mutated(one(genuine)))}`).join('&')
  const jars = [jane, fresh, world.browser()]
  const cookies = (host: string) => {
    const held = one(jars).cookies.header(new URL(one([host, host, one(HOSTS)])), {
      crossSite: false,
      topLevelRead: true,
    })
    const text = below(3) === 0 ? mutated(held ?? 'a=b') : (held ?? '')
    return text.replace(/[^\x20-\x7e]/g, '')
  }

  const bad: string[] = []
  const seen = new Map<number, number>()
  for (let turn = 0; turn < 2400; turn += 1) {
    const host = one(HOSTS)
    const method = one(METHODS)
    const query = fields()
    const address = `${host}/auth${one(ROUTES)}${query === '' ? '' : `?${query}`}`
    const headers = new Headers()
    const cookie = cookies(host)
    if (cookie !== '') headers.set('Cookie', cookie)
    headers.set('Sec-Fetch-Site', one(['same-origin', 'none', 'cross-site', 'same-site', 'x']))
    headers.set('Sec-Fetch-Mode', one(['navigate', 'navigate', 'cors', 'websocket', '']))
    headers.set('Sec-Fetch-Dest', one(['document', 'document', 'empty', 'iframe', 'image', '']))
    headers.set('Accept', one(['text/html', '*/*', 'application/json', '']))
    if (below(4) === 0) headers.set('Referer', one([`${host}/x`, '%', 'http://[', host]))
    if (below(4) === 0) headers.set('Origin', one([host, 'null', 'http://[', '']))
    if (below(4) === 0) headers.set('Accept-Language', one(['*', ';;;', 'de;q=x', 'zz-ZZ-'.repeat(50)]))
    const body =
      method === 'POST' || method === 'PUT'
        ? one([fields(), mutated(fields()).toWellFormed(), '--x\r\n', '{'])
        : undefined
    if (body !== undefined) headers.set('Content-Type', one(TYPES))
    let made: Request
    try {
      made = new Request(address, {
        method,
        headers,
        redirect: 'manual',
        ...(body !== undefined && { body }),
      })
    } catch {
      continue
    }
    const faults = world.log.length
    const response = await world.fetch(made)
    await response.body?.cancel()
    seen.set(response.status, (seen.get(response.status) ?? 0) + 1)
    const isBroken = host === BROKEN && response.status === 503
    const fault = world.log.slice(faults).find(({ event }) => event === 'fault')
    if ((response.status >= 500 && !isBroken) || fault !== undefined)
      bad.push(
        `${response.status} ${method} ${address.slice(0, 300)} ${JSON.stringify(fault)?.slice(0, 600)}`,
      )
    if (response.headers.get('Cache-Control') === null)
      bad.push(`silent on caches: ${response.status} ${method} ${address.slice(0, 100)}`)
  }
  // Some come through and some do not, or nothing was tried.
  expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 302, 303, 400, 401, 403, 404, 405, 421, 503]))
  expect(bad).toEqual([])
})
