interface Env {
  readonly LOADER: WorkerLoader
  /** Code by name. */
  readonly WORKERS: Readonly<Record<string, string>>
  readonly COMPATIBILITY_DATE: string
}

/** Answers without using the Worker, which has been evaluated by then: `import` comes first. */
const MAIN = "import './worker.js'\nexport default { fetch: () => new Response('up') }"

/** The clock of a Worker has a resolution of a millisecond. */
const AT_A_TIME = 10

/** Starts a Worker in isolates of its own, one after the other. Answers how long each took to answer (in milliseconds). */
export default {
  async fetch(request, { LOADER, WORKERS, COMPATIBILITY_DATE }) {
    const { searchParams } = new URL(request.url)
    const code = WORKERS[searchParams.get('name') ?? '']
    if (code === undefined) return new Response('Not Found', { status: 404 })
    const before = performance.now()
    for (let started = 0; started < AT_A_TIME; started += 1) {
      const worker = LOADER.get(crypto.randomUUID(), async () => ({
        compatibilityDate: COMPATIBILITY_DATE,
        compatibilityFlags: searchParams.getAll('flag'),
        mainModule: 'main.js',
        modules: { 'main.js': MAIN, 'worker.js': code },
        globalOutbound: null,
      }))
      const answer = await worker.getEntrypoint().fetch('http://worker/')
      await answer.text()
    }
    return Response.json((performance.now() - before) / AT_A_TIME)
  },
} satisfies ExportedHandler<Env>
