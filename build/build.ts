import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { buildSync } from 'esbuild'
import { BUNDLE } from '../simulator/bundle.ts'

/**
 * Makes `dist/`, which is what the package has: JavaScript and types of the Worker, the command line, and the simulator as one file.
 * Node runs no TypeScript below node_modules. There are no source maps: the compiler takes only types away, so that what
 * runs reads like the source.
 */
const ROOT = join(import.meta.dirname, '..')
const DIST = join(ROOT, 'dist')
const SIMULATOR = join(DIST, 'simulator/worker.js')

rmSync(DIST, { recursive: true, force: true })
// Two, because a Worker and Node have different globals. Where they share a file, both make the same JavaScript of it.
compile('tsconfig.build.json')
compile('cli/tsconfig.json')
bundleSimulator()

function compile(project: string): void {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', project], { cwd: ROOT, stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(1)
}

/** With the licences of the packages that are in it, as they ask for. */
function bundleSimulator(): void {
  const { metafile } = buildSync({ ...BUNDLE, outfile: SIMULATOR, metafile: true })
  const packages = new Set(
    Object.keys(metafile.inputs).flatMap(
      (path) => /.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.slice(0, 1) ?? [],
    ),
  )
  const notices = [...packages].sort().map((folder) => {
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string }
    const licence = ['LICENSE', 'LICENSE.md']
      .map((file) => join(folder, file))
      .find((file) => existsSync(file))
    if (licence === undefined) throw new Error(`${name} has no licence file`)
    return `${name}\n\n${readFileSync(licence, 'utf8').trim()}\n`
  })
  const heading = `/*!\nGatehouse's simulator of Scalekit, with these packages in it:\n\n${notices.join('\n')}*/\n`
  writeFileSync(SIMULATOR, heading + readFileSync(SIMULATOR, 'utf8'))
}
