import { join } from 'node:path'
import { newDevelopmentSecrets, SIMULATOR_URL } from '../../simulator/development-secrets.ts'
import { Complaint } from '../complaint.ts'
import { variableOf, withVariable } from '../files/dev-vars.ts'
import type { FileChange } from '../files/file-changes.ts'
import { inGit } from '../files/in-git.ts'
import { withLines } from '../files/lines.ts'
import { isNewProject, newFile, type ProjectFiles } from './project-files.ts'
import { exampleText } from './texts.ts'

/** `.dev.vars`, and what it is an example of. */
export async function variablesOf(project: ProjectFiles): Promise<(FileChange | undefined)[]> {
  const secrets = await project.read('.dev.vars')
  const text = secrets?.text ?? ''
  const defaults = await newDevelopmentSecrets(SIMULATOR_URL)
  const environment = variableOf(text, 'SCALEKIT_ENVIRONMENT_URL')
  const usesSimulator = [undefined, '', SIMULATOR_URL].includes(environment)
  let after = secrets === undefined ? `${VARIABLES_HEADING}\n` : text
  for (const [name, value] of Object.entries(defaults)) {
    // The simulator's client is nobody at a real environment.
    if ((name.startsWith('SCALEKIT_') && !usesSimulator) || variableOf(text, name)) continue
    const next = withVariable(after, name, value)
    if (next === undefined)
      throw new Complaint(`.dev.vars cannot be read as variables: set ${name} in it by hand.`)
    after = next
  }
  const example = await project.read('.dev.vars.example')
  return [
    after === secrets?.text
      ? undefined
      : {
          path: join(project.folder, '.dev.vars'),
          label: '.dev.vars',
          before: secrets?.text,
          after,
          isSecret: true,
        },
    example === undefined ? newFile(project, '.dev.vars.example', exampleText()) : undefined,
  ]
}

const VARIABLES_HEADING =
  '# Secrets of `gatehouse dev` on this machine. Never commit them; delete the file for a new set.'

/** `.gitignore`: what holds secrets is not committed. */
export async function ignoredOf(project: ProjectFiles): Promise<FileChange | undefined> {
  const there = await project.read('.gitignore')
  const text = there?.text ?? ''
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const missing: string[] = []
  for (const name of ['.dev.vars', '.wrangler', 'node_modules']) {
    if (lines.some((line) => [name, `${name}/`, `/${name}`, `/${name}/`, `${name}*`].includes(line))) continue
    if ((await inGit(join(project.folder, name))) !== 'ignored') missing.push(name)
  }
  // Where nothing else is missing in a project that was there, how it keeps packages out of git is its own.
  const isOurs = isNewProject(project) || missing.some((name) => name !== 'node_modules')
  if (missing.length === 0 || !isOurs) return undefined
  const after = withLines(text, missing)
  return { path: join(project.folder, '.gitignore'), label: '.gitignore', before: there?.text, after }
}

/** What is amiss with the variables, and is not a file's to put right. */
export async function notesOf({ folder, has }: ProjectFiles): Promise<string[]> {
  const state = await inGit(join(folder, '.dev.vars'))
  return [
    ...(state === 'tracked'
      ? ['git has .dev.vars: take it out (git rm --cached .dev.vars), and change what is in it.']
      : []),
    ...(has('.env') && !has('.dev.vars')
      ? [
          'Where there is a .dev.vars Wrangler does not read .env: put what the Worker needs of it into .dev.vars.',
        ]
      : []),
  ]
}
