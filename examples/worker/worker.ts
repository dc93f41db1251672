import type { Authentication } from '../../src/app/gatehouse.ts'

interface Env {
  /** The service binding: Gatehouse's Worker, whose `authenticate` is called by RPC. */
  readonly GATEHOUSE: {
    fetch(request: Request): Promise<Response>
    authenticate(request: Request): Promise<Authentication>
  }
}

/** A Worker that owns its host and asks Gatehouse who is there. It answers requests itself, and no request passes through Gatehouse. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url)
    // Signing in and out, and the forms that belong to it, are Gatehouse's.
    if (pathname.startsWith('/auth/')) return env.GATEHOUSE.fetch(request)

    // The decision takes address, method and headers. The body stays here.
    const { url, method, headers } = request
    const who = await env.GATEHOUSE.authenticate(new Request(url, { method, headers }))
    if (!who.ok) return who.response

    const response = Response.json({
      path: pathname,
      hello: who.session?.user.email ?? 'whoever you are',
      body: await request.text(),
    })
    // What was made for one person is kept by no shared cache, and a session may have been renewed on the way.
    response.headers.set('Cache-Control', 'private, no-store')
    for (const cookie of who.cookies) response.headers.append('Set-Cookie', cookie)
    return response
  },
}
