import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Installs a program as the Wrangler of a project. @returns the folder that it stands in */
export async function installWrangler(folder: string, program: string, version = '4.60.0'): Promise<string> {
  const root = join(folder, 'node_modules/wrangler')
  await mkdir(root, { recursive: true })
  await writeFile(
    join(root, 'package.json'),
    JSON.stringify({ name: 'wrangler', version, type: 'module', main: 'wrangler.js' }),
  )
  await writeFile(join(root, 'wrangler.js'), program)
  return root
}
