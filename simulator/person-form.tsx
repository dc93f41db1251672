import type { User } from './organizations.ts'

interface PersonFormProps {
  readonly connectionId: string
  /** The path of the page that it is on. */
  readonly back: string
  /** Nobody: somebody new. */
  readonly user?: User
}

/** What an identity provider and Scalekit know of a person. */
export function PersonForm({ connectionId, back, user }: PersonFormProps) {
  const { idp_roles, groups, ...others } = user?.attributes ?? {}
  const whose = user?.email ?? `somebody new at ${connectionId}`
  return (
    <form method="post" action="/operator/people/save">
      <input type="hidden" name="back" value={back} />
      <input type="hidden" name="connection_id" value={connectionId} />
      {user && <input type="hidden" name="previous_email" value={user.email} />}
      <div class="pair">
        <label class="field">
          Given name
          <Heard whose={whose} />
          <input name="given_name" value={user?.given_name} maxlength={200} autocomplete="off" />
        </label>
        <label class="field">
          Family name
          <Heard whose={whose} />
          <input name="family_name" value={user?.family_name} maxlength={200} autocomplete="off" />
        </label>
      </div>
      <label class="field">
        E-mail
        <Heard whose={whose} />
        <input type="email" name="email" value={user?.email} required autocomplete="off" />
      </label>
      <div class="pair">
        <Words
          whose={whose}
          name="idp_roles"
          label="Roles (claim idp_roles), with commas"
          values={idp_roles}
        />
        <Words whose={whose} name="groups" label="Groups (claim groups), with commas" values={groups} />
        <Words
          whose={whose}
          name="roles"
          label="Roles at Scalekit (Full-Stack Auth), with commas"
          values={user?.roles ?? ['member']}
        />
      </div>
      <label class="field">
        Other claims, a JSON object
        <Heard whose={whose} />
        <textarea name="attributes" rows={2} spellcheck={false}>
          {Object.keys(others).length > 0 ? JSON.stringify(others) : ''}
        </textarea>
      </label>
      <button type="submit">
        {user === undefined ? 'Add' : 'Save'}
        <Heard whose={whose} />
      </button>
    </form>
  )
}

interface WordsProps {
  readonly whose: string
  readonly name: string
  readonly label: string
  readonly values: unknown
}

/** Several in one field, with commas between them. */
function Words({ whose, name, label, values }: WordsProps) {
  const texts = Array.isArray(values) ? values.map(String) : []
  return (
    <label class="field">
      {label}
      <Heard whose={whose} />
      <input name={name} value={texts.join(', ')} autocomplete="off" spellcheck={false} />
    </label>
  )
}

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
