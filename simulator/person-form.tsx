import type { User } from './organizations.ts'
import { Field, TypedForm } from './typed-form.tsx'

interface PersonFormProps {
  readonly connectionId: string
  /** The path of the page that it is on. */
  readonly back: string
  /** Nobody: somebody new. */
  readonly user?: User | undefined
}

/** What an identity provider and Scalekit know of a person. */
export function PersonForm({ connectionId, back, user }: PersonFormProps) {
  const { idp_roles, groups, ...others } = user?.attributes ?? {}
  const whose = user?.email ?? `somebody new at ${connectionId}`
  const labelled = (text: string) => (
    <>
      {text}
      <Heard whose={whose} />
    </>
  )
  const words = (values: unknown) => (Array.isArray(values) ? values.map(String).join(', ') : '')
  return (
    <TypedForm path="people/save" fields={personFields({ connectionId, back, user })}>
      <div class="pair">
        <Field name="given_name" label={labelled('Given name')} value={user?.given_name} maxlength={200} />
        <Field name="family_name" label={labelled('Family name')} value={user?.family_name} maxlength={200} />
      </div>
      <Field name="email" label={labelled('E-mail')} type="email" value={user?.email} required />
      <div class="pair">
        <Field
          name="idp_roles"
          label={labelled('Roles (claim idp_roles), with commas')}
          value={words(idp_roles)}
        />
        <Field name="groups" label={labelled('Groups (claim groups), with commas')} value={words(groups)} />
        <Field
          name="roles"
          label={labelled('Roles at Scalekit (Full-Stack Auth), with commas')}
          value={words(user?.roles ?? ['member'])}
        />
      </div>
      <Field
        name="attributes"
        label={labelled('Other claims, a JSON object')}
        value={Object.keys(others).length > 0 ? JSON.stringify(others) : ''}
        rows={2}
      />
      <button type="submit">
        {user === undefined ? 'Add' : 'Save'}
        <Heard whose={whose} />
      </button>
    </TypedForm>
  )
}

/** What tells the form of one person from those of others. */
export const personFields = ({ connectionId, back, user }: PersonFormProps) => ({
  back,
  connection_id: connectionId,
  ...(user && { previous_email: user.email }),
})

export function Remove({ connectionId, back, email }: Omit<PersonFormProps, 'user'> & { email: string }) {
  return (
    <form method="post" action="/operator/people/remove">
      <input type="hidden" name="back" value={back} />
      <input type="hidden" name="connection_id" value={connectionId} />
      <input type="hidden" name="email" value={email} />
      <button type="submit" class="destructive">
        Remove
        <Heard whose={email} />
      </button>
    </form>
  )
}

/** For those who do not see whose form it is. */
const Heard = ({ whose }: { whose: string }) => <span class="heard"> {whose}</span>
