import { readFile } from 'node:fs/promises'
import type { Storage } from '../../cli/sites/wrangler-kv.ts'
import type { runWrangler } from '../../cli/wrangler/wrangler.ts'

/** Cloudflare gives no more at once. */
const MOST_VALUES = 100

/** A Wrangler of this process, with a namespace in memory, that answers as the real one does. */
export interface FakeKv {
  readonly values: Map<string, string>
  /** What it was told, without the options. */
  readonly commands: readonly string[]
  readonly wrangler: typeof runWrangler
}

export function fakeKv(storage: Storage = 'remote'): FakeKv {
  const values = new Map<string, string>()
  const commands: string[] = []
  const wrangler: typeof runWrangler = async (_folder, args) => {
    const option = (name: string) => args[args.indexOf(name) + 1] ?? ''
    const [, area, verb, subject = ''] = args
    commands.push(`${area} ${verb}`)
    if (!args.includes(`--${storage}`)) throw new Error(`${args.join(' ')} is about another storage`)
    const answer = (stdout: string) => ({ code: 0, stdout, said: stdout })
    switch (`${area} ${verb}`) {
      case 'key list': {
        const names = [...values.keys()].filter((key) => key.startsWith(option('--prefix'))).sort()
        return answer(JSON.stringify(names.map((name) => ({ name }))))
      }
      case 'bulk get': {
        const keys = JSON.parse(await readFile(subject, 'utf8')) as readonly string[]
        if (keys.length > MOST_VALUES) return { code: 1, stdout: '', said: '[ERROR] too many keys' }
        const stored = (key: string) => values.get(key) ?? null
        const shown = storage === 'local' ? (key: string) => ({ value: stored(key) }) : stored
        return answer(JSON.stringify(Object.fromEntries(keys.map((key) => [key, shown(key)]))))
      }
      case 'key put':
        values.set(subject, await readFile(option('--path'), 'utf8'))
        return answer('')
      case 'key delete':
        values.delete(subject)
        return answer('')
      default:
        throw new Error(`${args.join(' ')} is not something that this Wrangler knows`)
    }
  }
  return { values, commands, wrangler }
}
