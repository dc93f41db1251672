import { context } from 'esbuild'
import { BUNDLE, bundleSimulator } from '../simulator/bundle.ts'
import { isOwnScript, sayAsTypedHere } from './as-typed.ts'
import { main } from './program.ts'

if (isOwnScript(process.env)) for (const stream of [process.stdout, process.stderr]) sayAsTypedHere(stream)

/** The command line in this repository: the simulator is bundled as it stands here, and again when it changes. */
await main(process.argv, { read: bundleSimulator, watch })

async function watch(changed: (script: string) => void): Promise<void> {
  let isFirst = true
  const bundling = await context({
    ...BUNDLE,
    write: false,
    plugins: [
      {
        name: 'changed',
        setup: ({ onEnd }) =>
          onEnd(({ errors, outputFiles }) => {
            if (!isFirst && errors.length === 0) changed(outputFiles?.[0]?.text ?? '')
            isFirst = false
          }),
      },
    ],
  })
  await bundling.watch()
}
