import type { MiddlewareHandler } from 'hono'

/**
 * Refuses what a page of another site sends: the simulator listens on the developer's own machine, where every page
 * can post to it. Requests without browser headers (tests, curl) pass.
 */
export function sameOriginOnly(): MiddlewareHandler {
  return async (c, next) => {
    const site = c.req.header('sec-fetch-site')
    const origin = c.req.header('origin')
    const isForeign =
      site === undefined
        ? origin !== undefined && origin !== new URL(c.req.url).origin
        : site !== 'same-origin' && site !== 'none'
    if (isForeign && c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      return c.json({ error: 'cross_site_request', message: 'Pages of other sites may not do this.' }, 403)
    }
    return next()
  }
}

/** A path on this origin, as a form says where to go back to; undefined for everything else. */
export const ownPath = (text: string | undefined): string | undefined =>
  text !== undefined && /^\/(?![/\\])[^\s\\]*$/.test(text) ? text : undefined
