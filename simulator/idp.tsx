import type { Context, Handler } from 'hono'
import * as v from 'valibot'
import { type FoundConnection, findConnection, isActive } from './connections.ts'
import { isBarred } from './directory.ts'
import type { Environment, PendingLogin } from './environment.ts'
import { errorPage } from './error-page.tsx'
import { buildIdpInitiatedLogin, idpInitiatedTarget } from './idp-initiated.ts'
import { type IdpFormValues, IdpPage } from './idp-page.tsx'
import { issueCode } from './issue-code.ts'
import { createLogin, type Person } from './login.ts'
import { sendPage } from './page.tsx'
import { type Parameters, readForm, readParameters } from './parameters.ts'
import { findUser, personOf } from './ready-sign-in.ts'
import { withQuery } from './redirect-urls.ts'
import { SSO_ERROR_CODES, SSO_ERRORS, type SsoError } from './sso-errors.ts'

/** `GET /idp/:connection?request=…`: the identity provider asks who is there. */
export function showIdp(environment: Environment): Handler {
  return (c) => {
    const found = findConnection(environment.organizations, c.req.param('connection') ?? '')
    const requestId = readParameters(new URL(c.req.url).searchParams).get('request')
    const pending = findPending(environment, found?.connection.id, requestId)
    if (found === undefined || requestId === undefined || pending === undefined) return loginUnknown(c)
    const email = pending.request.loginHint ?? found.connection.users[0]?.email
    const user = findUser(found, email)
    const values = { email, given_name: user?.given_name, family_name: user?.family_name }
    return sendPage(c, <IdpPage found={found} requestId={requestId} values={values} />, 200, {
      framedBy: '*',
    })
  }
}

/** `POST /idp/:connection`: one of the menu's three scenarios; without a pending request only the last two. */
export function submitIdp(environment: Environment): Handler {
  return async (c) => {
    const connectionId = c.req.param('connection') ?? ''
    const found = findConnection(environment.organizations, connectionId)
    const form = await readForm(c.req.raw)
    if (form === undefined || form.repeated.length > 0) {
      return errorPage(c, 400, 'invalid_request', 'This is not the form of this page.')
    }
    const requestId = form.get('request')
    const pending = findPending(environment, connectionId, requestId)
    if (found === undefined || !isActive(found.connection)) {
      // It was active when the login began: the application hears of it like of any other error.
      const error = found === undefined ? 'invalid_connection_id' : 'connection_not_active'
      return pending === undefined
        ? errorPage(c, 400, 'connection_not_active', 'There is no active connection with this id.')
        : redirectError(c, environment, requestId, error)
    }
    if (requestId !== undefined && pending === undefined) return loginUnknown(c)

    switch (form.get('scenario')) {
      case 'login':
        return pending === undefined || requestId === undefined
          ? errorPage(c, 400, 'invalid_request', 'A login starts at the application.')
          : finishLogin(c, environment, found, { ...pending, id: requestId }, form)
      case 'idp_initiated':
        return startAtIdp(c, environment, found, requestId, form)
      case 'error':
        return sendError(c, environment, requestId, form)
      default:
        return errorPage(c, 400, 'invalid_request', 'The scenario must be login, idp_initiated or error.')
    }
  }
}

async function finishLogin(
  c: Context,
  environment: Environment,
  found: FoundConnection,
  pending: PendingLogin & { readonly id: string },
  form: Parameters,
) {
  const person = parsePerson(form, found)
  if ('problem' in person) return askAgain(c, found, pending.id, form, person.problem)

  if (isBarred(environment, found.organization, person.email)) {
    return redirectError(c, environment, pending.id, 'user_not_active')
  }
  const login = await createLogin(found.connection, found.organization, person)
  // Between the check of this login request and here the page may have been posted a second time.
  if (environment.pendingLogins.take(pending.id, environment.now()).kind !== 'taken') return loginUnknown(c)
  return c.redirect(issueCode(environment, pending.request, login), 303)
}

async function startAtIdp(
  c: Context,
  environment: Environment,
  found: FoundConnection,
  requestId: string | undefined,
  form: Parameters,
) {
  const { connection, organization } = found
  const target = idpInitiatedTarget(environment)
  if (organization === undefined || target === undefined) {
    return errorPage(c, 400, 'invalid_request', 'A login cannot start at this identity provider.')
  }
  const email = v.safeParse(emailSchema, form.get('email'))
  if (!email.success)
    return requestId === undefined ? emailMissing(c) : askAgain(c, found, requestId, form, EMAIL_PROBLEM)

  if (requestId !== undefined) environment.pendingLogins.take(requestId, environment.now())
  const token = await buildIdpInitiatedLogin(environment, environment.issuer(c.req.raw), {
    organizationId: organization.id,
    connectionId: connection.id,
    loginHint: email.output,
    relayState: form.get('relay_state'),
  })
  return c.redirect(withQuery(target, { idp_initiated_login: token }), 303)
}

function sendError(c: Context, environment: Environment, requestId: string | undefined, form: Parameters) {
  const error = form.get('error') as SsoError | undefined
  if (error === undefined || !SSO_ERROR_CODES.includes(error)) {
    return errorPage(c, 400, 'invalid_request', 'The error must be one that Scalekit documents.')
  }
  return redirectError(c, environment, requestId, error)
}

function redirectError(c: Context, environment: Environment, requestId: string | undefined, error: SsoError) {
  const description = SSO_ERRORS[error]
  const taken =
    requestId === undefined ? undefined : environment.pendingLogins.take(requestId, environment.now())
  const request = taken?.kind === 'taken' ? taken.value.request : undefined
  const target = request?.redirectUri ?? idpInitiatedTarget(environment)
  if (target === undefined) return errorPage(c, 400, error, description)
  const state = environment.settings.echo_state_on_error ? request?.state : undefined
  return c.redirect(withQuery(target, { error, error_description: description, state }), 303)
}

export const EMAIL_PROBLEM = 'Type an e-mail address: it may be of any domain.'
export const emailSchema = v.pipe(v.string(), v.trim(), v.maxLength(320), v.regex(/^[^\s@]+@[^\s@]+$/))
const nameSchema = v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200)))
// For valibot an array is a record too.
const isNoArray = v.check((value: unknown) => !Array.isArray(value))
const attributesSchema = v.optional(
  v.pipe(v.string(), v.parseJson(), isNoArray, v.record(v.string(), v.unknown())),
)

/** The person as typed, completed with what this connection's identity provider knows of the address. */
function parsePerson(form: Parameters, found: FoundConnection): Person | { readonly problem: string } {
  const email = v.safeParse(emailSchema, form.get('email'))
  if (!email.success) return { problem: EMAIL_PROBLEM }
  const givenName = v.safeParse(nameSchema, form.get('given_name'))
  const familyName = v.safeParse(nameSchema, form.get('family_name'))
  if (!givenName.success || !familyName.success) return { problem: 'A name has at most 200 characters.' }
  const attributes = v.safeParse(attributesSchema, form.get('attributes'))
  if (!attributes.success) return { problem: 'The custom attributes are not a JSON object.' }
  return personOf(found, email.output, {
    given_name: givenName.output,
    family_name: familyName.output,
    attributes: attributes.output,
  })
}

function findPending(
  environment: Environment,
  connectionId: string | undefined,
  requestId: string | undefined,
) {
  const pending =
    requestId === undefined ? undefined : environment.pendingLogins.peek(requestId, environment.now())
  return pending?.connectionId === connectionId ? pending : undefined
}

function askAgain(c: Context, found: FoundConnection, requestId: string, form: Parameters, problem: string) {
  const values: IdpFormValues = {
    email: form.get('email'),
    given_name: form.get('given_name'),
    family_name: form.get('family_name'),
    attributes: form.get('attributes'),
  }
  return sendPage(c, <IdpPage found={found} requestId={requestId} values={values} problem={problem} />, 400, {
    framedBy: '*',
  })
}

const emailMissing = (c: Context) => errorPage(c, 400, 'invalid_request', EMAIL_PROBLEM)

const loginUnknown = (c: Context) =>
  errorPage(c, 400, 'invalid_state', 'This login request is unknown, finished, or older than ten minutes.')
