import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { Complaint } from './complaint.ts'
import { shown, writeFiles } from './files/file-changes.ts'
import { folderOf } from './files/find-files.ts'
import { removeLeftovers } from './files/write-whole.ts'
import {
  type Answers,
  type Given,
  LOCAL,
  parseAssets,
  parseClientId,
  parseEnvironmentUrl,
  parseHost,
} from './init/answers.ts'
import { inWritingOrder, type Plan, planOf } from './init/plan.ts'
import { type ProjectFiles, readProjectFiles } from './init/project-files.ts'
import { inJson, inWords, type Outcome, type Report } from './init/report.ts'
import { deployedAt, nextSteps } from './init/steps.ts'
import type { SharedOptions } from './program.ts'
import { reserveStandardOutput } from './terminal.ts'
import { environment, examples, parseOrganization, wrongUsage, yes } from './usage.ts'

interface Options extends SharedOptions {
  readonly host?: string
  readonly assets?: string
  readonly public?: boolean
  readonly org?: string
  readonly environmentUrl?: string
  readonly clientId?: string
  readonly env?: string
  readonly yes?: boolean
  readonly dryRun?: boolean
}

export function addInit(program: Command): void {
  program
    .command('init')
    .description('sets Gatehouse up in the Workers project of this folder, or in an empty one')
    .option('--host <host>', 'where it will be deployed, such as docs.example.com', parseHost)
    .option('--assets <folder>', 'the folder with the static files, such as ./dist')
    .option('--public', 'pages are public unless a rule says otherwise; without it, they need a login')
    .option('--org <id>', 'the only Scalekit organization at that host, org_…', parseOrganization)
    .option('--environment-url <url>', 'of your Scalekit environment', parseEnvironmentUrl)
    .option('--client-id <id>', 'of that environment, skc_…', parseClientId)
    .addOption(environment(', which gets the bindings too'))
    .addOption(yes(': takes the defaults for what is not said, and writes'))
    .option('--dry-run', 'shows what would be written, and writes nothing')
    .addHelpText(
      'after',
      examples('npx gatehouse init', 'npx gatehouse init --yes --host docs.example.com --assets ./dist'),
    )
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const { host = LOCAL, org, environmentUrl, clientId } = options
      const wrong = (sentence: string) => wrongUsage(command, sentence)
      if (org !== undefined && host === LOCAL)
        wrong(
          '--org is for the deployed host: say which with --host. On this machine the simulator has other ones.',
        )
      if ((environmentUrl === undefined) !== (clientId === undefined))
        wrong('--environment-url and --client-id go together.')
      await init(options, assetsOf(options, wrong))
    })
}

function assetsOf({ assets, config }: Options, wrong: (sentence: string) => never): string | undefined {
  try {
    return assets === undefined ? undefined : parseAssets(assets, folderOf(config))
  } catch (error) {
    if (error instanceof InvalidArgumentError) return wrong(`--assets '${assets}': ${error.message}`)
    throw error
  }
}

async function init(options: Options, assets: string | undefined): Promise<void> {
  const { config, json, yes, dryRun, env, host, public: isPublic, org: organization } = options
  const printJson = json ? reserveStandardOutput() : undefined
  const folder = folderOf(config)
  const project = await readProjectFiles(folder, config)
  const { environmentUrl, clientId } = options
  const given: Given = defined({ host, isPublic, organization, assets, environmentUrl, clientId })
  const likely = likelyAssets(project)
  if (!dryRun) await tidyUp(folder, ['.', 'src', given.assets ?? likely])
  const draft = await planOf(project, withDefaults(given, likely), env)
  const unheeded = unheededOf(draft.isContinued ? { ...project, config: undefined } : project, given)
  const say = async (outcome: Outcome, { files, yours, notes }: Plan, answers: Answers) => {
    const now = outcome === 'written' ? await readProjectFiles(folder, config) : project
    const deployed = await deployedAt(project, project.config === undefined ? answers.host : undefined)
    const report: Report = {
      outcome,
      files: files.map(({ label, before }) => ({ path: label, isNew: before === undefined })),
      yours,
      notes: [...notes, ...unheeded],
      next: nextSteps(now, { deployed, env, node: process.versions.node }),
    }
    if (printJson === undefined) console.log(inWords(report))
    else printJson(inJson(report))
  }
  if (draft.files.length === 0) return say('nothing', draft, withDefaults(given, likely))

  const streams = { input: process.stdin, output: process.stderr }
  const isAsked = !yes && !dryRun
  if (isAsked && !(process.stdin.isTTY && process.stderr.isTTY)) throw new Complaint(NOBODY_TO_ASK)
  // It takes a while to load, which every other command is spared.
  const { ask, agree } = await import('./init/questions.ts')
  const answers = withDefaults(
    isAsked ? await ask(questionsOf(project, likely), given, streams) : given,
    likely,
  )
  const plan = isAsked ? await planOf(project, answers, env) : draft
  for (const change of plan.files) process.stderr.write(`${shown(change)}\n`)
  if (dryRun) return say('shown', plan, answers)
  const [first, ...others] = plan.files
  if (isAsked)
    await agree(
      others.length === 0 ? `Write ${first?.label}?` : `Write these ${plan.files.length} files?`,
      streams,
    )
  await writeFiles(inWritingOrder(plan))
  await say('written', plan, answers)
}

/** After a run that was killed, whose files may hold secrets. */
async function tidyUp(folder: string, places: readonly string[]): Promise<void> {
  for (const place of new Set(places.map((each) => join(folder, each))))
    if (statSync(place, { throwIfNoEntry: false })?.isDirectory()) await removeLeftovers(place)
}

const NOBODY_TO_ASK =
  'Nobody can be asked here, so nothing was written: add --yes where the defaults will do, or --dry-run to see what they are.'

/** What was said on the command line and is for files that are not made. */
function unheededOf(
  { config, main, wrangler }: ProjectFiles,
  { host, isPublic, organization, assets }: Given,
): string[] {
  const saysSite = [host, isPublic, organization].some((each) => each !== undefined)
  const files = Object(wrangler?.tree['assets']).directory
  const getsFiles = main?.shape.kind === 'gatehouse' && config === undefined
  return [
    ...(saysSite && config !== undefined
      ? [`${config} was there and stays as it is: what you said about the site is not in it.`]
      : []),
    ...(assets !== undefined && files !== undefined && files !== assets
      ? [
          `${wrangler?.label} has the static files in ${files}, and that stays: --assets ${assets} is not in it.`,
        ]
      : []),
    ...(assets !== undefined && files === undefined && main !== undefined && !getsFiles
      ? [
          `${main.label} has no static files beside it, and gets none: --assets ${assets} is not in ${wrangler?.label}.`,
        ]
      : []),
  ]
}

const questionsOf = (project: ProjectFiles, likely: string) => ({
  folder: project.folder,
  asksForSite: project.config === undefined,
  assets: project.main === undefined && directoryOf(project) === undefined ? likely : undefined,
})

const withDefaults = (given: Given, likely: string): Answers => ({
  host: given.host ?? LOCAL,
  assets: given.assets ?? likely,
  isPublic: given.isPublic ?? false,
  organization: given.organization,
  environmentUrl: given.environmentUrl,
  clientId: given.clientId,
})

const defined = <T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never

const directoryOf = ({ wrangler }: ProjectFiles): unknown => Object(wrangler?.tree['assets']).directory

/** Where builds put their files, by what is there or is going to be. */
function likelyAssets({ has, packageJson, wrangler }: ProjectFiles): string {
  const { dependencies, devDependencies } = Object(packageJson?.tree) as Record<string, object>
  if (Object.hasOwn({ ...dependencies, ...devDependencies }, '@cloudflare/vite-plugin'))
    return './dist/client'
  const pages = Object(wrangler?.tree)['pages_build_output_dir']
  if (typeof pages === 'string') return pages
  const found = FOLDERS.find((folder) => has(folder))
  if (found !== undefined) return `./${found}`
  return BUILDERS.some(has) ? './dist' : './public'
}

const FOLDERS = ['dist', 'build', '_site', 'out']
const BUILDERS = ['ts', 'mts', 'js', 'mjs'].flatMap((extension) => [
  `vite.config.${extension}`,
  `astro.config.${extension}`,
])
