import { isLocalHost } from '../../../src/base/local-host.ts'
import { jsonIn } from '../../network/ask.ts'
import { networkFailureInWords } from '../../network/network-failure.ts'
import { compareAddress, type NoToken } from '../../scalekit/management-token.ts'
import { judgeClocks } from '../clock.ts'
import { type Check, needsConfig, problem, skipped, sound } from '../finding.ts'
import type { Project } from '../project.ts'
import { addressesOf } from './addresses.ts'
import { askScalekit, type ScalekitAnswers } from './answers.ts'
import type { Judgement } from './judgement.ts'
import { namedIn } from './named.ts'
import { SCALEKIT_NAMED_CHECKS } from './named-checks.ts'
import { type Target, targetOf } from './target.ts'
import { SCALEKIT_URL_CHECKS } from './url-checks.ts'
import { judgeSimulator } from './whose-simulator.ts'

/** What an environment answered is asked for once, whoever judges it. */
const asked = new WeakMap<Project, Promise<ScalekitAnswers | undefined>>()

function answersFor(project: Project): Promise<ScalekitAnswers | undefined> {
  const before = asked.get(project)
  if (before !== undefined) return before
  const now = askFor(project)
  asked.set(project, now)
  return now
}

async function askFor(project: Project): Promise<ScalekitAnswers | undefined> {
  const target = targetIn(project)
  if (target === undefined || !project.config.ok) return undefined
  return askScalekit(target, addressesOf(project.config.value), namedIn(project.config.value))
}

/** @param shell its environment */
function targetIn(project: Project, shell: NodeJS.ProcessEnv = process.env): Target | undefined {
  const { wrangler, devVars, nameOf } = project
  const vars = wrangler.kind === 'read' ? wrangler.settings.vars : {}
  const texts = Object.entries(vars).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return targetOf(
    { label: 'the environment of this shell', values: shell },
    {
      label: wrangler.kind === 'read' ? nameOf(wrangler.file) : '',
      values: Object.fromEntries(texts),
    },
    { label: nameOf(devVars.file), values: devVars.values },
  )
}

const isSimulator = ({ environmentUrl }: Target) => isLocalHost(new URL(environmentUrl).hostname)

/** Whether nothing more can be known, since nobody is there. */
const isAway = ({ discovery }: ScalekitAnswers) => !discovery.ok

/** A check of what an environment answered; where none answers, one of them says so, and the others are left. */
const check = (id: string, title: string, judge: Judgement): Check => ({
  id,
  title,
  asks: 'network',
  judge: async (project) => {
    if (!project.config.ok) return needsConfig
    const answers = await answersFor(project)
    if (answers === undefined)
      return skipped(
        'no valid SCALEKIT_ENVIRONMENT_URL in the shell, in vars or in .dev.vars: write it and SCALEKIT_CLIENT_ID under vars of the wrangler file (Scalekit dashboard > API credentials)',
      )
    if (isAway(answers) && id !== ENVIRONMENT) return skipped('needs an environment that answers')
    return judge(answers, project)
  },
})

const ofDevelopment: Judgement = () => skipped('the simulator accepts those of gatehouse dev')

/** It takes the addresses that `gatehouse dev` has, which are none of the deployment's. */
const notAtSimulator =
  (judge: Judgement, atSimulator: Judgement): Judgement =>
  (answers, project) =>
    isSimulator(answers.target) ? atSimulator(answers, project) : judge(answers, project)

/** It has organizations of its own: a configuration that names those of production is as it should be. */
const lessAtSimulator =
  (judge: Judgement): Judgement =>
  (answers, project) =>
    judge(answers, project).map((finding) =>
      finding.status === 'problem' && isSimulator(answers.target)
        ? { ...finding, status: 'warning' }
        : finding,
    )

const ENVIRONMENT = 'scalekit-environment'

/** Discovery, OpenID Connect Discovery 1.0 section 4.3: the issuer is the address, to the letter. */
export const judgeEnvironment: Judgement = ({ target, discovery }) => {
  const { environmentUrl, from } = target
  const setBy = `SCALEKIT_ENVIRONMENT_URL (${from})`
  if (!discovery.ok) {
    if (discovery.error.kind === 'refused' && isSimulator(target))
      return skipped(`the simulator does not run at ${environmentUrl}: npx gatehouse dev starts it`)
    return [
      problem({
        found: networkFailureInWords(discovery.error, environmentUrl, compareAddress(from)),
        why: 'Nobody can sign in while the Worker cannot reach its environment either.',
        remedy: `Ask it yourself: curl ${environmentUrl}/.well-known/openid-configuration`,
      }),
    ]
  }
  const { issuer } = jsonIn(discovery.value)
  if (discovery.value.status !== 200 || typeof issuer !== 'string') {
    const location = discovery.value.headers.get('location')
    return [
      problem({
        found: `${environmentUrl} is no Scalekit environment: /.well-known/openid-configuration is ${discovery.value.status}${location === null ? '' : `, to ${location.split('?')[0]}`}.`,
        why: 'Nobody can sign in.',
        remedy: `Compare ${setBy} with API credentials in the Scalekit dashboard.`,
      }),
    ]
  }
  if (issuer === environmentUrl) return sound(`${environmentUrl} (${from})`)
  return [
    problem({
      found: `${environmentUrl} calls itself ${issuer}.`,
      why: `Its ID tokens say iss = ${issuer}, the Worker accepts ${environmentUrl} only, and every login fails with "claim_invalid: iss".`,
      remedy:
        issuer.replace(/\/+$/, '') === environmentUrl
          ? `The two differ in the slash at the end, which is Scalekit's to put right: write to its support, and name the two.`
          : `Write SCALEKIT_ENVIRONMENT_URL = ${issuer} where ${from} sets it: since a custom domain is there, it is the address of the environment.`,
    }),
  ]
}

/** Those that the Worker can use: RFC 7517, RS256 by a modulus of 2048 bits or more. */
export const judgeKeys: Judgement = ({ target, keys }) => {
  const { environmentUrl } = target
  const list = keys.ok && keys.value.status === 200 ? jsonIn(keys.value)['keys'] : undefined
  const usable = Array.isArray(list) ? list.filter(isUsable).map(({ kid }) => kid) : []
  if (usable.length > 0) return sound(usable.join(', '))
  const instead = !keys.ok
    ? 'gives no answer'
    : keys.value.status !== 200
      ? `is ${keys.value.status}`
      : `has no key that can be used${Array.isArray(list) ? `, of ${list.length}` : ''}`
  return [
    problem({
      found: `${environmentUrl}/keys ${instead}.`,
      why: 'Without an RS256 key of the environment no ID token can be verified, so every login fails.',
      remedy: `Look at it: curl ${environmentUrl}/keys. Where the address is right, this is Scalekit's to put right.`,
    }),
  ]
}

/** 2048 bits in base64url. */
const LEAST_MODULUS = 342

const isUsable = (key: unknown): key is { readonly kid: string } => {
  const { kty, alg, use, kid, n } = Object(key) as Readonly<Record<string, unknown>>
  return (
    kty === 'RSA' &&
    (alg === undefined || alg === 'RS256') &&
    (use === undefined || use === 'sig') &&
    typeof kid === 'string' &&
    typeof n === 'string' &&
    n.length >= LEAST_MODULUS
  )
}

/** A token of the client: that its ID and secret are right. */
export const judgeClient: Judgement = ({ target, token }) => {
  const { environmentUrl, clientId, from } = target
  if (clientId === undefined) return skipped(`no SCALEKIT_CLIENT_ID beside ${environmentUrl} (${from})`)
  if (token === undefined)
    return skipped(
      `no secret of ${environmentUrl} here: SCALEKIT_CLIENT_SECRET=… npx gatehouse doctor asks with it`,
    )
  if (token.ok) return sound(clientId)
  const remedy =
    'Copy both from API credentials in the Scalekit dashboard, where a new secret is made too: ' +
    'npx wrangler secret put SCALEKIT_CLIENT_SECRET, and into .dev.vars for this machine.'
  return [
    problem({
      found: `${environmentUrl} ${noTokenInShort(token.error, clientId)}`,
      why: 'The Worker exchanges the code of every login with the same ID and secret, and shows people 502.',
      remedy,
    }),
  ]
}

function noTokenInShort(why: NoToken, clientId: string): string {
  switch (why.kind) {
    case 'network':
      return `gives no token: ${why.failure.detail}.`
    case 'refused':
      return `refuses the client ${clientId}: ${why.error || why.status}.`
    case 'not_scalekit':
      return `answers a request for a token with ${why.status}.`
  }
}

/** ID tokens count 60 seconds of difference as none. */
export const judgeClock: Judgement = ({ discovery, at }) =>
  judgeClocks(
    discovery.ok ? discovery.value : undefined,
    at,
    'the environment',
    'On this machine logins, webhooks and keys fail by time: more than 60 seconds make an ID token one of the future. A deployed Worker has Cloudflare’s clock.',
  )

export const SCALEKIT_CHECKS: readonly Check[] = [
  check(ENVIRONMENT, 'Scalekit', judgeEnvironment),
  check('scalekit-keys', 'Scalekit keys', judgeKeys),
  check('scalekit-client', 'Scalekit client', judgeClient),
  ...SCALEKIT_URL_CHECKS.map(([id, title, judge]) =>
    check(id, title, notAtSimulator(judge, id === 'callback-urls' ? judgeSimulator : ofDevelopment)),
  ),
  ...SCALEKIT_NAMED_CHECKS.map(([id, title, judge]) => check(id, title, lessAtSimulator(judge))),
  check('clock', 'Clock', judgeClock),
]
