import type { FoundConnection } from './connections.ts'
import { Page } from './page.tsx'
import { SSO_ERROR_CODES, SSO_ERRORS } from './sso-errors.ts'

/** What is already filled in: the login hint, or what was posted and has to be corrected. */
export interface IdpFormValues {
  readonly email?: string | undefined
  readonly given_name?: string | undefined
  readonly family_name?: string | undefined
  readonly attributes?: string | undefined
}

interface IdpPageProps {
  readonly found: FoundConnection
  readonly requestId: string
  readonly values: IdpFormValues
  readonly problem?: string | undefined
}

/** The identity provider of one connection, with the menu of Scalekit's own IdP simulator. */
export function IdpPage({ found: { connection, organization }, requestId, values, problem }: IdpPageProps) {
  const owner = organization?.display_name ?? connection.provider.toLowerCase()
  return (
    <Page title={`Sign in at ${owner}`}>
      <p class="soft">
        The identity provider of <code>{connection.id}</code>
        {organization && (
          <>
            {' '}
            in <code>{organization.id}</code>
          </>
        )}
        . It asserts whatever you type.
      </p>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <form method="post" action={`/idp/${connection.id}`} class="card narrow" novalidate>
        <input type="hidden" name="request" value={requestId} />
        <fieldset>
          <legend>What should happen?</legend>
          <label class="choice">
            <input type="radio" name="scenario" value="login" checked />
            <span>User login via SSO</span>
          </label>
          <label class="choice">
            <input type="radio" name="scenario" value="idp_initiated" />
            <span>IdP initiated SSO</span>
          </label>
          <label class="choice">
            <input type="radio" name="scenario" value="error" />
            <span>Error</span>
          </label>
        </fieldset>
        <label class="field for-email">
          E-mail
          <input type="email" name="email" value={values.email} list="users" autocomplete="off" />
          <datalist id="users">
            {connection.users.map(({ email, given_name, family_name }) => (
              <option value={email}>{`${given_name} ${family_name}`}</option>
            ))}
          </datalist>
        </label>
        <div class="pair for-person">
          <label class="field">
            Given name
            <input name="given_name" value={values.given_name} autocomplete="off" />
          </label>
          <label class="field">
            Family name
            <input name="family_name" value={values.family_name} autocomplete="off" />
          </label>
        </div>
        <label class="field for-person">
          Custom attributes as JSON (empty: those of the known user)
          <textarea name="attributes" rows={2} spellcheck={false}>
            {values.attributes}
          </textarea>
        </label>
        <label class="field for-relay">
          Relay state (optional)
          <input name="relay_state" autocomplete="off" />
        </label>
        <label class="field for-error">
          Which one
          <select name="error">
            {SSO_ERROR_CODES.map((code) => (
              <option
                value={code}
                selected={code === 'access_denied'}
              >{`${code}: ${SSO_ERRORS[code]}`}</option>
            ))}
          </select>
        </label>
        <button type="submit">Continue</button>
      </form>
    </Page>
  )
}
