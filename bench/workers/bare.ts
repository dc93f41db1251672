/** The least that a Worker can do in front of static files: what every other contestant is compared with. */
export default {
  fetch: (request, env) => env.ASSETS.fetch(request),
} satisfies ExportedHandler<{ ASSETS: Fetcher }>
