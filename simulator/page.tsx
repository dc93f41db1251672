import type { Context } from 'hono'
import { html } from 'hono/html'
import { type Child, createContext, useContext } from 'hono/jsx'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Environment } from './environment.ts'
import { activeFaults, type Faults, faultInShort, NO_FAULTS } from './faults.ts'

/** What every page shows besides its own. */
interface Surroundings {
  readonly faults: Faults
  /** Of the page itself, with its query. */
  readonly path: string
  /** Whether it can be asked for again as it is. */
  readonly isRead: boolean
}

const SurroundingsContext = createContext<Surroundings>({ faults: NO_FAULTS, path: '/', isRead: false })

const PAGES = [
  ['/', 'Sign in as'],
  ['/operator', 'Environment'],
  ['/operator/requests', 'Requests'],
  ['/operator/faults', 'Faults'],
] as const

/** The frame of every page of the simulator. */
export function Page({ title, script, children }: PageProps) {
  const { faults, path, isRead } = useContext(SurroundingsContext)
  const [here] = path.split('?')
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Scalekit simulator`}</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="data:," />
        {script && <script type="module" src={script} />}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <header class="bar">
          <p>
            <strong>Scalekit simulator</strong> <span>Not Scalekit. For development only.</span>
          </p>
          <nav aria-label="Pages">
            <ul>
              {PAGES.map(([href, label]) => (
                <li>
                  <a href={href} aria-current={href === here ? 'page' : undefined}>
                    {label}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </header>
        <FaultsBanner faults={faults} back={isRead ? path : '/operator/faults'} />
        <main id="main" tabindex={-1}>
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  )
}

interface PageProps {
  readonly title: string
  /** Path of a module that makes the page live; it works without. */
  readonly script?: string
  readonly children?: Child
}

/** Nobody should look for a mistake of their own in what they have broken here. */
function FaultsBanner({ faults, back }: { faults: Faults; back: string }) {
  const active = activeFaults(faults)
  if (active.length === 0) return null
  return (
    <aside class="faults" aria-label="Faults that are on">
      <p>
        Broken on purpose:{' '}
        {active.map((fault, index) => (
          <>
            {index > 0 && ', '}
            <a href={`/operator/faults#${fault.name}`}>{faultInShort(faults, fault)}</a>
          </>
        ))}
      </p>
      <form method="post" action="/operator/faults/off">
        <input type="hidden" name="back" value={back} />
        <input type="submit" value="All off" />
      </form>
    </aside>
  )
}

/**
 * No `form-action` on purpose: Chromium applies it to the redirect that answers a form as well, and ours leads to the
 * application. Referrers stay on this origin, but are not switched off: a form would then post `Origin: null`.
 */
const POLICY = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'"
const WITH_SCRIPT = "script-src 'self'; connect-src 'self'"
const PAGE_HEADERS = {
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
}

interface PageOptions {
  /** Who may show it in a frame; `*` on the way of a login, which a site may show in a frame of its own. */
  readonly framedBy?: "'none'" | '*'
  readonly hasScript?: boolean
}

export function sendPage(
  c: Context,
  page: Child,
  status: ContentfulStatusCode = 200,
  options: PageOptions = {},
) {
  const environment: Environment = c.get('environment')
  const { pathname, search } = new URL(c.req.url)
  const surroundings = {
    faults: environment.faults,
    path: pathname + search,
    isRead: c.req.method === 'GET',
  }
  const framed = <SurroundingsContext.Provider value={surroundings}>{page}</SurroundingsContext.Provider>
  return c.html(html`<!doctype html>${framed}`, status, pageHeaders(options))
}

/** Of a page, and of what its script puts into it: opened by itself or in a frame, that is a page too. */
export const pageHeaders = ({ framedBy = "'none'", hasScript = false }: PageOptions = {}) => ({
  ...PAGE_HEADERS,
  'Content-Security-Policy': [
    POLICY,
    ...(hasScript ? [WITH_SCRIPT] : []),
    `frame-ancestors ${framedBy}`,
  ].join('; '),
})
