import { type Check, sound, warning } from '../finding.ts'
import { inEnvironment, toWrite } from './change.ts'
import { ofWrangler } from './checks.ts'
import type { Observability } from './settings.ts'

/** Workers Logs: where the line of a reference is looked up. A file that says there are to be none has decided so. */
export const logs: Check = {
  id: 'logs',
  title: 'Logs',
  asks: 'project',
  judge: ofWrangler((settings, file, project) => {
    const { observability = {}, logpush, tail_consumers: consumers = [] } = settings
    const places = [
      ...workersLogs(observability),
      ...(logpush === true ? ['Logpush'] : []),
      ...consumers.map(({ service }) => `the Worker ${service}`),
    ]
    if (places.length > 0) return sound(places.join(', '))
    const change = { kind: 'set', path: ['observability', 'enabled'], value: true } as const
    return [
      warning({
        found: `${file.label} does not switch Workers Logs on.`,
        why: 'The log is gone as it is written: nobody can look up what a reference on a page stands for, or who came in.',
        ...toWrite(file, inEnvironment(project, file, change)),
      }),
    ]
  }),
}

/** @returns nothing where the file does not say */
function workersLogs({ enabled, head_sampling_rate: rateOfAll, logs: own = {} }: Observability): string[] {
  const isOn = own.enabled ?? enabled
  const rate = own.head_sampling_rate ?? rateOfAll ?? 1
  if (isOn === undefined) return []
  if (!isOn) return ['Workers Logs are off, as the file says']
  return [rate < 1 ? `Workers Logs, ${rate * 100} % of them` : 'Workers Logs']
}
