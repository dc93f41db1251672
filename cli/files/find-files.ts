import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Complaint } from '../complaint.ts'

/** In the order in which Wrangler prefers them. */
const WRANGLER_FILES = ['wrangler.json', 'wrangler.jsonc', 'wrangler.toml']

const CONFIG_FILES = ['ts', 'mts', 'js', 'mjs'].map((extension) => `gatehouse.config.${extension}`)

/** @returns the absolute path of a file, or `undefined` where there is none */
export function existingFile(path: string): string | undefined {
  const file = resolve(path)
  return existsSync(file) && statSync(file).isFile() ? file : undefined
}

const firstOf = (folder: string, names: readonly string[]) =>
  names.map((name) => join(folder, name)).find((path) => existsSync(path))

/** All that a folder has: `--config` may name any of them. */
export const wranglerFilesIn = (folder: string): readonly string[] =>
  WRANGLER_FILES.map((name) => join(folder, name)).filter((path) => existsSync(path))

/** The folders that a file is in, its own first. @param file absolute */
export function foldersAbove(file: string): readonly string[] {
  const folder = dirname(file)
  return folder === file ? [] : [folder, ...foldersAbove(folder)]
}

/** The wrangler file of a folder, where it has one. */
export const wranglerFileIn = (folder: string): string | undefined => firstOf(folder, WRANGLER_FILES)

/** @param config what `--config` names, if it does */
export function findWranglerFile(config: string | undefined): string {
  const file = config ?? wranglerFileIn(process.cwd())
  if (file !== undefined) return file
  throw new Complaint(
    'There is no wrangler.jsonc, wrangler.json or wrangler.toml in this folder: ' +
      'go to the folder of your Worker, name its wrangler file with --config, or let `npx gatehouse init` set one up here.',
  )
}

/** Whether a folder has nothing yet of a project with Gatehouse. */
export const isNotSetUp = (folder: string): boolean =>
  wranglerFileIn(folder) === undefined && findGatehouseConfig(folder) === undefined

/** The folder of a project: that of its wrangler file, or where one stands. */
export const folderOf = (config: string | undefined): string =>
  config === undefined ? process.cwd() : dirname(config)

export const findGatehouseConfig = (folder: string): string | undefined => firstOf(folder, CONFIG_FILES)
