import { join } from 'node:path'
import type { GatehouseConfig, Site, Upstream } from '../../../src/config.ts'
import { parseCanonicalUrl } from '../../../src/policy/canonical-url.ts'
import { routeAt } from '../../../src/policy/policy.ts'
import { compileSite } from '../../../src/policy/site-directory.ts'
import { withLines } from '../../files/lines.ts'
import { IGNORE_FILE } from '../../files/published-by.ts'
import { settingIn } from '../../wrangler/named-file.ts'
import { type Check, needsConfig, orSound, problem, skipped, sound, warning } from '../finding.ts'
import { ofWrangler } from './checks.ts'
import { isPublic } from './worker-first.ts'

/** `not_found_handling`, by which a missing path may show what another rule protects. */
const notFound: Check = {
  id: 'not-found-handling',
  title: 'Unknown paths',
  asks: 'project',
  judge: ofWrangler(({ assets }, { label }, { config }) => {
    if (assets === undefined) return sound('no files are served')
    if (assets.not_found_handling !== 'single-page-application') return sound('answered with 404')
    if (!config.ok) return needsConfig
    const opened = Object.entries(config.value.sites).filter(([, site]) => showsHomeElsewhere(site))
    return orSound(
      opened.map(([key]) =>
        problem({
          found: `At ${key} the page at / is protected, and shown under every missing path that is less so.`,
          why: `With ${settingIn(label, 'not_found_handling', 'single-page-application')} Cloudflare answers those with index.html, by the rule of that path alone.`,
          remedy: `Write ${settingIn(label, 'not_found_handling', 'none')} into ${label}, and assets({ spa: true }) for ${key} into gatehouse.config.ts, which shows the app to whoever may see / too.`,
        }),
      ),
      'answered with the app',
    )
  }),
}

/** Sites with `spa` or a `folder` know that page from one of their own. */
const showsHomeElsewhere = (site: Site): boolean =>
  filesOf(site).some(({ spa, folder }) => spa !== true && folder === undefined) &&
  !isPublic(site, '/') &&
  (site.rules ?? []).length > 0

type Files = Extract<Upstream, { kind: 'assets' }>

const filesOf = ({ upstream, rules = [] }: Site): readonly Files[] =>
  [upstream, ...rules.map((rule) => rule.upstream)].filter((each) => each?.kind === 'assets')

/** Lines of `_redirects` that show one file under the path of another: the rule of that path decides. */
const rewrites: Check = {
  id: 'redirects',
  title: 'Rewrites',
  asks: 'project',
  judge: ({ assetFiles, config, nameOf }) => {
    if (assetFiles === undefined) return sound('no files are served')
    const lines = rewritesIn(assetFiles.redirects)
    if (lines.length === 0) return sound('no line of _redirects shows one file under the path of another')
    if (!config.ok) return needsConfig
    const file = nameOf(join(assetFiles.folder, '_redirects'))
    const troubles = lines.flatMap((line) =>
      openedBy(line, config.value).map((site) =>
        problem({
          found: `${file} shows ${line.to} at ${line.from}, where other rules of ${site} decide.`,
          why: 'A line with status 200 serves the one file under the path of the other: who may see the one sees the other.',
          remedy: `Take the line out of ${file}, make it a redirect with 302, or give ${line.from} the rule of ${line.to}.`,
        }),
      ),
    )
    return orSound(troubles, `${lines.length} in ${file}, and none opens what is protected`)
  },
}

interface Rewrite {
  readonly from: string
  readonly to: string
}

function rewritesIn(text: string): readonly Rewrite[] {
  return text.split('\n').flatMap((line) => {
    const [from = '', to = '', status] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/)
    return status === '200' && from.startsWith('/') && to.startsWith('/') ? [{ from, to }] : []
  })
}

/** The sites where another rule decides about the path that is asked for than about the file that is shown. */
function openedBy({ from, to }: Rewrite, config: GatehouseConfig): readonly string[] {
  return Object.entries(config.sites).flatMap(([key, site]) => {
    const compiled = compileSite(key, site, config)
    const opens = filesOf(site).some(({ folder = '' }) => {
      const [asked, shown] = [from, to].map((path) => below(path, folder))
      if (asked === undefined) return false
      if (shown === undefined) return true
      const rules = [asked, shown].map((path) => {
        const url = parseCanonicalUrl(`https://${key.replace('*', 'a')}${sample(path)}`)
        const routed = url.ok ? routeAt(compiled, url.value, 'GET') : undefined
        return routed?.kind === 'page' ? (routed.rule ?? 'none') : undefined
      })
      return rules[1] === undefined || (rules[0] !== rules[1] && !isPublic(site, shown.replace(/:\w+/g, '*')))
    })
    return opens ? [key] : []
  })
}

/** The path at a site that has a folder as its root. */
function below(path: string, folder: string): string | undefined {
  if (folder === '') return path
  return path.startsWith(`${folder}/`) ? path.slice(folder.length) : undefined
}

/** A path that a pattern is for: placeholders and stars stand for something. */
const sample = (pattern: string) => pattern.replace(/:[A-Za-z]\w*|\*/g, 'something')

/** Whether there is something to serve: Wrangler deploys nothing where the folder is missing. */
const folder: Check = {
  id: 'assets-folder',
  title: 'Files',
  asks: 'project',
  judge: ({ assetFiles, wrangler, isForDeploy, nameOf }) => {
    if (assetFiles === undefined) return sound('none are served')
    const name = nameOf(assetFiles.folder) || 'this folder'
    if (assetFiles.isThere) return sound(`in ${name}`)
    const { command } = wrangler.kind === 'read' ? wrangler.settings.build : {}
    // Wrangler runs it before it looks.
    if (command !== undefined) return skipped(`${name} is made by: ${command}`)
    return [
      (isForDeploy ? problem : warning)({
        found: `There is no folder ${name}, whose files are to be served.`,
        why: 'Wrangler deploys nothing without it.',
        remedy:
          'Build the site first, such as by npm run build, or correct assets.directory in the wrangler file.',
      }),
    ]
  },
}

/** Files that are published with the site and nobody means to publish. */
const privateFiles: Check = {
  id: 'private-files',
  title: 'Private files',
  asks: 'project',
  judge: ({ assetFiles, nameOf }) => {
    if (assetFiles === undefined) return sound('no files are served')
    const { folder, isThere, private: found } = assetFiles
    if (!isThere) return skipped(`there is no ${nameOf(folder)} yet`)
    if (found.length === 0) return sound(`none in ${nameOf(folder) || 'this folder'}`)
    const file = join(folder, IGNORE_FILE)
    const lines = found.map((path) => `/${path}`)
    const shown = found.slice(0, 5).join(', ') + (found.length > 5 ? ` and ${found.length - 5} more` : '')
    return [
      problem({
        found: `${nameOf(folder) || 'This folder'} has ${shown}, which is published with the site.`,
        why: 'Everybody whom the rules let in can read it.',
        remedy: `Keep the files of the site in a folder of their own, or write into ${nameOf(file)}:\n${lines.join('\n')}`,
        fix: { file, change: (text = '') => withLines(text, lines) },
      }),
    ]
  },
}

export const ASSET_CHECKS: readonly Check[] = [folder, notFound, rewrites, privateFiles]
