import type { ForSite } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import { ButtonLink, PostButton } from './buttons.tsx'
import { page } from './page-response.ts'
import { withCookies } from './response.ts'
import { words } from './words/en.ts'

/**
 * Asked when a login that another site began would make the person who is signed in somebody else.
 *
 * @param stay where a no leads
 * @param forSite at the login host: the site that asked
 */
export function changeOfIdentityPage(
  visit: Visit,
  who: { readonly now: string; readonly next: string },
  {
    login,
    stay: stayAt,
    forSite,
  }: { readonly login: string; readonly stay: string; readonly forSite?: ForSite | undefined },
  cookies: readonly string[],
): Response {
  const { title, stay, submit, ...texts } = words.changeOfIdentity
  const site = forSite && new URL(forSite.origin).hostname
  const strong = (name: string) => <strong>{name}</strong>
  const body = (
    <>
      <p>
        {site === undefined
          ? texts.whatHappened(who.now, who.next, strong)
          : texts.whatHappenedForSite(site, who.now, who.next, strong)}
      </p>
      <p>{site === undefined ? texts.whatFollows(who.next) : texts.whatFollowsForSite(who.now, who.next)}</p>
      <div class="actions">
        <ButtonLink href={stayAt} label={stay(who.now)} />
        <PostButton action={`${visit.basePath}/continue`} label={submit(who.next)} quiet fields={{ login }} />
      </div>
    </>
  )
  return withCookies(page({ ...visit, forSite }, { title: title(who.next), body }), cookies)
}
