import { configWarnings } from '../../src/policy/config-warnings.ts'
import { type Check, orSound, problem, skipped, sound, warning } from './finding.ts'

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
        remedy: 'Change it in gatehouse.config.ts, as docs/configuration.md of the package says.',
      }),
    )
  },
}

const claims: Check = {
  id: 'claims',
  title: 'Claims',
  asks: 'project',
  judge: ({ config }) =>
    config.ok
      ? orSound(
          configWarnings(config.value).map((found) =>
            warning({
              found,
              why: 'Rules that require roles or groups let nobody in then.',
              remedy: 'Choose another name for the attribute, in Scalekit and in gatehouse.config.ts.',
            }),
          ),
          'every name can arrive',
        )
      : skipped('needs a valid gatehouse.config.ts'),
}

export const CONFIG_CHECKS: readonly Check[] = [configuration, claims]
