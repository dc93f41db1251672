import type { Context } from 'hono'
import * as v from 'valibot'
import { findConnection } from './connections.ts'
import type { Environment } from './environment.ts'
import { errorPage } from './error-page.tsx'
import { EMAIL_PROBLEM, emailSchema } from './idp.tsx'
import { buildIdpInitiatedLogin, idpInitiatedTarget } from './idp-initiated.ts'
import { readForm } from './parameters.ts'
import { makeReady } from './ready-sign-in.ts'
import { withQuery } from './redirect-urls.ts'
import { knownSites, siteFor } from './sites.ts'

/** The place of a login that starts at the identity provider. */
export const PORTAL = 'portal'

/**
 * `POST /operator/sign-in`: starts a login at a site, or at the identity provider where no site is known, and lets it through without
 * another question.
 */
export async function signInAs(c: Context, environment: Environment): Promise<Response> {
  const form = await readForm(c.req.raw)
  const found = findConnection(environment.organizations, form?.get('connection_id') ?? '')
  const { connection, organization } = found ?? {}
  if (connection === undefined || organization === undefined)
    return errorPage(c, 404, 'not_found', 'There is no connection with this id.')
  const email = v.safeParse(emailSchema, form?.get('email'))
  if (!email.success) return errorPage(c, 400, 'invalid_request', EMAIL_PROBLEM)

  makeReady(environment, organization.id, email.output)
  const at = form?.get('at')
  const sites = knownSites(environment)
  const site = sites.find(({ origin }) => origin === at) ?? siteFor(sites, organization)
  if (site !== undefined && at !== PORTAL) {
    const selectors = { connection_id: connection.id, login_hint: email.output }
    return c.redirect(withQuery(site.loginUrl, { ...selectors, return_to: '/' }), 303)
  }
  const target = idpInitiatedTarget(environment)
  if (target === undefined)
    return errorPage(c, 400, 'invalid_request', 'No address for logins from the portal is registered.')
  const token = await buildIdpInitiatedLogin(environment, environment.issuer(c.req.raw), {
    organizationId: organization.id,
    connectionId: connection.id,
    loginHint: email.output,
    relayState: undefined,
  })
  return c.redirect(withQuery(target, { idp_initiated_login: token }), 303)
}
