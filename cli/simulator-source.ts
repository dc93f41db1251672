import { readFile } from 'node:fs/promises'

/** Where the simulator's code comes from. */
export interface SimulatorSource {
  /** The simulator as one module. */
  readonly read: () => Promise<string>
  /** Calls back with the next one, where it may change while it runs. */
  readonly watch?: (changed: (script: string) => void) => Promise<void>
}

/** The one that was built with the package. */
export const PREBUILT: SimulatorSource = {
  read: () => readFile(new URL('../simulator/worker.js', import.meta.url), 'utf8'),
}
