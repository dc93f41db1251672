import { HOST } from './people.ts'
import { PROTOCOL_HEADER } from './workerd-config.ts'

/** Without `.html`: Cloudflare redirects to this. */
export const PAGE_PATH = '/handbook/page'

/** A page of the size that pages have. */
export const PAGE = Buffer.from(
  `<!doctype html>\n<title>Handbook</title>\n${'<p>What everybody should know on their first day.</p>\n'.repeat(185)}`,
)

/** What a browser and Cloudflare's network send with every request for a page. Every contestant gets the same. */
export const BROWSER_HEADERS: Readonly<Record<string, string>> = {
  Host: HOST,
  [PROTOCOL_HEADER]: 'https',
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language': 'en-US,en;q=0.9',
  'Accept-Encoding': 'gzip, br',
  'User-Agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-User': '?1',
  'Upgrade-Insecure-Requests': '1',
  'CF-Connecting-IP': '203.0.113.7',
  'CF-Ray': '8f1c0a2b3d4e5f60-FRA',
}
