import { upstreamsOfAll } from '../../../src/deployment/needed-bindings.ts'
import { LATEST_WRANGLER } from '../../wrangler/versions.ts'
import { type Check, type Finding, orSound, problem, skipped, sound, warning } from '../finding.ts'
import type { Project } from '../project.ts'
import { inEnvironment, toWrite } from './change.ts'
import type { ReadWranglerFile, WranglerSettings } from './settings.ts'

/** What looks at the settings of the Worker, and says so where nobody can read them. */
export const ofWrangler =
  (
    judge: (settings: WranglerSettings, file: ReadWranglerFile, project: Project) => readonly Finding[],
  ): Check['judge'] =>
  (project) =>
    project.wrangler.kind === 'read'
      ? judge(project.wrangler.settings, project.wrangler, project)
      : skipped(
          project.wrangler.kind === 'typescript'
            ? `${project.wrangler.label} cannot be read here`
            : 'needs a wrangler file',
        )

const wranglerFile: Check = {
  id: 'wrangler-file',
  title: 'Wrangler file',
  asks: 'project',
  judge: ({ wrangler, env }) => {
    switch (wrangler.kind) {
      case 'none':
        return [
          problem({
            found: 'There is no wrangler.jsonc, wrangler.json or wrangler.toml in this folder.',
            why: 'It says which Worker is deployed, and what it is bound to.',
            remedy:
              'Go to the folder of your Worker, name its wrangler file with --config, or make one: npx gatehouse init',
          }),
        ]
      case 'unreadable':
        return [
          problem({
            found: `${wrangler.label} cannot be read: ${wrangler.problem}`,
            why: 'Wrangler deploys nothing then.',
            remedy: `Put it right in ${wrangler.label}${env === undefined ? '' : ', or name another environment with --env'}.`,
          }),
        ]
      case 'typescript':
        return skipped(
          `${wrangler.label} is experimental, and Wrangler alone reads it: bindings, files, routes and variables were not looked at`,
        )
      case 'read':
        return sound(env === undefined ? wrangler.label : `${wrangler.label}, environment ${env}`)
    }
  },
}

/** RPC to Durable Objects works from that day on. */
const OLDEST_DATE = '2024-04-03'

const compatibilityDate: Check = {
  id: 'compatibility-date',
  title: 'Compatibility date',
  asks: 'project',
  judge: ofWrangler(({ compatibility_date: date }, file, project) => {
    const { today } = project
    const { latestDate = today, version } = project.tools.wrangler
    const change = inEnvironment(project, file, {
      kind: 'set',
      path: ['compatibility_date'],
      // Of today gatehouse dev would not start.
      value: latestDate < today ? latestDate : today,
    })
    const trouble = (found: string, why: string) => [problem({ found, why, ...toWrite(file, change) })]
    if (date === undefined)
      return trouble(`${file.label} has no compatibility_date.`, 'Wrangler deploys nothing without one.')
    if (date > project.today)
      return trouble(
        `The compatibility_date ${date} is in the future.`,
        'Cloudflare refuses such a deployment, and no runtime here knows it yet.',
      )
    if (date < OLDEST_DATE)
      return trouble(
        `The compatibility_date ${date} is too old.`,
        `Before ${OLDEST_DATE} a Worker cannot call its Durable Objects in the way that sessions need.`,
      )
    // Cloudflare knows it, and so it can be deployed.
    if (date > latestDate && !project.isForDeploy)
      return [
        warning({
          found: `The compatibility_date ${date} is too new for Wrangler ${version}, whose runtime knows no later one than ${latestDate}.`,
          why: 'gatehouse dev does not start. It can be deployed.',
          remedy: `${LATEST_WRANGLER}, or take an earlier date: ${latestDate}`,
        }),
      ]
    return sound(date)
  }),
}

/** Flags that take away what Gatehouse relies on, with what comes of it. */
const HARMFUL_FLAGS: Readonly<Record<string, string>> = {
  no_rpc: 'The Worker cannot call its Durable Objects, so nobody can sign in.',
  url_original: 'The Worker fails as it loads: it reads addresses as browsers do.',
}

/** What `passthrough()` does not go together with. */
const STRICTLY_PUBLIC = 'global_fetch_strictly_public'

const compatibilityFlags: Check = {
  id: 'compatibility-flags',
  title: 'Compatibility flags',
  asks: 'project',
  judge: ofWrangler(({ compatibility_flags: flags }, { label }, { config }) => {
    const harmful = flags.flatMap((flag): [string, string][] => {
      const why = HARMFUL_FLAGS[flag]
      if (why !== undefined) return [[flag, why]]
      const passes =
        config.ok && upstreamsOfAll(config.value).some(([, upstream]) => upstream?.kind === 'passthrough')
      if (flag !== STRICTLY_PUBLIC || !passes) return []
      return [
        [flag, 'What passthrough() fetches goes to the public address then, and so to this Worker again.'],
      ]
    })
    const troubles = harmful.map(([flag, why]) =>
      problem({
        found: `${label} has the flag ${flag}.`,
        why,
        remedy: `Take ${flag} out of compatibility_flags in ${label}.`,
      }),
    )
    return orSound(troubles, flags.length === 0 ? 'none' : flags.join(', '))
  }),
}

export const WRANGLER_CHECKS: readonly Check[] = [wranglerFile, compatibilityDate, compatibilityFlags]
