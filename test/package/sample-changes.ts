import type { Change } from '../../cli/files/config-change.ts'

export const set = (path: string, value: Change['value']): Change => ({
  kind: 'set',
  path: path.split('.'),
  value,
})
export const append = (path: string, value: Change['value']): Change => ({
  kind: 'append',
  path: path.split('.'),
  value,
})

export const FIRST = set('assets.run_worker_first', true)
export const KV = append('kv_namespaces', { binding: 'GATEHOUSE_KV' })
export const OBJECT = append('durable_objects.bindings', { name: 'SESSIONS', class_name: 'C' })
export const MIGRATION = append('migrations', { tag: 'v2', new_sqlite_classes: ['C'] })
export const MAIN = set('main', 'src/worker.ts')

export const lines = (...all: readonly string[]) => `${all.join('\n')}\n`
