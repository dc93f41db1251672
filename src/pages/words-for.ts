import { faultDetail, log } from '../audit/log.ts'
import type { Arrival } from '../request/visit.ts'
import { loadWords, type Words } from './words/words.ts'

/** Those of whoever asks. That they do not load is in the log. */
export const wordsFor = (arrival: Arrival): Promise<Words> =>
  loadWords(arrival.speech.language, (error) =>
    log({ event: 'degraded', what: 'words of a language did not load', detail: faultDetail(error) }, arrival),
  )
