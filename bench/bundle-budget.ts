import { LANGUAGES } from '../src/request/language.ts'

const KB = 1024

/** Of the deployed Worker, minified and gzipped: 120 KB for the code and English, and 12 KB for each other language that pages speak. */
export const BUNDLE_BUDGET_BYTES = 120 * KB + (LANGUAGES.length - 1) * 12 * KB
