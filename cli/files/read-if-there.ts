import { readFile } from 'node:fs/promises'
import { Complaint } from '../complaint.ts'
import { codeOf } from './write-whole.ts'

/** @returns `undefined` where there is no such file */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new Complaint(`${path} cannot be read: ${codeOf(error) ?? error}.`)
  }
}
