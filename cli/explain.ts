import { type Command, InvalidArgumentError } from 'commander'
import type { UnmetRequirement } from '../src/base/refusal.ts'
import { epochSeconds } from '../src/base/time.ts'
import { ANY_ORGANIZATION, type Method } from '../src/config.ts'
import { type Explanation, explainer } from '../src/policy/explain.ts'
import type { Visitor } from '../src/policy/policy.ts'
import { Complaint } from './complaint.ts'
import { parseVisitor } from './explain/visitor.ts'
import { folderOf } from './files/find-files.ts'
import { loadConfig } from './load-config.ts'
import type { SharedOptions } from './program.ts'
import { inJson, inLines, paint } from './terminal.ts'
import { examples } from './usage.ts'

interface Options extends SharedOptions {
  readonly as?: Visitor
  readonly method: Method
}

export function addExplain(program: Command): void {
  program
    .command('explain')
    .description('says what Gatehouse does with a request, and why: site, rule, readings, decision')
    .argument('<url>', 'such as https://docs.example.com/admin/', parseUrl)
    .option(
      '--as <who>',
      'somebody who is signed in: email=…,org=…,connection=…,roles=a+b,groups=c+d',
      parseVisitor,
    )
    .option('--method <method>', 'of the request', (method) => method.toUpperCase(), 'GET')
    .addHelpText(
      'after',
      examples(
        'npx gatehouse explain https://docs.example.com/admin/ --as email=ann@example.com,roles=reader',
      ),
    )
    .action(async (url: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<Options>()
      const config = await loadConfig(folderOf(options.config))
      const explanation = explainer(config)(url, options.as, {
        method: options.method,
        now: epochSeconds(Date.now()),
      })
      const { decision } = explanation
      if (decision.outcome === 'refuse' && decision.why.reason === 'site_unknown') {
        const orInKv = config.sitesInKv ? ` ${NOT_IN_KV}` : ''
        throw new Complaint(`No site of gatehouse.config.ts is for ${decision.why.host}.${orInKv}`)
      }
      console.log(options.json ? inJson(explanation) : inWords(explanation, options.as))
      if (config.sitesInKv && explanation.site === '*') console.error(NOT_IN_KV)
    })
}

const NOT_IN_KV = 'Sites in KV are not looked up here: the host may have one there.'

/** As it is written: what a URL parser would put in order is what is asked about. */
function parseUrl(text: string): string {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text
  throw new InvalidArgumentError('Write the whole address, such as https://docs.example.com/admin/')
}

function inWords({ url, site, rule, readings, decision }: Explanation, visitor: Visitor | undefined): string {
  const lines: (readonly [string, string])[] = []
  if (url !== undefined) lines.push(['address', inLines(url)])
  if (site !== undefined) lines.push(['site', site])
  const isByRule = !['refuse', 'own_route', 'not_found'].includes(decision.outcome)
  if (isByRule && !('why' in decision && decision.why === 'logo')) lines.push(['rule', ruleInWords(rule)])
  // One that is as the path was written says nothing new.
  if (readings.length > 1) {
    for (const { path, how, rule: met } of readings)
      lines.push(['read as', `${inLines(path)} (${how === '' ? 'as written' : how}): ${met}`])
  }
  lines.push(['visitor', visitor === undefined ? 'nobody' : inLines(visitorInWords(visitor))])
  lines.push(['decision', decisionInWords(decision)])
  return lines.map(([name, text]) => `${paint('dim', name.padEnd(10))}${text}`).join('\n')
}

function ruleInWords(rule: Explanation['rule']): string {
  if (rule === undefined) return 'none matches, so a session is needed'
  const { index, path, ...says } = rule
  const words = Object.entries(says).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
  return [`rules[${index}] ${path}`, ...words].join(', ')
}

function visitorInWords({ email, organizationId, connectionId, roles, groups }: Visitor): string {
  return Object.entries({ email, org: organizationId, connection: connectionId, roles, groups })
    .filter(([, value]) => value !== undefined && value.length > 0)
    .map(([key, value]) => `${key} ${Array.isArray(value) ? value.join(' and ') : value}`)
    .join(', ')
}

const PASSES = {
  public: 'passes: public',
  logo: 'passes: the logo of the brand, which is open to everybody as long as it is an image',
  requirements_met: 'passes: everything that is required is met',
} as const

function decisionInWords(decision: Explanation['decision']): string {
  switch (decision.outcome) {
    case 'allow':
      return paint('green', PASSES[decision.why])
    case 'login':
      return paint(
        'yellow',
        decision.why === 'no_session'
          ? 'has to sign in: no session'
          : 'has to sign in again: the login is too old',
      )
    case 'own_route':
      return 'one of Gatehouse’s own routes'
    case 'not_found':
      return paint('red', 'is not found: the login host has Gatehouse’s own routes and nothing else')
    case 'deny':
      return paint('red', `is denied: ${decision.unmet.map(unmetInWords).join('; ')}`)
    case 'refuse':
      return paint('red', `is refused: ${refusalInWords(decision.why)}`)
  }
}

const unmetInWords = ({ key, accepted }: UnmetRequirement): string =>
  accepted.includes(ANY_ORGANIZATION)
    ? 'an organization is required'
    : `${key} must have ${accepted.map((value) => JSON.stringify(value)).join(' or ')}`

type Refused = Extract<Explanation['decision'], { readonly outcome: 'refuse' }>['why']

function refusalInWords(why: Refused): string {
  switch (why.reason) {
    case 'url_ambiguous':
      return `the address has ${why.part}`
    case 'site_unknown':
      return `no site is for ${why.host}`
    case 'rules_disagree':
      return 'its readings meet different rules, and which one the upstream takes is not known'
  }
}
