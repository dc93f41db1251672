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

/**
 * Refuses what comes under a name that is not of this machine: a stranger's name may lead here (DNS rebinding), and to a browser their page is then
 * of the same origin, which may read and post everything.
 *
 * @param issuer an origin that the simulator was given besides
 */
export function thisMachineOnly(issuer: string | undefined): MiddlewareHandler {
  return async (c, next) => {
    const { hostname, origin } = new URL(c.req.url)
    if (!IS_THIS_MACHINE.test(hostname) && origin !== issuer) {
      return c.json({ error: 'foreign_host', message: `Open it at localhost, and not at ${hostname}.` }, 421)
    }
    return next()
  }
}

const IS_THIS_MACHINE = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/

/** A path on this origin, as a form says where to go back to; undefined for everything else. */
export const ownPath = (text: string | undefined): string | undefined =>
  text !== undefined && /^\/(?![/\\])[^\s\\]*$/.test(text) ? text : undefined
