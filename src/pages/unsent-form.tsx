import { HOME, type ReturnTo } from '../request/return-to.ts'
import { isEmbedded, type Visit } from '../request/visit.ts'
import type { Words } from './words/words.ts'

interface UnsentFormProps {
  readonly words: Words
  readonly visit: Partial<Pick<Visit, 'site'>>
  /** The page with the form, as far as the browser says which it was. */
  readonly returnTo: ReturnTo
  readonly login: string
}

/** Where a login leads whoever sent a form that was not taken, and how nothing of it is lost: this tab has it still. */
export function UnsentForm({ words, visit, returnTo, login }: UnsentFormProps) {
  const { backAtForm, backHome, asItWas } = words.unsentForm
  const link = (label: string) => (
    <a href={login} target="_blank" rel="noopener">
      {label}
    </a>
  )
  return (
    <>
      <p>{returnTo === HOME ? backHome : backAtForm}</p>
      {/* What is set in a tab does not count in a frame of another site. */}
      {!isEmbedded(visit) && <p>{asItWas(link)}</p>}
    </>
  )
}
