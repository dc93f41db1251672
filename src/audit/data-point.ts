import type { LogLine } from './event.ts'

/** Bytes that an index may have, and characters that are kept of a path: all blobs together have 16 KB. */
const MAX_INDEX = 96
const MAX_PATH = 1024

/**
 * A line as a data point of the Analytics Engine. Queries go by position, so positions are a promise: new ones come at the end. The index, by which
 * the engine samples, is the customer, or the host where none is known.
 */
export function dataPoint(line: LogLine): AnalyticsEngineDataPoint {
  const { event, host, path, method, reference, organization } = line
  const fields = line as Partial<Record<'site' | 'rule' | 'count', string | number>>
  return {
    indexes: [(organization ?? host).slice(0, MAX_INDEX)],
    blobs: [
      event,
      reasonOf(line),
      host,
      method,
      path.slice(0, MAX_PATH),
      reference,
      line.client ?? '',
      line.user_agent ?? '',
      organization ?? '',
      line.connection ?? '',
      line.subject ?? '',
      line.email ?? '',
      line.session ?? '',
      String(fields.site ?? ''),
    ],
    doubles: [Number(fields.count ?? 0), Number(fields.rule ?? -1)],
  }
}

/** The word that says more than the event. */
function reasonOf(line: LogLine): string {
  switch (line.event) {
    case 'refused':
      return line.refusal.reason
    case 'session_ended':
      return line.reason
    case 'sessions_revoked':
      return line.cause
    case 'degraded':
      return line.what
    case 'webhook_ignored':
      return line.why
    default:
      return ''
  }
}
