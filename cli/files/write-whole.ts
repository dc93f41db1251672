import { link, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Complaint } from '../complaint.ts'

/** What a file is called on its way to its name; nobody gives a copy of theirs such a name. */
const temporaryName = (name: string, process_: number) => `${name}.gatehouse-${process_}.tmp`

/**
 * Puts a text in the place of a file in one step: whoever reads it, or whatever breaks off in between, finds the old text or the new
 * one. Its mode stays, and a link to it stays a link; a new file is readable by its owner only, unless a mode says otherwise.
 *
 * @param before what the file held when it was read; `undefined`: there was none
 * @param mode of a new file, less what the umask takes away
 * @throws {Complaint} where it holds something else meanwhile, and nothing is written then
 */
export async function writeWhole(
  path: string,
  text: string,
  before: string | undefined,
  mode = 0o600,
): Promise<void> {
  try {
    await write(path, text, before, mode)
  } catch (error) {
    if (error instanceof Complaint || codeOf(error) === undefined) throw error
    throw new Complaint(`${path} cannot be written, and is as it was: ${codeOf(error)}.`)
  }
}

async function write(path: string, text: string, before: string | undefined, mode: number): Promise<void> {
  const file = before === undefined ? path : await realpath(path)
  const [folder, name] = [dirname(file), basename(file)]
  await removeLeftovers(folder, name)
  const temporary = join(folder, temporaryName(name, process.pid))
  try {
    const handle = await open(temporary, 'wx', mode)
    try {
      if (before !== undefined) await handle.chmod((await stat(file)).mode & 0o777)
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    if (before === undefined) await create(temporary, file, path)
    else if ((await readFile(file, 'utf8')) === before) await rename(temporary, file)
    else throw new Complaint(`${path} was changed meanwhile, so nothing was written: run this again.`)
  } finally {
    await rm(temporary, { force: true })
  }
}

/** A link, unlike a new name, takes nothing away. */
async function create(temporary: string, file: string, path: string): Promise<void> {
  try {
    await link(temporary, file)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new Complaint(`${path} is there already, and stays as it is.`)
    throw error
  }
}

/**
 * Takes away what processes have left that were killed while they wrote.
 *
 * @param name of a file; default: of any
 */
export async function removeLeftovers(folder: string, name?: string): Promise<void> {
  for (const other of await readdir(folder, { withFileTypes: true })) {
    const [, file, writer] = LEFTOVER.exec(other.name) ?? []
    if (!other.isFile() || file === undefined || (name !== undefined && file !== name)) continue
    const process_ = Number(writer)
    if (process_ === process.pid || !isRunning(process_)) await rm(join(folder, other.name), { force: true })
  }
}

/** As of {@link temporaryName}. */
const LEFTOVER = /^(.+)\.gatehouse-(\d+)\.tmp$/

/** Whether a file is on its way to its name, or was. */
export const isLeftover = (name: string): boolean => LEFTOVER.test(name)

function isRunning(process_: number): boolean {
  try {
    process.kill(process_, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

/** `ENOENT` and the like. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
