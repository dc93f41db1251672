import type { Environment } from './environment.ts'
import { Action } from './operator-form.tsx'
import { Field, TypedForm } from './typed-form.tsx'

/** The lists of addresses that an application has in Scalekit's dashboard, by the names of its client object. */
export const ADDRESS_LISTS = {
  post_login_uris: 'Allowed callback URLs',
  post_logout_redirect_uris: 'Post logout URLs',
} as const

export type AddressList = keyof typeof ADDRESS_LISTS

export function Addresses({ environment }: { environment: Environment }) {
  const { redirectUrls } = environment
  return (
    <>
      {(Object.keys(ADDRESS_LISTS) as AddressList[]).map((list) => (
        <section class="card" aria-labelledby={list}>
          <h3 id={list}>{ADDRESS_LISTS[list]}</h3>
          <p class="soft">{LEADS[list]}</p>
          <ul class="people">
            {redirectUrls[list].map((uri) => (
              <li>
                <div>
                  <code>{uri}</code>
                </div>
                <Action
                  path="addresses/remove"
                  fields={{ list, uri }}
                  label="Remove"
                  target={uri}
                  isDestructive
                />
              </li>
            ))}
          </ul>
          <TypedForm path="addresses/add" fields={{ list }} class="line">
            <Field
              name="uri"
              label={
                <>
                  One more URL<span class="heard"> of {ADDRESS_LISTS[list]}</span>
                </>
              }
              required
              inputmode="url"
            />
            <button type="submit">
              Add<span class="heard"> to {ADDRESS_LISTS[list]}</span>
            </button>
          </TypedForm>
        </section>
      ))}
      <section class="card" aria-labelledby="initiate">
        <h3 id="initiate">Initiate login URL</h3>
        <TypedForm path="addresses/initiate" fields={{}} class="line">
          <Field
            name="uri"
            label="Where a login from a company’s portal arrives"
            value={redirectUrls.initiate_login_uri}
            required
            inputmode="url"
          />
          <button type="submit">Save</button>
        </TypedForm>
      </section>
    </>
  )
}

const LEADS: Readonly<Record<AddressList, string>> = {
  post_login_uris:
    'Where a login may end. Compared character by character; a * stands for one label, in front of the host only.',
  post_logout_redirect_uris: 'Where a logout may end.',
}
