import { paintsOf, shiftsOf } from '../../src/pages/accent.ts'
import { configWarnings } from '../../src/policy/config-warnings.ts'
import { ownPage } from '../own-package.ts'
import { type Check, needsConfig, orSound, problem, sound, type Trouble, warning } from './finding.ts'
import { missingLogos } from './missing-logos.ts'
import { hostWarnings, ruleWarnings } from './rule-warnings.ts'

const configuration: Check = {
  id: 'configuration',
  title: 'Configuration',
  asks: 'project',
  judge: ({ config, folder, nameOf }) => {
    if (config.ok) {
      const hosts = Object.keys(config.value.sites).length
      return sound(`gatehouse.config.ts, ${hosts} ${hosts === 1 ? 'site' : 'sites'}`)
    }
    const page = ownPage('configuration.md', folder)
    const rest = page === undefined ? '' : `; ${nameOf(page)} says what may stand there`
    return config.error.map((found) =>
      problem({
        found,
        why: 'The Worker answers every request with 503 until it is put right.',
        remedy: remedyOf(found) ?? `Change it in gatehouse.config.ts${rest}.`,
      }),
    )
  },
}

/** @returns `undefined`: what is written there has to be changed */
function remedyOf(problem: string): string | undefined {
  if (problem.startsWith('There is no ')) return 'Write one, or let npx gatehouse init do it.'
  // A package, which is no path.
  if (/Could not resolve "[^./]/.test(problem)) return 'npm install, or correct the import.'
  return undefined
}

const rules: Check = {
  id: 'rules',
  title: 'Rules',
  asks: 'project',
  judge: ({ config }) => {
    if (!config.ok) return needsConfig
    const count = Object.values(config.value.sites).reduce((sum, { rules = [] }) => sum + rules.length, 0)
    const claims = configWarnings(config.value).map((found) =>
      warning({
        found,
        why: 'Rules that require roles or groups let nobody in then.',
        remedy: 'Give the attribute another name, in Scalekit and in gatehouse.config.ts.',
      }),
    )
    return orSound(
      [...claims, ...ruleWarnings(config.value)],
      count === 0 ? 'none: everything needs a login' : `${count}, and each has an effect`,
    )
  },
}

const hosts: Check = {
  id: 'hosts',
  title: 'Hosts',
  asks: 'project',
  judge: ({ config, isForDeploy }) =>
    config.ok
      ? orSound(
          // A project of somebody who has not deployed yet is no worse for that.
          hostWarnings(config.value).map(isForDeploy ? problem : warning),
          Object.keys(config.value.sites).join(', ') || 'in KV',
        )
      : needsConfig,
}

/** Of 1, from black to white: from here on people would not call it the same colour. */
const FAR = 0.25

const brand: Check = {
  id: 'brand',
  title: 'Brand',
  asks: 'project',
  judge: ({ config, assetFiles, nameOf }) => {
    if (!config.ok) return needsConfig
    const { brand: ofAll, sites } = config.value
    const own = Object.entries(sites).filter(([, site]) => site.brand !== undefined)
    const places = [
      ['brand', ofAll] as const,
      ...own.map(([key, site]) => [`sites[${JSON.stringify(key)}].brand`, site.brand] as const),
    ]
    const accents = places.flatMap(([place, each]) =>
      each?.accent === undefined ? [] : accentWarnings(place, each.accent),
    )
    return orSound(
      [...accents, ...missingLogos(config.value, assetFiles, nameOf)],
      brandsInWords(
        ofAll !== undefined,
        own.map(([key]) => key),
      ),
    )
  },
}

function brandsInWords(isForAll: boolean, own: readonly string[]): string {
  if (own.length === 0) return isForAll ? 'one for all sites' : 'none: pages show the host'
  return `${isForAll ? 'one for all sites, and more' : 'some'} for ${own.join(', ')}`
}

function accentWarnings(place: string, accent: string): readonly Trouble[] {
  const shifts = shiftsOf(accent)
  const paints = paintsOf(accent)
  const changed = (['light', 'dark'] as const).filter((theme) => shifts[theme] > FAR)
  if (changed.length === 0) return []
  const shades = changed.map((theme) => `${paints[theme].color} in the ${theme} theme`).join(' and ')
  return [
    warning({
      found: `${place}.accent ${accent} is shown as ${shades}.`,
      why: 'It could not be read there: links and buttons need a contrast of 4.5:1 (WCAG 2.2).',
      remedy:
        'Nothing, if you like that shade; otherwise choose one of your colours that is neither very light nor very dark.',
    }),
  ]
}

export const CONFIG_CHECKS: readonly Check[] = [configuration, rules, hosts, brand]
