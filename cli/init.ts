import { type Command, InvalidArgumentError } from 'commander'
import { Complaint } from './complaint.ts'
import { type FileChange, shown, writeFiles } from './file-changes.ts'
import {
  type Answers,
  agree,
  ask,
  type Given,
  LOCAL,
  parseAssets,
  parseClientId,
  parseEnvironmentUrl,
  parseHost,
  parseOrganization,
} from './init/answers.ts'
import { type Plan, planOf } from './init/plan.ts'
import { CONFIG, type Project, readProject } from './init/project.ts'
import { nextSteps } from './init/steps.ts'
import type { SharedOptions } from './program.ts'
import { folderOf } from './project.ts'
import { reserveStandardOutput } from './terminal.ts'

interface Options extends SharedOptions {
  readonly host?: string
  readonly assets?: string
  readonly public?: boolean
  readonly organization?: string
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
    .option('--organization <id>', 'the only Scalekit organization at that host, org_…', parseOrganization)
    .option('--environment-url <url>', 'of your Scalekit environment', parseEnvironmentUrl)
    .option('--client-id <id>', 'of that environment, skc_…', parseClientId)
    .option('--env <name>', 'an environment of the wrangler file that gets the bindings too')
    .option('--yes', 'asks nothing: takes the defaults for what is not said, and writes')
    .option('--dry-run', 'shows what would be written, and writes nothing')
    .addHelpText('after', EXAMPLE)
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const { host = LOCAL, organization, environmentUrl, clientId } = options
      const wrong = (sentence: string) => command.error(`error: ${sentence}`, { exitCode: 2 })
      if (organization !== undefined && host === LOCAL)
        wrong(
          '--organization is for the deployed host: say which with --host. On this machine the simulator has other ones.',
        )
      if ((environmentUrl === undefined) !== (clientId === undefined))
        wrong('--environment-url and --client-id go together.')
      await init(options, assetsOf(options, wrong))
    })
}

const EXAMPLE = `
Examples:
  npx gatehouse init
  npx gatehouse init --yes --host docs.example.com --assets ./dist`

function assetsOf({ assets, config }: Options, wrong: (sentence: string) => never): string | undefined {
  try {
    return assets === undefined ? undefined : parseAssets(assets, folderOf(config))
  } catch (error) {
    if (error instanceof InvalidArgumentError) return wrong(`--assets '${assets}': ${error.message}`)
    throw error
  }
}

async function init(options: Options, assets: string | undefined): Promise<void> {
  const { config, json, yes, dryRun, env } = options
  const printJson = json ? reserveStandardOutput() : undefined
  const folder = folderOf(config)
  const project = await readProject(folder, config)
  const given: Given = {
    ...defined({ host: options.host, isPublic: options.public, organization: options.organization }),
    ...defined({ assets, environmentUrl: options.environmentUrl, clientId: options.clientId }),
  }
  const likely = likelyAssets(project)
  const draft = await planOf(project, withDefaults(given, likely), env)
  if (draft.files.length === 0) return report(options, project, draft, 'nothing', printJson)

  const streams = { input: process.stdin, output: process.stderr }
  const isAsked = !yes && !dryRun
  if (isAsked && !(process.stdin.isTTY && process.stderr.isTTY))
    throw new Complaint(
      'Nobody can be asked here, so nothing was written: add --yes where the defaults will do, or --dry-run to see what they are.',
    )
  const questions = {
    folder: project.folder,
    asksForSite: project.config === undefined,
    assets: project.main === undefined && directoryOf(project) === undefined ? likely : undefined,
  }
  const answers = withDefaults(isAsked ? await ask(questions, given, streams) : given, likely)
  const plan = isAsked ? await planOf(project, answers, env) : draft
  for (const change of plan.files) process.stderr.write(`${shown(change)}\n`)
  if (dryRun) return report(options, project, plan, 'shown', printJson)
  if (isAsked)
    await agree(
      `Write ${plan.files.length === 1 ? 'this file' : `these ${plan.files.length} files`}?`,
      streams,
    )
  await writeFiles(plan.files)
  await report(options, await readProject(folder, config), plan, 'written', printJson)
}

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

const directoryOf = ({ wrangler }: Project): unknown => Object(wrangler?.tree['assets']).directory

/** Where builds put their files, by what is there or is going to be. */
function likelyAssets({ has, packageJson, wrangler }: Project): string {
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

type Outcome = 'written' | 'shown' | 'nothing'

async function report(
  { host, env, organization, public: isPublic }: Options,
  project: Project,
  { files, yours, notes: noted }: Plan,
  outcome: Outcome,
  printJson: ((value: object) => void) | undefined,
): Promise<void> {
  const next = nextSteps(project, { host, env })
  const isTold = [host, organization, isPublic].some((given) => given !== undefined)
  const keeps = `${project.config} was there and stays as it is: what you said about the site is not in it.`
  const notes = [...noted, ...(isTold && !files.some(({ label }) => label === CONFIG) ? [keeps] : [])]
  if (printJson !== undefined)
    return printJson({ outcome, files: files.map(inJson(outcome)), yours, notes, next })
  const lines = [
    outcome === 'nothing' ? 'Nothing to do: Gatehouse is set up here.' : undefined,
    outcome === 'shown' ? 'Nothing was written.' : undefined,
    outcome === 'written' ? `Wrote ${files.map(({ label }) => label).join(', ')}.` : undefined,
    ...notes,
    ...(yours.length === 0 ? [] : [STEPS[yours.length] ?? `${yours.length} steps are yours:`, ...yours]),
    ...(outcome === 'nothing' ? [] : ['', 'Next:', ...next.map((step, index) => `${index + 1}. ${step}`)]),
  ]
  console.log(lines.filter((line) => line !== undefined).join('\n'))
}

const STEPS: Readonly<Record<number, string>> = { 1: 'One step is yours:', 2: 'Two steps are yours:' }

const inJson =
  (outcome: Outcome) =>
  ({ label, before }: FileChange) => {
    const did = before === undefined ? 'created' : 'changed'
    return { path: label, [outcome === 'written' ? 'did' : 'would']: did }
  }
