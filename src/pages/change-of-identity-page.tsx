import type { Visit } from '../request/visit.ts'
import { ButtonLink, PostButton } from './buttons.tsx'
import { page } from './page-response.ts'
import { withCookies } from './response.ts'
import { words } from './words/en.ts'

/**
 * Asked when a login that another site began would make the person who is signed in somebody else.
 *
 * @param stay where a no leads
 */
export function changeOfIdentityPage(
  visit: Visit,
  who: { readonly now: string; readonly next: string },
  { login, stay: stayAt }: { readonly login: string; readonly stay: string },
  cookies: readonly string[],
): Response {
  const { title, whatHappened, whatFollows, stay, submit } = words.changeOfIdentity
  const body = (
    <>
      <p>
        {whatHappened(who.now, who.next, (name) => (
          <strong>{name}</strong>
        ))}
      </p>
      <p>{whatFollows(who.next)}</p>
      <div class="actions">
        <ButtonLink href={stayAt} label={stay(who.now)} />
        <PostButton action={`${visit.basePath}/continue`} label={submit(who.next)} quiet fields={{ login }} />
      </div>
    </>
  )
  return withCookies(page(visit, { title: title(who.next), body }), cookies)
}
