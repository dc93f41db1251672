import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FILES, RULES } from '../../fixtures/static/rules.ts'
import { rawRequest, sendRaw } from '../../support/node/raw-http.ts'
import { type StaticSite, startStaticSite } from '../../support/node/static-site.ts'

const WORKER = join(import.meta.dirname, '../../fixtures/static/worker.ts')

/** Every way to ask for a file that Cloudflare's `html_handling` may answer with it. */
function spellingsOf(file: string): string[] {
  const path = `/${file}`
  const page = path.replace(/\.html$/, '')
  const folder = path.replace(/\/index\.html$/, '')
  return [
    path,
    page,
    folder,
    `${folder}.html`,
    `${page}/index`,
    `${folder}/index`,
    `${path}/index.html`,
  ].flatMap((name) => [name, `${name}/`])
}

const PATHS = [...new Set(FILES.flatMap(spellingsOf))]

/**
 * A folder called `index` is open only where the page beside it is, since `html_handling` decides which of them is meant; and with
 * `drop-trailing-slash` Cloudflare itself takes the folder `guide.html` for the page of `guide`.
 */
function isOutOfReach(htmlHandling: string, file: string, open: readonly string[]): boolean {
  if (htmlHandling === 'drop-trailing-slash' && file === 'guide.html/index.html') return true
  return (
    htmlHandling === 'auto-trailing-slash' &&
    file.endsWith('index/index.html') &&
    !open.includes(file.replace('index/index.html', 'index.html'))
  )
}

describe.each(['auto-trailing-slash', 'force-trailing-slash', 'drop-trailing-slash', 'none'] as const)(
  'with html_handling = "%s"',
  (htmlHandling) => {
    let site: StaticSite
    beforeAll(async () => {
      site = await startStaticSite({ worker: WORKER, files: FILES, htmlHandling })
    })
    afterAll(() => site?.stop())

    test.each(RULES.map((each, at) => [JSON.stringify(each.rules), at, each.open] as const))(
      '%s opens just those files, under whatever name',
      async (_rules, at, open) => {
        const { port } = site
        const answers = await Promise.all(
          PATHS.map((path) => sendRaw(port, rawRequest('GET', path, [['Host', `r${at}.localhost:${port}`]]))),
        )
        const seen = new Set<string>()
        answers.forEach(({ status, body }, index) => {
          if (status !== 200) return
          seen.add(body)
          expect(open, PATHS[index]).toContain(body)
        })
        // And they can be had: nothing is kept from people by mistake.
        const missed = open.filter((file) => !seen.has(file))
        expect(missed.filter((file) => !isOutOfReach(htmlHandling, file, open))).toEqual([])
      },
    )
  },
)
