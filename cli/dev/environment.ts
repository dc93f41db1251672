import { DEVELOPMENT_WEBHOOK_SECRET } from '../../simulator/client.ts'
import { type DevelopmentSecrets, SIMULATOR_URL } from '../../simulator/development-secrets.ts'
import type { SimulatorSource } from '../simulator-source.ts'
import { complain } from '../terminal.ts'

/** The Scalekit environment at which people sign in while a Worker is developed. */
export interface DevEnvironment {
  readonly url: string
  readonly isSimulated: boolean
  /** Where the simulator is, or would be. */
  readonly simulator: string
  /** What `.dev.vars` said at the start: the simulator's usual address means it at any port. */
  readonly written: string
}

export function environmentFor(secrets: DevelopmentSecrets, simulatorPort: number): DevEnvironment {
  const { origin: simulator } = new URL(`http://127.0.0.1:${simulatorPort}`)
  const written = environmentOf(secrets) ?? simulator
  const isSimulated = [simulator, SIMULATOR_URL].includes(written)
  return { url: isSimulated ? simulator : written, isSimulated, simulator, written }
}

const environmentOf = ({ environmentUrl }: DevelopmentSecrets) => environmentUrl?.replace(/\/$/, '')

/** @param vars of its Worker. Its client is its own, as Scalekit's is: another secret in `.dev.vars` is a wrong one. */
export async function startSimulator(
  source: SimulatorSource,
  port: number,
  vars: Readonly<Record<string, string>>,
): Promise<void> {
  // Miniflare takes a while to load, which every other command is spared.
  const { serveSimulator } = await import('../../simulator/serve.ts')
  const simulator = await serveSimulator({ script: await source.read(), port, vars })
  await source.watch?.((script) => void simulator.replace(script))
}

/**
 * What the Worker needs beside what `.dev.vars` says. Another environment, which may be there since the start, is said to take a new one.
 */
export function variablesFor(
  current: DevelopmentSecrets,
  { isSimulated, simulator, written }: DevEnvironment,
  publicUrl: string | undefined,
): Record<string, string> {
  const environmentUrl = environmentOf(current)
  const now = environmentUrl ?? simulator
  if (now !== written) complain(`SCALEKIT_ENVIRONMENT_URL is now ${now}: end this and start it again.`)
  return {
    ...(isSimulated && environmentUrl !== simulator && { SCALEKIT_ENVIRONMENT_URL: simulator }),
    ...(isSimulated &&
      current.webhookSecret === undefined && { SCALEKIT_WEBHOOK_SECRET: DEVELOPMENT_WEBHOOK_SECRET }),
    ...(current.development === undefined && { GATEHOUSE_DEVELOPMENT: '1' }),
    ...(publicUrl !== undefined && { GATEHOUSE_PUBLIC_URL: publicUrl }),
  }
}
