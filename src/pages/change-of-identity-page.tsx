import type { ForSite } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import { Breakable } from './breakable.tsx'
import { ButtonLink, PostButton } from './buttons.tsx'
import { page } from './page-response.ts'
import { withCookies } from './response.ts'
import type { Words } from './words/words.ts'

/** Who somebody is, and who they would be. */
export interface Change {
  readonly now: string
  readonly next: string
  /** What tells them apart where both go by the same name. */
  readonly apartBy?: 'anotherAccount' | 'anotherOrganization'
}

/**
 * Asked when a login that another site began would make the person who is signed in somebody else.
 *
 * @param stay where a no leads
 * @param forSite at the login host: the site that asked
 */
export function changeOfIdentityPage(
  visit: Visit,
  words: Words,
  { now, next: nextName, apartBy }: Change,
  {
    login,
    stay: stayAt,
    forSite,
  }: { readonly login: string; readonly stay: string; readonly forSite?: ForSite | undefined },
  cookies: readonly string[],
): Response {
  const { title, stay, submit, ...texts } = words.changeOfIdentity
  const site = forSite && new URL(forSite.origin).hostname
  const next = apartBy === undefined ? nextName : texts[apartBy](nextName)
  const strong = (name: string) => (
    <strong>
      <Breakable text={name} />
    </strong>
  )
  const body = (
    <>
      <p>
        {site === undefined
          ? texts.whatHappened(now, next, strong)
          : texts.whatHappenedForSite(site, now, next, strong)}
      </p>
      <p>{site === undefined ? texts.whatFollows(next) : texts.whatFollowsForSite(now, next)}</p>
      <div class="actions">
        <ButtonLink href={stayAt} label={stay(now)} />
        <PostButton action={`${visit.basePath}/continue`} label={submit(next)} quiet fields={{ login }} />
      </div>
    </>
  )
  return withCookies(page({ ...visit, forSite }, words, { title: title(next), body }), cookies)
}
