interface Env {
  readonly JWKS: unknown
}

/** What Cloudflare Access publishes at `https://<team>.cloudflareaccess.com/cdn-cgi/access/certs`. */
export default {
  fetch(request, env) {
    const { pathname } = new URL(request.url)
    return pathname === '/cdn-cgi/access/certs'
      ? Response.json(env.JWKS)
      : new Response('Not Found', { status: 404 })
  },
} satisfies ExportedHandler<Env>
