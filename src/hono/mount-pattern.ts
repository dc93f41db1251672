/** Whether a pattern such as `*`, `/auth/*` or `/:tenant/*` takes everything below the base path. */
export function reachesOwnRoutes(pattern: string, basePath: string): boolean {
  const wanted = `${basePath}/login`.split('/').slice(1)
  const segments = pattern.split('/').filter((segment) => segment !== '')
  if (segments.at(-1) !== '*') return false
  const prefix = segments.slice(0, -1)
  return (
    prefix.length < wanted.length &&
    prefix.every((segment, at) => segment.startsWith(':') || segment === wanted[at])
  )
}
