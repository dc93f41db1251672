import { reset } from 'cloudflare:test'
import { gatehouse } from '../../../src/app/gatehouse.ts'
import { assets, defineConfig, minutes, origin, type Rule, type Site } from '../../../src/config.ts'
import type { Env } from '../../../src/deployment/environment.ts'
import type { Browser } from '../browser.ts'
import { deliver, WEBHOOK_SECRET } from '../deliver.ts'
import { KV_CONFIG, KV_SITE, putSite } from '../kv-sites.ts'
import { LOGIN, manyHosts, WIKI } from '../many-hosts.ts'
import { ACME, JANE } from '../openid-provider.ts'
import { APP, CONFIG, createWorld, DOCS, type World, type WorldOptions } from '../world.ts'
import { type Play, type Played, type Plays, shownBy } from './play.ts'

const PAGE = `${DOCS}/a`
const WITH_WEBHOOKS = { env: { SCALEKIT_WEBHOOK_SECRET: WEBHOOK_SECRET } }

/** Jane, who is signed in, and nothing in the log yet. */
async function signedIn(
  options: WorldOptions = {},
  page = PAGE,
): Promise<{ world: World; browser: Browser }> {
  const world = await createWorld(options)
  const browser = world.browser()
  await world.signIn(browser, page)
  world.log.length = 0
  return { world, browser }
}

const played = async (world: World, response: Response): Promise<Played> => ({
  world,
  shown: await shownBy(response),
})

/** Somebody opens a page of a deployment with something wrong. */
const opening =
  (address: string, options: WorldOptions = {}): Play =>
  async () => {
    const world = await createWorld(options)
    return played(world, await world.browser().visit(address))
  }

/** Jane opens a page. */
const openedSignedIn =
  (address: string, options: WorldOptions = {}): Play =>
  async () => {
    const world = await createWorld(options)
    const browser = world.browser()
    await world.signIn(browser, address)
    return played(world, await browser.visit(address))
  }

const docsWith = (rules: Rule[]) =>
  defineConfig({ sites: { 'docs.example.com': { organization: ACME, upstream: assets(), rules } } })

const misspelt = docsWith([{ path: '/a', acces: 'public' } as Rule])

/** In a Worker without it there is no such variable, which is another thing than one without a value. */
const secretNeverPut: Play = async () => {
  const world = await createWorld()
  const { effects, env, context } = world.around()
  const { SCALEKIT_CLIENT_SECRET: _, ...others } = env
  const worker = gatehouse(CONFIG, effects)
  return played(
    world,
    await worker.fetch(new Request(PAGE, { headers: { Accept: 'text/html' } }), others as Env, context),
  )
}

const brokenRecord: Play = async () => {
  const world = await createWorld({ config: KV_CONFIG })
  await putSite(world, 'acme.customers.example', JSON.stringify({ upstream: { kind: 'assets' }, rule: [] }))
  const answer = await played(world, await world.browser().visit(`${KV_SITE}/a`))
  await world.kv.inside.delete('site:acme.customers.example')
  return answer
}

const siteUnreadable: Play = async () => {
  const world = await createWorld({ config: KV_CONFIG })
  world.kv.failing = 'get'
  return played(world, await world.browser().visit(`${KV_SITE}/a`))
}

const registryAway: Play = async () => {
  const { world, browser } = await signedIn()
  world.sessions.unreachable = true
  world.clock.advance(minutes(6))
  return played(world, await browser.visit(PAGE))
}

const kvAway: Play = async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, PAGE))
  world.kv.failing = 'get'
  return played(world, await browser.visit(callback, { from: 'cross-site' }))
}

const serverAway: Play = async () => {
  const world = await createWorld()
  const upstream = origin('https://api.internal.example')
  world.deploy({ config: { sites: { 'docs.example.com': { organization: ACME, upstream } } } })
  const browser = world.browser()
  await world.signIn(browser, PAGE)
  return played(world, await browser.visit(PAGE))
}

/** As Cloudflare does without `run_worker_first`: a file is there, so the Worker is not asked. */
const filesFirst: Play = async () => {
  const world = await createWorld()
  const ofWorker = world.fetch
  world.fetch = (request) =>
    new URL(request.url).pathname === '/private' ? world.pages.binding.fetch(request) : ofWorker(request)
  return played(world, await world.browser().visit(`${DOCS}/private`))
}

const cookiesPiledUp: Play = async () => {
  const world = await createWorld()
  return played(world, await world.browser().visit(PAGE, { headers: { Cookie: `a=${'x'.repeat(16_384)}` } }))
}

const byScript =
  (address: string, init: RequestInit & { headers?: Record<string, string> } = {}): Play =>
  async () => {
    const world = await createWorld()
    return played(world, await world.browser().request(address, init))
  }

const socketClosed: Play = async () => {
  const { world, browser } = await signedIn({}, `${APP}/a`)
  world.pages.answer = () => new Response(null, { status: 101, webSocket: new WebSocketPair()[0] })
  const { webSocket } = await browser.request(`${APP}/socket`, {
    headers: { Upgrade: 'websocket', Origin: APP },
  })
  if (webSocket === null) throw new Error('no WebSocket opened')
  const closed = new Promise<CloseEvent>((resolve) => webSocket.addEventListener('close', resolve))
  webSocket.accept()
  await browser.visit(`${APP}/auth/logout`, { method: 'POST', from: 'same-origin' })
  const { code, reason } = await closed
  return { world, shown: { status: code, code: undefined, text: reason } }
}

const foreignSocket: Play = async () => {
  const { world, browser } = await signedIn({}, `${APP}/a`)
  const headers = { Upgrade: 'websocket', Origin: 'https://spa.example.com' }
  return played(world, await browser.request(`${APP}/socket`, { headers }))
}

const signedOut: Play = async () => {
  const { world, browser } = await signedIn()
  const { leavesTo = '' } = await browser.open(`${DOCS}/auth/logout`, { from: 'same-origin' })
  const back = new URL(leavesTo).searchParams.get('post_logout_redirect_uri') ?? ''
  return played(world, await browser.visit(back, { from: 'cross-site' }))
}

const signedOutOfOneSite: Play = async () => {
  const { world, signIn, roam } = await manyHosts()
  const browser = world.browser()
  await signIn(browser, `${WIKI}/auth/login?organization_id=${ACME}`)
  const { response } = await roam(browser, `${WIKI}/auth/logout`, { from: 'same-origin' })
  if (!(await response.clone().text()).includes(`href="${LOGIN}/auth/logout"`)) throw new Error('no button')
  return played(world, response)
}

const linkInAMail: Play = async () => {
  const { world, browser } = await signedIn()
  return played(world, await browser.visit(`${DOCS}/auth/logout`, { from: 'cross-site' }))
}

const copiedBrowser: Play = async () => {
  const { world, browser } = await signedIn()
  const copy = browser.clone()
  for (let renewal = 0; renewal < 2; renewal += 1) {
    world.clock.advance(minutes(5))
    await browser.visit(PAGE)
  }
  await copy.visit(PAGE)
  world.clock.advance(minutes(5))
  return played(world, await browser.visit(PAGE))
}

const DEACTIVATED = 'organization.directory.user_updated'

const noWebhookSecret: Play = async () => {
  const world = await createWorld()
  return played(
    world,
    await deliver(world, DEACTIVATED, { id: 'diruser_1', email: JANE.email, active: false }),
  )
}

/** Jane is deactivated, as the directory knows her, and opens a page. */
const deactivated =
  (email: string): Play =>
  async () => {
    // Of all that Jane has opened so far, only one is to be counted.
    await reset()
    const { world, browser } = await signedIn(WITH_WEBHOOKS)
    world.clock.advance(1)
    await deliver(world, DEACTIVATED, { id: 'diruser_1', email, active: false })
    return played(world, await browser.visit(PAGE))
  }

const otherWebhookSecret: Play = async () => {
  const world = await createWorld(WITH_WEBHOOKS)
  return played(
    world,
    await deliver(world, DEACTIVATED, {}, { secret: `whsec_${btoa('that of another endpoint')}` }),
  )
}

const webhookWithoutRegistry: Play = async () => {
  const world = await createWorld(WITH_WEBHOOKS)
  world.sessions.unreachable = true
  return played(world, await deliver(world, 'organization.deleted', { id: ACME }))
}

/** A server that may read `/Admin` as `/admin`, or not. */
const BEHIND: Site = {
  organization: ACME,
  upstream: origin('https://api.internal.example'),
  rules: [{ path: '/admin/*', access: 'authenticated', strict: true }],
}

/** By the headings of docs/troubleshooting-sites.md. */
export const SITES: Plays = {
  '503 everywhere after a deploy': [
    secretNeverPut,
    opening(PAGE, { env: { GATEHOUSE_KEYS: undefined } }),
    opening(PAGE, { config: misspelt }),
    opening(PAGE, { env: { SESSIONS: undefined } }),
  ],
  '503 on one host': [brokenRecord],
  '421 for a host': [opening('https://new.example.com/a')],
  '503 that passes by itself': [registryAway, kvAway, siteUnreadable],
  'The server behind does not answer': [serverAway],
  'Everything is public': [filesFirst],
  'Too many redirects': [opening('http://docs.example.com/a')],
  'An address that is refused': [
    opening(`${DOCS}/Admin/x`, { config: { sites: { 'docs.example.com': BEHIND } } }),
  ],
  '431 for one person': [cookiesPiledUp],
  'Scripts get 401, or nothing': [byScript(`${DOCS}/api`), byScript(`${DOCS}/auth/login`)],
  'A WebSocket closes, or does not open': [
    socketClosed,
    byScript(`${APP}/socket`, { headers: { Upgrade: 'websocket', Origin: APP } }),
    foreignSocket,
  ],
  'Roles never arrive': [
    openedSignedIn(`${DOCS}/admin/x`, { config: { ...CONFIG, claims: { roles: 'roles' } } }),
    openedSignedIn(`${DOCS}/admin/x`),
  ],
  'Denied although in the group': [openedSignedIn(`${DOCS}/engineering/x`)],
  'Signing out does nothing': [byScript(`${DOCS}/auth/logout`), linkInAMail],
  'Signed in again at once': [signedOut, signedOutOfOneSite],
  'Signed out without asking': [copiedBrowser],
  'Somebody who was deactivated is still in': [
    noWebhookSecret,
    deactivated(JANE.email),
    deactivated('jane.doe@acme.example'),
  ],
  'Webhooks fail': [otherWebhookSecret, webhookWithoutRegistry],
}
