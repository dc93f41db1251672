/** The headers by which an upstream learns who is there, and which nobody else may send it. */
export const IDENTITY_HEADERS = [
  'X-Forwarded-User',
  'X-Forwarded-Email',
  'X-Forwarded-Preferred-Username',
  'X-Forwarded-Groups',
  'Gatehouse-Assertion',
]
