import type { Context } from 'hono'
import { html } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** The frame of every page of the simulator. */
export function Page({ title, isWide = false, children }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Scalekit simulator`}</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="data:," />
      </head>
      <body>
        <header>
          <p>
            <strong>Scalekit simulator</strong> For development only: nobody is really signed in or checked
            here.
          </p>
        </header>
        <main class={isWide ? 'wide' : undefined}>
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  )
}

interface PageProps {
  readonly title: string
  /** For tables. */
  readonly isWide?: boolean
  readonly children?: Child
}

/**
 * No `form-action` on purpose: Chromium applies it to the redirect that answers a form as well, and ours leads to the
 * application. Referrers stay on this origin, but are not switched off: a form would then post `Origin: null`.
 */
const PAGE_HEADERS = {
  'Content-Security-Policy': "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'",
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
}

/** @param framedBy who may show it in a frame; `*` on the way of a login, which a site may show in a frame of its own */
export function sendPage(
  c: Context,
  page: Child,
  status: ContentfulStatusCode = 200,
  framedBy: "'none'" | '*' = "'none'",
) {
  const policy = `${PAGE_HEADERS['Content-Security-Policy']}; frame-ancestors ${framedBy}`
  return c.html(html`<!doctype html>${page}`, status, { ...PAGE_HEADERS, 'Content-Security-Policy': policy })
}
