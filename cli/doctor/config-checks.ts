import { configWarnings } from '../../src/policy/config-warnings.ts'
import { type Check, needsConfig, orSound, problem, sound, warning } from './finding.ts'
import { hostWarnings, ruleWarnings } from './rule-warnings.ts'

const configuration: Check = {
  id: 'configuration',
  title: 'Configuration',
  asks: 'project',
  judge: ({ config }) => {
    if (config.ok) {
      const hosts = Object.keys(config.value.sites).length
      return sound(`gatehouse.config.ts, ${hosts} ${hosts === 1 ? 'site' : 'sites'}`)
    }
    return config.error.map((found) =>
      problem({
        found,
        why: 'The Worker answers every request with 503 until it is put right.',
        remedy: remedyOf(found),
      }),
    )
  },
}

function remedyOf(problem: string): string {
  if (problem.startsWith('There is no ')) return 'Write one, or let npx gatehouse init do it.'
  // A package, which is no path.
  if (/Could not resolve "[^./]/.test(problem)) return 'npm install, or correct the import.'
  return 'Change it in gatehouse.config.ts; docs/configuration.md of Gatehouse says what may stand there.'
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

export const CONFIG_CHECKS: readonly Check[] = [configuration, rules, hosts]
