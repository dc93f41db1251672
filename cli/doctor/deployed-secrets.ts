import { KEYS, secretNames } from '../wrangler/worker-secret.ts'
import { type Check, orSound, problem, skipped, type Trouble } from './finding.ts'
import type { Project } from './project.ts'

/** What sets a secret that a deployed Worker needs. */
const COMMANDS: Readonly<Record<string, (options: string) => string>> = {
  [KEYS]: (options) => `npx gatehouse keys new --file ../gatehouse-keys.json --put${options}`,
  SCALEKIT_CLIENT_SECRET: (options) => `npx wrangler secret put SCALEKIT_CLIENT_SECRET${options}`,
  SCALEKIT_ENVIRONMENT_URL: (options) => `npx wrangler secret put SCALEKIT_ENVIRONMENT_URL${options}`,
  SCALEKIT_CLIENT_ID: (options) => `npx wrangler secret put SCALEKIT_CLIENT_ID${options}`,
}

/** A secret that is missing, with what sets it. */
export interface MissingSecret {
  readonly name: string
  readonly command: string
  /** What goes before it where somebody has a copy, since a new one signs everybody out. */
  readonly fromCopy: string | undefined
}

/** Of an earlier Worker, or one that was deleted and deployed again. */
const fromCopy = (options: string) => `npx wrangler secret put ${KEYS}${options} < <the file with your copy>`

/** @param names of the secrets that a Worker has */
export function missingSecrets(
  { wrangler, env }: Pick<Project, 'wrangler' | 'env'>,
  names: readonly unknown[],
): readonly MissingSecret[] {
  const vars = wrangler.kind === 'read' ? wrangler.settings.vars : {}
  const options = env === undefined ? '' : ` --env ${env}`
  return Object.entries(COMMANDS)
    .filter(([name]) => !names.includes(name) && !(name in vars))
    .map(([name, command]) => ({
      name,
      command: command(options),
      fromCopy: name === KEYS ? fromCopy(options) : undefined,
    }))
}

/** The secrets of the deployed Worker, as far as somebody is logged in who may see their names. */
export const deployedSecrets: Check = {
  id: 'deployed-secrets',
  title: 'Deployed secrets',
  asks: 'network',
  judge: async (project) => {
    const { wrangler, env } = project
    if (wrangler.kind !== 'read') return skipped('needs a wrangler file')
    const names = await secretNames({ config: wrangler.file, env })
    if (!names.ok)
      return skipped(
        /CLOUDFLARE_API_TOKEN|not logged in/i.test(names.error)
          ? 'Wrangler is not logged in: npx wrangler login'
          : `Wrangler cannot say: ${names.error}`,
      )
    if (names.value === undefined) return skipped('no Worker is deployed yet')
    const troubles = missingSecrets(project, names.value).map(
      ({ name, command, fromCopy: copy }): Trouble =>
        problem({
          found: `The deployed Worker has no ${name}.`,
          why: 'It answers every request with 503 until it is there.',
          remedy:
            copy === undefined
              ? command
              : `Where there is a copy of its keys, take that, since new ones sign everybody out:\n${copy}\nWithout one:\n${command}`,
        }),
    )
    return orSound(troubles, 'all that are needed')
  },
}
