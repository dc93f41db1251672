import { type Check, type Finding, problem, skipped, sound } from './finding.ts'
import type { Project } from './project.ts'
import type { WranglerFile, WranglerSettings } from './wrangler-settings.ts'

/** A wrangler file that could be read, where there is one. */
export type ReadWranglerFile = Extract<WranglerFile, { kind: 'read' }>

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
          `${wrangler.label} is experimental, and read by Wrangler alone: bindings, assets and routes in it were not looked at`,
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
  judge: ofWrangler(({ compatibility_date: date }, { label }, { today }) => {
    const trouble = (found: string, why: string) => [
      problem({ found, why, remedy: `Write ${inFile(label, 'compatibility_date', today)}` }),
    ]
    if (date === undefined)
      return trouble(`${label} has no compatibility_date.`, 'Wrangler deploys nothing without one.')
    if (date > today)
      return trouble(
        `The compatibility_date ${date} is in the future.`,
        'Cloudflare refuses such a deployment, and no runtime here knows it yet.',
      )
    if (date < OLDEST_DATE)
      return trouble(
        `The compatibility_date ${date} is too old.`,
        `Before ${OLDEST_DATE} a Worker cannot call its Durable Objects in the way that sessions need.`,
      )
    return sound(date)
  }),
}

/** A setting as the file writes it, with where it goes. */
export function inFile(label: string, name: string, value: unknown, table?: string): string {
  const json = JSON.stringify(value)
  if (!label.endsWith('.toml'))
    return `"${name}": ${json} into ${label}${table === undefined ? '' : `, "${table}"`}`
  return `${name} = ${json} into ${label}${table === undefined ? '' : `, under [${table}]`}`
}

export const WRANGLER_CHECKS: readonly Check[] = [wranglerFile, compatibilityDate]
