import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Environment } from './environment.ts'
import type { JustDone } from './operator-notices.tsx'
import { OperatorPage } from './operator-page.tsx'
import { OrganizationPage } from './organization-page.tsx'
import { sendPage } from './page.tsx'
import { type Parameters, readForm } from './parameters.ts'
import { ownPath } from './same-origin.ts'
import { type RefusedForm, RefusedFormContext } from './typed-form.tsx'

interface Shown {
  readonly justDone?: JustDone
  readonly problems?: readonly string[]
  readonly refused?: RefusedForm
}

/** The page that a form was on, or that it leads back to. */
export async function showPage(
  c: Context,
  environment: Environment,
  { refused, ...shown }: Shown,
  status: ContentfulStatusCode = 200,
  back?: string,
) {
  const organization = environment.organizations.find(({ id }) => back === `/operator/organizations/${id}`)
  const { keys } = await environment.keys.published()
  const keyIds = keys.map(({ kid }) => kid ?? '')
  const page =
    organization === undefined ? (
      <OperatorPage environment={environment} keyIds={keyIds} {...shown} />
    ) : (
      <OrganizationPage environment={environment} organization={organization} {...shown} />
    )
  return sendPage(
    c,
    <RefusedFormContext.Provider value={refused}>{page}</RefusedFormContext.Provider>,
    status,
  )
}

export async function withForm(
  c: Context,
  environment: Environment,
  run: (form: Parameters, back: string | undefined) => Promise<Response> | Response,
): Promise<Response> {
  const form = await readForm(c.req.raw)
  return form === undefined || form.repeated.length > 0
    ? showPage(c, environment, { problems: ['This is not a form of this page.'] }, 400)
    : run(form, ownPath(form.get('back')))
}

/**
 * So that reloading the page does nothing again. What is not a page of the operator's is gone back to as it was.
 *
 * @param at the ID of what was changed on the page, which is then in sight
 */
export function goBack(
  c: Context,
  { event, logoutToken, done }: JustDone,
  back: string | undefined = '/operator',
  at?: string,
): Response {
  if (!/^\/operator(\/organizations\/\w+)?$/.test(back)) return c.redirect(back, 303)
  const query = new URLSearchParams()
  if (event !== undefined) query.set('event', event)
  if (logoutToken !== undefined) query.set('logout_token', logoutToken)
  if (done !== undefined) query.set('done', done)
  return c.redirect(`${back}?${query}${at === undefined ? '' : `#${at}`}`, 303)
}

export const justDoneOf = (c: Context): JustDone => {
  const { event, logout_token: logoutToken, done } = c.req.query()
  return { event, logoutToken, done }
}

export const pick = (form: Parameters, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = form.get(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
