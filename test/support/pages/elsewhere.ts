import { createSimulator } from '../../../simulator/simulator.ts'
import { authorize, authorizeUrl, CALLBACK, ISSUER, signIn, submit } from '../../simulator/drive.ts'
import { ann } from '../sample-session.ts'
import { SHOWN_AT } from './places.ts'

/** A page beside Gatehouse's own: of the simulator, or of the demo. */
export interface OtherPage {
  /** As of `ShownPage`. */
  readonly name: string
  readonly title: string
  /** What the browser opens. */
  readonly address: string
  /** What is there once the page has all that it shows. Default: when it has loaded. */
  readonly ready?: string
}

export interface Elsewhere {
  readonly pages: readonly OtherPage[]
  /** What is at an address of the simulator or the demo; `undefined`: neither is there. */
  readonly answer: (request: Request) => Promise<Response | undefined>
}

/** The demo, with nobody signed in and with Ann. */
const DEMO = 'http://localhost:8787'
const DEMO_OF_ANN = 'http://ann.localhost:8787'

/** What `/auth/session` says of Ann there. */
const SESSION = {
  user: { sub: ann.subject, email: ann.email, name: ann.name, roles: ['admin'], groups: ann.groups },
  organization_id: ann.organizationId,
  connection_id: ann.connectionId,
  authenticated_at: '2026-11-26T09:25:00Z',
  expires_at: '2026-11-26T17:25:00Z',
}

/**
 * The simulator, with somebody signed in, and the demo site.
 *
 * @param readFile reads a file of `site/`
 */
export async function elsewhere(
  readFile: (path: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<Elsewhere> {
  const fetch = async () => new Response(null, { status: 204 })
  const simulator = createSimulator({ issuer: ISSUER, now: () => SHOWN_AT, fetch })
  await signIn(simulator)
  const idp = await authorize(simulator)
  const wrongAddress = authorizeUrl({ redirect_uri: CALLBACK.replace('callback', 'elsewhere') })
  const ready = 'html[data-session]'
  const pages = [
    { name: 'demo/home', title: 'the demo, signed out', address: `${DEMO}/`, ready },
    { name: 'demo/signed-in', title: 'the demo, signed in', address: `${DEMO_OF_ANN}/`, ready },
    { name: 'demo/team', title: 'a protected page of the demo', address: `${DEMO_OF_ANN}/team/`, ready },
    { name: 'demo/keys', title: 'one that a role opens', address: `${DEMO_OF_ANN}/keys/`, ready },
    { name: 'simulator/home', title: 'the simulator', address: `${ISSUER}/` },
    { name: 'simulator/operator', title: 'its operator page', address: `${ISSUER}/operator` },
    { name: 'simulator/requests', title: 'what was asked of it', address: `${ISSUER}/operator/requests` },
    { name: 'simulator/faults', title: 'what can go wrong there', address: `${ISSUER}/operator/faults` },
    { name: 'simulator/idp', title: 'its identity provider', address: idp.href },
    { name: 'simulator/callback-url', title: 'a callback URL that is not allowed', address: wrongAddress },
    {
      name: 'simulator/client',
      title: 'a client that is not known',
      address: authorizeUrl({ client_id: 'skc_of_nobody' }),
    },
    { name: 'simulator/not-found', title: 'an address with nothing', address: `${ISSUER}/nothing` },
  ]

  async function answer(request: Request): Promise<Response | undefined> {
    const { origin, pathname } = new URL(request.url)
    if (origin === ISSUER) return simulator.fetch(request)
    if (origin !== DEMO && origin !== DEMO_OF_ANN) return undefined
    if (pathname === '/auth/session')
      return origin === DEMO ? Response.json({}, { status: 401 }) : Response.json(SESSION)
    const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname
    return new Response(await readFile(path), { headers: { 'Content-Type': typeOf(path) } })
  }

  // A form that was filled in wrongly is shown by the answer to it.
  const rejected = await submit(simulator, idp, { email: 'jane' })
  const body = await rejected.text()
  const address = `${ISSUER}/idp/rejected`
  return {
    pages: [...pages, { name: 'simulator/idp-mistyped', title: 'the same, filled in wrongly', address }],
    answer: async (request) =>
      request.url === address
        ? new Response(body, { headers: rejected.headers, status: rejected.status })
        : answer(request),
  }
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css',
  js: 'text/javascript',
  svg: 'image/svg+xml',
}

const typeOf = (path: string): string => TYPES[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
