import { DEVELOPMENT_CLIENT } from '../../../simulator/client.ts'
import { createSimulator } from '../../../simulator/simulator.ts'
import { assets, defineConfig, minutes } from '../../../src/config.ts'
import { newKeys } from '../../../src/crypto/new-keys.ts'
import { upTo } from '../handoffs.ts'
import { ACME_SITE, MANY_HOSTS, manyHosts, PREVIEW, WIKI } from '../many-hosts.ts'
import { ACME, GLOBEX, HANK, type IdTokenChanges, JANE, type Person } from '../openid-provider.ts'
import { CONNECTION_SITE, createWorld, DOCS, OPEN, type World, type WorldOptions } from '../world.ts'
import { type Play, type Played, type Plays, shownBy } from './play.ts'

const PAGE = `${DOCS}/private`

async function login(
  { at = PAGE, person, changes }: { at?: string; person?: Person; changes?: IdTokenChanges } = {},
  given?: World | WorldOptions,
): Promise<Played> {
  const world = given instanceof Object && 'clock' in given ? given : await createWorld(given)
  const { response } = await world.signIn(world.browser(), at, person, changes)
  return { world, shown: await shownBy(response) }
}

/** Scalekit comes back with an error. */
const error =
  (code: string): Play =>
  async () => {
    const world = await createWorld()
    const browser = world.browser()
    const callback = world.provider.refuse(await world.beginLogin(browser, PAGE), code)
    return { world, shown: await shownBy((await world.finishLogin(browser, callback)).response) }
  }

/** Three logins whose session the page does not take, and the page that comes then. */
async function threeLogins(world: World, lost: readonly string[] = []): Promise<Played> {
  const browser = world.browser()
  for (let count = 0; count < 3; count += 1) {
    const callback = world.provider.authorize(await world.beginLogin(browser, PAGE))
    await browser.visit(callback, { from: 'cross-site' })
    for (const name of lost) browser.cookies.remove(new URL(DOCS), name)
  }
  return { world, shown: await shownBy((await browser.open(PAGE)).response) }
}

const cookiesLost: Play = async () =>
  threeLogins(await createWorld(), ['__Host-gh-session', '__Host-gh-refresh'])

const keysThatDiffer: Play = async () => {
  const world = await createWorld()
  const ofRoutes = world.fetch
  world.deploy({ env: { GATEHOUSE_KEYS: await newKeys() } })
  const ofPages = world.fetch
  world.fetch = (request) =>
    (new URL(request.url).pathname.startsWith('/auth/') ? ofRoutes : ofPages)(request)
  return threeLogins(world)
}

const signInThatIsTooOld: Play = async () => {
  const world = await createWorld()
  const browser = world.browser()
  const old = { claims: { auth_time: world.clock.seconds - minutes(60) } }
  let page = await world.signIn(browser, `${DOCS}/money/x`, undefined, old)
  for (let count = 2; count <= 3; count += 1)
    page = await world.finishLogin(browser, world.provider.authorize(page.leavesTo ?? '', undefined, old))
  return { world, shown: await shownBy(page.response) }
}

/** By the simulator, in which this site's callback is not registered. */
const callbackUnregistered: Play = async () => {
  const world = await createWorld()
  const simulator = createSimulator({ now: () => world.clock.seconds })
  const scalekit = 'http://127.0.0.1:8788'
  world.deploy({ env: { SCALEKIT_ENVIRONMENT_URL: scalekit, SCALEKIT_CLIENT_ID: DEVELOPMENT_CLIENT.id } })
  const location = await world.beginLogin(world.browser(), PAGE)
  return { world, shown: await shownBy(await simulator.request(location)) }
}

const askedForAddress: Play = async () => {
  const world = await createWorld()
  return { world, shown: await shownBy((await world.browser().open(`${OPEN}/a`)).response) }
}

const idToken =
  (claims: (world: World) => Record<string, unknown>): Play =>
  async () => {
    const world = await createWorld()
    return login({ changes: { claims: claims(world) } }, world)
  }

/** Two logins: one with a token from the future, one with a token that is over. */
const clocksApart: Play = async () => {
  const world = await createWorld()
  await login({ changes: { claims: { exp: world.clock.seconds - 61 } } }, world)
  return login({ changes: { claims: { iat: world.clock.seconds + 61 } } }, world)
}

/** A login that is under way, and what is done to it before its browser comes back. */
const underWay =
  (between: (world: World) => Promise<void> | void): Play =>
  async () => {
    const world = await createWorld()
    const browser = world.browser()
    const callback = world.provider.authorize(await world.beginLogin(browser, PAGE))
    await between(world)
    return { world, shown: await shownBy((await world.finishLogin(browser, callback)).response) }
  }

const anotherBrowser: Play = async () => {
  const world = await createWorld()
  const callback = world.provider.authorize(await world.beginLogin(world.browser(), PAGE))
  return { world, shown: await shownBy((await world.finishLogin(world.browser(), callback)).response) }
}

/** A browser whose clock is slow, so that it keeps the cookie of the login. */
const tookTooLong: Play = async () => {
  const world = await createWorld()
  const browser = world.browser()
  const callback = world.provider.authorize(await world.beginLogin(browser, PAGE))
  const Cookie = browser.cookies.header(new URL(callback), { crossSite: true, topLevelRead: true }) ?? ''
  world.clock.advance(minutes(10) + 1)
  const { response } = await browser.open(callback, { from: 'cross-site', headers: { Cookie } })
  return { world, shown: await shownBy(response) }
}

const recordNeverThere: Play = async () => {
  const world = await createWorld()
  const browser = world.browser()
  const location = await world.beginLogin(browser, PAGE)
  world.kv.missingReads = Number.POSITIVE_INFINITY
  const { leavesTo = '' } = await world.finishLogin(browser, world.provider.authorize(location))
  const { response } = await world.finishLogin(browser, world.provider.authorize(leavesTo))
  return { world, shown: await shownBy(response) }
}

const answeredWith =
  (status: number, body: object): Play =>
  async () => {
    const world = await createWorld()
    world.provider.tokenEndpoint = () => Response.json(body, { status })
    return login({}, world)
  }

const unreachable: Play = async () => {
  const world = await createWorld()
  world.provider.tokenEndpoint = () => Promise.reject(new TypeError('Network connection lost.'))
  return login({}, world)
}

const siteOfAnotherOrganization: Play = async () => {
  const world = await createWorld()
  const browser = world.browser()
  await world.signIn(browser, `${OPEN}/auth/login?organization_id=${GLOBEX}&return_to=/a`, HANK)
  world.deploy({
    config: defineConfig({ sites: { 'open.example.com': { organization: ACME, upstream: assets() } } }),
  })
  return { world, shown: await shownBy((await browser.open(`${OPEN}/a`)).response) }
}

const tooManyRoles: Play = async () => {
  const roles = Array.from({ length: 300 }, (_, index) => `a-role-with-a-long-name-${index}`)
  const config = defineConfig({
    sites: {
      'docs.example.com': {
        organization: ACME,
        upstream: assets(),
        rules: [{ path: '/named/*', require: { roles } }],
      },
    },
  })
  return login({ changes: { claims: { idp_roles: roles } } }, { config })
}

const limited: Play = async () => {
  const world = await createWorld({ env: { LOGIN_RATE_LIMIT: { limit: async () => ({ success: false }) } } })
  return { world, shown: await shownBy((await world.browser().open(PAGE)).response) }
}

/** A site whose Worker has other keys than the login host. */
const siteWithOtherKeys: Play = async () => {
  const { world } = await manyHosts()
  const address = await upTo(world.browser(), `${ACME_SITE}/a`, '/auth/login')
  world.deploy({ config: MANY_HOSTS, env: { GATEHOUSE_KEYS: await newKeys() } })
  return { world, shown: await shownBy((await world.browser().open(address)).response) }
}

/** A preview that is a Worker of its own, with other bindings than the login host has. */
const preview =
  (bindings: (world: World) => Promise<Record<string, unknown>>): Play =>
  async () => {
    const { world, signIn } = await manyHosts()
    const browser = world.browser()
    await signIn(browser, `${WIKI}/auth/login?organization_id=${ACME}`)
    const address = await upTo(browser, `${PREVIEW}/a`, '/auth/handoff')
    world.deploy({ config: MANY_HOSTS, env: await bindings(world) })
    return { world, shown: await shownBy((await browser.open(address, { from: 'cross-site' })).response) }
  }

const registryOfItsOwn = async ({ sessions }: World) => ({
  SESSIONS: {
    getByName: (name: string) => sessions.inside.getByName(`of a preview: ${name}`),
    idFromName: (name: string) => sessions.inside.idFromName(`of a preview: ${name}`),
  },
})

/** By the headings of docs/troubleshooting-signing-in.md. */
export const SIGNING_IN: Plays = {
  'Signing in starts over and over': [cookiesLost, keysThatDiffer, signInThatIsTooOld],
  "Scalekit's own error page": [callbackUnregistered],
  'The address to return to is not registered': [error('invalid_redirect_uri')],
  'The request names no, or no known, customer': [
    error('invalid_connection_selector'),
    error('invalid_organization_id'),
    error('invalid_connection_id'),
  ],
  'The customer has no active connection': [
    error('no_active_connections'),
    error('connection_not_active'),
    error('no_configured_connections'),
  ],
  'No company for that address': [error('domain_not_found'), error('invalid_user_domain')],
  'People are asked for their address': [askedForAddress],
  "The customer's SAML set-up": [
    error('invalid_acs_url'),
    error('invalid_assertion_url'),
    error('signature_validation_failed'),
    error('invalid_saml_response'),
  ],
  "The identity provider's answer came too late": [error('assertion_expired'), error('response_expired')],
  'An attribute is missing': [error('mandatory_attribute_missing')],
  "The customer's OIDC set-up": [error('failed_to_exchange_token'), error('user_info_retrieve_failed')],
  'The client secret is wrong': [
    () => login({}, { env: { SCALEKIT_CLIENT_SECRET: 'that-of-another-environment' } }),
  ],
  'Scalekit does not answer': [unreachable],
  'The proof of who somebody is does not check out': [
    idToken(() => ({ iss: 'https://auth.acme.example' })),
    idToken(() => ({ aud: ['skc_99999'] })),
    clocksApart,
  ],
  'The sign-in was not started here': [
    anotherBrowser,
    underWay(async (world) => world.deploy({ env: { GATEHOUSE_KEYS: await newKeys() } })),
  ],
  'A sign-in that took too long': [underWay((world) => world.clock.advance(minutes(10) + 1)), tookTooLong],
  'A sign-in that was used already': [recordNeverThere, answeredWith(400, { error: 'invalid_grant' })],
  'Signed in with another organization': [
    () => login({ person: HANK }),
    () => login({ at: `${CONNECTION_SITE}/a`, person: { ...JANE } }),
    siteOfAnotherOrganization,
  ],
  'Too much for a cookie': [tooManyRoles],
  'Too many sign-ins': [limited],
  'The login host does not know the site': [siteWithOtherKeys],
  'A preview signs nobody in': [
    preview(registryOfItsOwn),
    preview(async () => ({ GATEHOUSE_KEYS: await newKeys() })),
  ],
}
