import { join } from 'node:path'
import type { GatehouseConfig } from '../../src/config.ts'
import { parseCanonicalUrl } from '../../src/policy/canonical-url.ts'
import { routeAt } from '../../src/policy/policy.ts'
import { compileSite, upstreamOf } from '../../src/policy/site-directory.ts'
import { type Trouble, warning } from './finding.ts'
import type { Project } from './project.ts'
import type { AssetFiles } from './wrangler/asset-files.ts'

/** Logos by a path that the static files answer, and have no file for. What another server has cannot be seen from here. */
export function missingLogos(
  config: GatehouseConfig,
  assetFiles: AssetFiles | undefined,
  nameOf: Project['nameOf'],
): readonly Trouble[] {
  if (!assetFiles?.isThere) return []
  const missing = new Map<string, { readonly logo: string; readonly keys: string[] }>()
  for (const [key, site] of Object.entries(config.sites)) {
    const compiled = compileSite(key, site, config)
    const { logoPath } = compiled
    if (logoPath === undefined) continue
    const url = parseCanonicalUrl(`https://${key.replace('*', 'a')}${logoPath}`)
    const routed = url.ok ? routeAt(compiled, url.value, 'GET') : undefined
    if (routed?.kind !== 'page') continue
    const upstream = upstreamOf(compiled, routed.rule)
    if (upstream.kind !== 'assets') continue
    const path = `${upstream.folder ?? ''}${logoPath}`.slice(1)
    if (assetFiles.publishes(path)) continue
    const { keys } = missing.get(path) ?? { keys: [] }
    missing.set(path, { logo: logoPath, keys: [...keys, key] })
  }
  return [...missing].map(([path, { logo, keys }]) => {
    const file = nameOf(join(assetFiles.folder, path))
    return warning({
      found: `There is no ${file}, the logo ${logo} of ${keys.join(', ')}.`,
      why: 'Pages show the first letter of the name in its place.',
      remedy: `Put the image there as ${file}, or correct brand.logo in gatehouse.config.ts.`,
    })
  })
}
