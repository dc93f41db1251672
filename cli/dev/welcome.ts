import { isActive } from '../../simulator/connections.ts'
import { ORGANIZATIONS, type Organization } from '../../simulator/organizations.ts'
import { isLocalHost } from '../../src/base/local-host.ts'
import { ANY_ORGANIZATION, DEFAULT_BASE_PATH, type GatehouseConfig, type Site } from '../../src/config.ts'
import { inLines, paint } from '../terminal.ts'

export interface Started {
  /** Origin where people find it. */
  readonly gatehouse: string
  /** On localhost. */
  readonly port: number
  /** Origin. */
  readonly scalekit: string
  readonly usesSimulator: boolean
  /** Where there is a valid one. */
  readonly config: GatehouseConfig | undefined
  /** What keeps the Worker from letting anybody in. */
  readonly problems: readonly string[]
  /** What is wrong although people get in. */
  readonly wrong: readonly string[]
}

/** What is said once everything runs: where it is, and who can sign in to what the configuration has. */
export function welcome(started: Started): string {
  const { gatehouse, scalekit, usesSimulator, config, problems, wrong } = started
  const lines = [`Gatehouse           ${gatehouse}/`]
  for (const address of otherAddresses(started)) lines.push(`                    ${address}/`)
  lines.push(...loginHostOf(started))
  if (!usesSimulator) {
    lines.push(`Scalekit            ${scalekit} (from .dev.vars), so the simulator is not running`)
    return paragraphs(lines, notYet(problems), inRed(wrong), ['Ctrl-C ends it.'])
  }
  lines.push(`Scalekit simulator  ${scalekit}/`)
  if (problems.length > 0) return paragraphs(lines, notYet(problems), inRed(wrong), ['Ctrl-C ends both.'])
  return paragraphs(
    lines,
    inRed(wrong),
    config === undefined ? [] : people(config, new URL(gatehouse).hostname),
    [
      'The page where you sign in also starts a login from the identity provider and sends any of Scalekit’s errors.',
      'The simulator’s home page signs you in as somebody with one click.',
      `${scalekit}/operator has organizations, people, sessions and webhooks; /operator/requests what happens; /operator/faults what can go wrong.`,
    ],
    ['Ctrl-C ends both.'],
  )
}

/** In the place of who can sign in: nobody can. */
function notYet(problems: readonly string[]): string[] {
  if (problems.length === 0) return []
  const heading = problems.length === 1 ? 'of a problem' : `of ${problems.length} problems`
  return [
    paint('red', `Nobody gets in: every request is answered with 503, because ${heading}.`),
    ...problems.map((problem) => inLines(`- ${problem}`)),
    'Put it right and save: the Worker is loaded again. Every page says what is left, and so does: npx gatehouse doctor --offline',
  ]
}

const inRed = (problems: readonly string[]): string[] =>
  problems.map((problem) => paint('red', inLines(problem)))

const paragraphs = (...parts: readonly (readonly string[])[]) =>
  `\n${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `  ${line}\n`).join(''))
    .join('\n')}`

/** Of sites that a browser finds on this machine by their names; a pattern has many. */
function otherAddresses({ config, gatehouse, port }: Started): string[] {
  const hosts = Object.keys(config?.sites ?? {}).filter((host) => isLocalHost(host) && !host.startsWith('*'))
  return hosts.map((host) => `http://${host}:${port}`).filter((address) => address !== gatehouse)
}

/** Where people sign in for other sites: a page that shows something, since a login host is mostly no site. */
function loginHostOf({ config, port }: Started): string[] {
  const { loginHost, basePath = DEFAULT_BASE_PATH } = config ?? {}
  if (loginHost === undefined) return []
  return [
    `Login host          ${isLocalHost(loginHost) ? `http://${loginHost}:${port}` : `https://${loginHost}`}${basePath}/sessions`,
  ]
}

/** For whom each site and rule that a browser finds here is, with somebody of the simulator who belongs there. */
function people({ sites }: GatehouseConfig, hostname: string): string[] {
  const isHere = (host: string) =>
    isLocalHost(host) || host === hostname || (host.startsWith('*') && hostname.endsWith(host.slice(1)))
  const anybody = exampleOf(ORGANIZATIONS.find(isOpen))
  const lines: string[] = []
  for (const [host, site] of Object.entries(sites)) {
    if (!isHere(host)) continue
    const { organization, rules = [] } = site
    if (organization !== undefined) lines.push(`${host}: ${membersOf([organization])}`)
    else if (needsSession(site)) lines.push(`${host}: sign in as ${anybody}, or anybody of the simulator.`)
    else lines.push(`${host}: public.`)
    for (const { path, require } of rules) {
      const wanted =
        require?.organizations?.filter((id) => id !== ANY_ORGANIZATION && id !== organization) ?? []
      if (wanted.length > 0) lines.push(`${host}${path}: ${membersOf(wanted)}`)
    }
  }
  return lines.length > MAX_LINES
    ? [...lines.slice(0, MAX_LINES), `… and ${lines.length - MAX_LINES} more.`]
    : lines
}

const MAX_LINES = 12

/** Without a rule that says otherwise for every path, what no rule matches needs a session. */
const needsSession = ({ rules = [] }: Site) =>
  !rules.some(({ path, access, methods }) => path === '/*' && access === 'public' && methods === undefined)

function membersOf(ids: readonly string[]): string {
  const known = ORGANIZATIONS.filter(({ id }) => ids.includes(id))
  const open = known.find(isOpen)
  if (open !== undefined) return `sign in as ${exampleOf(open)}, of ${open.display_name}.`
  return `nobody of the simulator: it has no ${known.length === 0 ? '' : 'working connection for '}${ids.join(', ')}.`
}

const isOpen = ({ connections }: Organization) => connections.some(isActive)

const exampleOf = (organization: Organization | undefined) =>
  organization?.connections.filter(isActive).flatMap(({ users }) => users)[0]?.email ?? 'anyone@example.com'
