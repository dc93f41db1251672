import { bundle } from './bundle.ts'
import { PAGE, PAGE_PATH } from './page.ts'
import type { WorkerService } from './workerd-config.ts'

/** What Cloudflare's Worker of static files says of a page; the value of `ETag` is made up. */
export const DEFAULT_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'public, max-age=0, must-revalidate',
  ETag: '"54dc7097287b817cf1a68de4567a8a0b"',
  'CF-Cache-Status': 'HIT',
}

/** What a `_headers` file says for Gatehouse, so that it has nothing to add (docs/configuration.md). */
export const PRIVATE: Readonly<Record<string, string>> = {
  'Cache-Control': 'private, max-age=0, must-revalidate',
  Vary: 'Cookie',
  'Strict-Transport-Security': 'max-age=31536000',
}

/** The site behind every contestant. */
export interface Assets {
  readonly file: { readonly 'assets.js': string }
  readonly service: WorkerService
  /** What it says of the page. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The page as Cloudflare answers with it, from memory: Cloudflare's own Worker of static files runs elsewhere, at nobody's cost, and would
 * drown here what is measured. That both say the same is a test.
 *
 * @param custom from a `_headers` file: it replaces what would be said otherwise
 */
export async function assets(custom: Readonly<Record<string, string>> = {}): Promise<Assets> {
  const headers = { ...DEFAULT_HEADERS, ...custom }
  return {
    file: { 'assets.js': await bundle('bench/workers/assets.ts') },
    service: {
      name: 'assets',
      modules: ['assets.js'],
      bindings: { PATH: { text: PAGE_PATH }, PAGE: { text: PAGE.toString() }, HEADERS: { json: headers } },
    },
    headers,
  }
}
