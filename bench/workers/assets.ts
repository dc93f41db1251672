import { env } from 'cloudflare:workers'

const { PATH, PAGE, HEADERS } = env as unknown as {
  readonly PATH: string
  readonly PAGE: string
  readonly HEADERS: Readonly<Record<string, string>>
}
const page = new TextEncoder().encode(PAGE)

/** Stands in for Cloudflare's Worker of static files; see bench/assets.ts. */
export default {
  fetch: ({ url }) =>
    url.endsWith(PATH) ? new Response(page, { headers: HEADERS }) : new Response(null, { status: 404 }),
} satisfies ExportedHandler
