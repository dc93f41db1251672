/** What one run of a flow asks of the platform. test/flows/counts.test.ts counts it on the Worker itself. */
export interface OperationCounts {
  /** Requests that reach the Worker: each is billed. */
  readonly workerRequests: number
  readonly kvReads: number
  readonly kvWrites: number
  readonly kvDeletes: number
  /** Calls of an `OrganizationSessions` object: each is a billed request of a Durable Object. */
  readonly registryCalls: number
  /** Rows of SQLite as Cloudflare bills them: an index that is written counts, and so does an alarm that is set. */
  readonly rowsRead: number
  /** What is read on top for each other session of the registrant: 1 is a scan of the whole table. */
  readonly rowsReadPerOtherSession: number
  readonly rowsWritten: number
  readonly scalekitRequests: number
  readonly upstreamRequests: number
  readonly rateLimitCalls: number
  /** `Set-Cookie` of all answers together. The session of these figures has a name, two roles and two groups. */
  readonly cookieBytesToBrowser: number
  /** `Cookie` of all requests together. */
  readonly cookieBytesFromBrowser: number
}

const NOTHING: OperationCounts = {
  workerRequests: 0,
  kvReads: 0,
  kvWrites: 0,
  kvDeletes: 0,
  registryCalls: 0,
  rowsRead: 0,
  rowsReadPerOtherSession: 0,
  rowsWritten: 0,
  scalekitRequests: 0,
  upstreamRequests: 0,
  rateLimitCalls: 0,
  cookieBytesToBrowser: 0,
  cookieBytesFromBrowser: 0,
}

const flow = (counts: Partial<OperationCounts>): OperationCounts => ({ ...NOTHING, ...counts })

/** Measured; a test is red as soon as the Worker does more or less. The cost model reads nothing else. */
export const OPERATION_COUNTS = {
  /** A page that a rule makes public. */
  publicPage: flow({ workerRequests: 1, upstreamRequests: 1 }),
  /** A page that sends a person without a session to the login. */
  anonymousPage: flow({ workerRequests: 1 }),
  /** A script or image without a session: 401. */
  refusedRequest: flow({ workerRequests: 1 }),
  /** `/auth/login` and the callback, on an isolate that has Scalekit's keys. */
  login: flow({
    workerRequests: 2,
    kvReads: 1,
    kvWrites: 1,
    kvDeletes: 1,
    registryCalls: 1,
    rowsRead: 9,
    rowsWritten: 4,
    scalekitRequests: 1,
    rateLimitCalls: 2,
    cookieBytesToBrowser: 1512,
    cookieBytesFromBrowser: 176,
  }),
  /** What a login costs on top in a new isolate: Scalekit's keys, from KV, and fetched and kept there once a day. */
  coldIsolate: flow({ kvReads: 1, kvWrites: 1, scalekitRequests: 1 }),
  verifiedPage: flow({ workerRequests: 1, upstreamRequests: 1, cookieBytesFromBrowser: 1016 }),
  /** `/auth/session`. */
  sessionEndpoint: flow({ workerRequests: 1, cookieBytesFromBrowser: 1016 }),
  /** A page with a session token that has expired. */
  renewal: flow({
    workerRequests: 1,
    registryCalls: 1,
    rowsRead: 2,
    rowsWritten: 1,
    upstreamRequests: 1,
    cookieBytesToBrowser: 1122,
    cookieBytesFromBrowser: 370,
  }),
  strictPage: flow({
    workerRequests: 1,
    registryCalls: 1,
    rowsRead: 1,
    upstreamRequests: 1,
    cookieBytesFromBrowser: 1016,
  }),
  /** Both at once. */
  strictRenewal: flow({
    workerRequests: 1,
    registryCalls: 2,
    rowsRead: 3,
    rowsWritten: 1,
    upstreamRequests: 1,
    cookieBytesToBrowser: 1122,
    cookieBytesFromBrowser: 370,
  }),
  logout: flow({
    workerRequests: 1,
    registryCalls: 1,
    rowsRead: 11,
    rowsWritten: 1,
    cookieBytesToBrowser: 138,
    cookieBytesFromBrowser: 1016,
  }),
  /** A directory that removes a person; where `registryShards` is set, the registry is asked in every possible shard. */
  webhook: flow({
    workerRequests: 1,
    kvReads: 1,
    kvWrites: 1,
    registryCalls: 1,
    rowsRead: 11,
    rowsReadPerOtherSession: 2,
    rowsWritten: 3,
  }),
  /** A WebSocket that is opened and stays open. */
  webSocket: flow({
    workerRequests: 1,
    registryCalls: 1,
    rowsRead: 1,
    upstreamRequests: 1,
    cookieBytesFromBrowser: 1016,
  }),
  /** What an open WebSocket asks each time that its session reaches its idle limit. */
  webSocketLimit: flow({ registryCalls: 1, rowsRead: 1 }),
  /** The alarm that deletes a session after its absolute limit: a request of the object by itself. */
  cleanUp: flow({ rowsRead: 6, rowsWritten: 2 }),
} as const satisfies Readonly<Record<string, OperationCounts>>

/** What an event costs in a shard that holds none of the sessions it means: it is remembered, and an alarm is set to forget it. */
export const EVENT_IN_FURTHER_SHARD = { registryCalls: 1, rowsRead: 9, rowsWritten: 3 } as const

export type Flow = keyof typeof OPERATION_COUNTS
