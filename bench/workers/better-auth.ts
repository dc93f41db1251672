import { getCookieCache } from 'better-auth/cookies'

interface Env {
  readonly ASSETS: Fetcher
  readonly BETTER_AUTH_SECRET: string
}

/** The check that its documentation has for middleware: the session out of the signed cookie, without the database. */
export default {
  async fetch(request, env) {
    const session = await getCookieCache(request, { secret: env.BETTER_AUTH_SECRET, isSecure: true })
    if (session === null) return new Response('Unauthorized', { status: 401 })
    return env.ASSETS.fetch(request)
  },
} satisfies ExportedHandler<Env>
