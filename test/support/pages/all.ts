/** What `npm run screenshots` shows, in one module. */
export { LANGUAGES } from '../../../src/request/language.ts'
export { elsewhere } from './elsewhere.ts'
export { SHOWN_PAGES } from './shown-pages.ts'
