import { join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'

/** How the simulator becomes one module, which runs without the packages that it is made with. */
export const BUNDLE = {
  entryPoints: [join(import.meta.dirname, 'worker.ts')],
  bundle: true,
  format: 'esm',
  target: 'es2024',
  // As tsconfig.json has it, whichever folder one stands in.
  jsx: 'automatic',
  jsxImportSource: 'hono/jsx',
} satisfies BuildOptions

/** @returns the simulator as it is in this repository now */
export async function bundleSimulator(): Promise<string> {
  const { outputFiles } = await build({ ...BUNDLE, write: false })
  return outputFiles[0]?.text ?? ''
}
