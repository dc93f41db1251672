import { ok } from '../base/result.ts'
import type { Deployment } from '../deployment/deployment.ts'
import type { SignInForm } from '../pages/sign-in-page.tsx'
import { wordsFor } from '../pages/words-for.ts'
import type { Answer } from '../request/refused.ts'
import type { Visit } from '../request/visit.ts'
import { rememberedChoice } from './remembered-choice.ts'

/** Shows the sign-in page, with the choice that led to a login before. */
export async function askForAddress(
  deployment: Deployment,
  visit: Visit,
  form: Pick<SignInForm, 'hidden' | 'typed' | 'forSite'>,
): Promise<Answer> {
  const { signInPage } = await import('../pages/sign-in-page.tsx')
  return ok(
    signInPage(visit, await wordsFor(visit), {
      ...form,
      remembered: await rememberedChoice(deployment, visit),
    }),
  )
}
