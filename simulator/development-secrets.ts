import { readFile, writeFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import { newKeys } from '../src/crypto/new-keys.ts'
import { DEVELOPMENT_CLIENT, DEVELOPMENT_WEBHOOK_SECRET } from './client.ts'

/** Where the simulator listens unless told otherwise. */
export const SIMULATOR_URL = 'http://127.0.0.1:8788'

export interface DevelopmentSecrets {
  readonly created: boolean
  /** Names that Gatehouse needs and the file does not set. */
  readonly missing: readonly string[]
  readonly environmentUrl: string | undefined
  /** What Gatehouse will verify webhooks with; a file of an earlier version does not set it. */
  readonly webhookSecret: string | undefined
  /** What the file says about `GATEHOUSE_DEVELOPMENT`; one of an earlier version says nothing. */
  readonly development: string | undefined
}

/** What a file of an earlier version does not set, and need not. */
const OPTIONAL = ['SCALEKIT_WEBHOOK_SECRET', 'GATEHOUSE_DEVELOPMENT']

/** Reads `.dev.vars`, and first makes one for the simulator if there is none. Never changes an existing file. */
export async function ensureDevelopmentSecrets(path: string): Promise<DevelopmentSecrets> {
  const fresh = await newDevelopmentSecrets(SIMULATOR_URL)
  // JSON is full of double quotes, so every value is in single quotes; none of them contains one.
  const lines = Object.entries(fresh).map(([name, value]) => `${name}='${value}'`)
  const created = await writeIfAbsent(path, `${HEADING}\n${lines.join('\n')}\n`)
  const variables = parseEnv(await readFile(path, 'utf8'))
  return {
    created,
    missing: Object.keys(fresh).filter((name) => !OPTIONAL.includes(name) && !variables[name]),
    environmentUrl: variables['SCALEKIT_ENVIRONMENT_URL'],
    webhookSecret: variables['SCALEKIT_WEBHOOK_SECRET'],
    development: variables['GATEHOUSE_DEVELOPMENT'],
  }
}

/** What Gatehouse needs to use a simulator, with keys of its own. */
export async function newDevelopmentSecrets(simulatorUrl: string) {
  return {
    SCALEKIT_ENVIRONMENT_URL: simulatorUrl,
    SCALEKIT_CLIENT_ID: DEVELOPMENT_CLIENT.id,
    SCALEKIT_CLIENT_SECRET: DEVELOPMENT_CLIENT.secret,
    SCALEKIT_WEBHOOK_SECRET: DEVELOPMENT_WEBHOOK_SECRET,
    GATEHOUSE_KEYS: await newKeys(),
    GATEHOUSE_DEVELOPMENT: '1',
  }
}

const HEADING =
  '# Secrets of `npm run dev` on this machine. Never commit them; delete the file for a new set.'

async function writeIfAbsent(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { mode: 0o600, flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
