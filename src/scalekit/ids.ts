/** With the prefix. Those that Scalekit makes have about twenty characters; it documents no limit. */
const MAX_LENGTH = 160

const idPattern = (prefix: string): RegExp => new RegExp(`^(?=.{1,${MAX_LENGTH}}$)${prefix}[A-Za-z0-9_-]+$`)

export const ORGANIZATION_ID = idPattern('org_')
export const CONNECTION_ID = idPattern('conn_')
