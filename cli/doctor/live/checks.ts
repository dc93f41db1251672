import { VERSION } from '../../../src/app/version.ts'
import type { Stored } from '../../keys/key-store.ts'
import { type HttpAnswer, jsonIn } from '../../network/ask.ts'
import { networkFailureInWords } from '../../network/network-failure.ts'
import { judgeClocks } from '../clock.ts'
import { type Check, type Finding, problem, skipped, sound, type Trouble, warning } from '../finding.ts'
import type { Project } from '../project.ts'
import { askLive, type LiveAnswers } from './answers.ts'

/** A file that keeps the keys of the Worker. */
type Kept = Pick<Stored, 'set' | 'label'>

type Judgement = (answers: LiveAnswers, kept: Kept | undefined) => readonly Finding[]

/**
 * The checks of a deployed Worker, by what it answers to somebody without a cookie.
 *
 * @param origin `https://docs.example.com`
 */
export function liveChecks(origin: string, kept?: Kept): readonly Check[] {
  let asked: Promise<LiveAnswers> | undefined
  const answersFor = (project: Project) => {
    asked ??= askLive(origin, project)
    return asked
  }
  const { host } = new URL(origin)
  return LIVE_JUDGEMENTS.map(([id, title, judge]) => ({
    id,
    title: id === HEALTH ? host : title,
    asks: 'network',
    judge: async (project) => {
      const answers = await answersFor(project)
      // Whatever stands there instead, what it says of all else is not Gatehouse's.
      if (![HEALTH, FILE, GATE].includes(id) && !isGatehouse(answers))
        return skipped(`needs Gatehouse at ${host}`)
      return judge(answers, kept)
    },
  }))
}

const HEALTH = 'live-health'
const FILE = 'live-protected-file'
const GATE = 'live-gate'

const isGatehouse = ({ health }: LiveAnswers) =>
  health.ok && health.value.status === 200 && jsonIn(health.value)['status'] === 'ok'

const redirectOf = ({ status, headers }: HttpAnswer, base: string): URL | undefined => {
  const location = status >= 300 && status < 400 ? headers.get('location') : null
  return location === null ? undefined : (URL.parse(location, base) ?? undefined)
}

/** Something else that asks who is there, such as Cloudflare Access. */
function gateBefore(answer: HttpAnswer, origin: string): string | undefined {
  const target = redirectOf(answer, origin)
  if (target !== undefined && target.host !== new URL(origin).host) return `a redirect to ${target.host}`
  return [401, 403].includes(answer.status) ? `${answer.status}` : undefined
}

const judgeHealth: Judgement = (answers) => {
  const { origin, basePath, health, isLocal } = answers
  const address = `${origin}${basePath}/health`
  if (!health.ok)
    return [
      problem({
        found:
          isLocal && health.error.kind === 'refused'
            ? `Nothing runs at ${origin}: start it, or correct the address after --live.`
            : networkFailureInWords(health.error, origin, 'correct the address after --live'),
        why: 'Whoever opens the site meets the same.',
        remedy: `curl -i ${address}`,
      }),
    ]
  if (isGatehouse(answers)) {
    const { headers } = health.value
    const version = headers.get('gatehouse-version')
    const deployed = headers.get('gatehouse-deployment')
    if (version === VERSION) return sound(`version ${version}${deployed === null ? '' : `, ${deployed}`}`)
    return [
      warning({
        found: `${version === null ? 'An older version' : `Version ${version}`} answers, and ${VERSION} is installed here.`,
        why: 'Either what is here was never deployed, or something else was deployed since.',
        remedy: 'npx gatehouse deploy, or look which is the right one: npx wrangler deployments list',
      }),
    ]
  }
  return [elsewhere(answers, health.value, address)]
}

function elsewhere({ origin }: LiveAnswers, answer: HttpAnswer, address: string): Trouble {
  const before = gateBefore(answer, origin)
  if (before !== undefined)
    return problem({
      found: `Something in front of Gatehouse asks who is there: ${address} is ${before}.`,
      why: 'People sign in twice, and Scalekit’s webhooks, back-channel logouts and backends that fetch the keys never arrive.',
      remedy:
        'Take the host out of it. Of Cloudflare Access: dashboard > Zero Trust > Access > Applications, or a policy "Bypass, everyone" for its path.',
    })
  switch (answer.status) {
    case 421:
      return problem({
        found: `Gatehouse has no site for ${new URL(origin).host}: it answers 421.`,
        why: 'Everybody who comes to this host gets the same.',
        remedy:
          'Write a site for it into gatehouse.config.ts and deploy, or put it into KV: npx gatehouse sites put',
      })
    case 503:
      return problem({
        found: 'Gatehouse answers 503: its configuration, variables or secrets have problems.',
        why: 'Nobody gets in until they are put right.',
        remedy: 'npx gatehouse tail shows them when you open the site',
      })
    default:
      return problem({
        found: `Something other than Gatehouse answers: ${address} is ${answer.status}.`,
        why: 'The Worker is not where the host leads, so nothing protects what is there.',
        remedy:
          'Look at routes in the wrangler file, at DNS (the record has to be proxied), at basePath, and whether the Worker is deployed: npx wrangler deployments list',
      })
  }
}

/** The one that sees files served before the Worker. */
const judgeFile: Judgement = ({ origin, file }) => {
  if (file === undefined) return sound('none here that the rules protect')
  const { probe, answer } = file
  const address = origin + probe.path
  if (!answer.ok) return skipped(`${address} gives no answer (${answer.error.detail})`)
  const { status, body } = answer.value
  if (status === 200 && body === probe.text)
    return [
      problem({
        found: `${address} came back without a session.`,
        why: 'The rules protect this file, and Cloudflare serves it before they are asked: everything in the folder is public.',
        remedy: WORKER_FIRST,
      }),
    ]
  const isPage = status === 200 || status === 304
  if (!isPage) return sound(`${probe.path} answers ${status} without a session`)
  return [
    warning({
      found: `${address} is ${status} without a session, and not what is in the file here.`,
      why: 'The rules here protect this file: either others are deployed, or something else answers.',
      remedy: `Compare: curl -i ${address}, and npx gatehouse explain ${address}`,
    }),
  ]
}

/** The one that sees routes which are asked before the gate, files or none. */
const judgeGate: Judgement = (answers) => {
  const { origin, gated } = answers
  if (gated.size === 0) return sound('the rules here protect nothing at this host')
  const statuses = [...gated].flatMap(([path, answer]) =>
    answer.ok ? [{ path, status: answer.value.status }] : [],
  )
  const open = statuses.filter(({ status }) => status < 300)
  if (open.length > 0)
    return open.map(({ path, status }) =>
      problem({
        found: `${origin}${path} is ${status} without a session, and the rules here ask for a login.`,
        why: 'Either something is asked before Gatehouse, and open to everybody, or other rules are deployed.',
        remedy: `Put app.use(gatehouse(config)) above all routes of a Hono app, and: npx gatehouse deploy. The rules say: npx gatehouse explain ${origin}${path}`,
      }),
    )
  if (!isGatehouse(answers)) return skipped(`needs Gatehouse at ${new URL(origin).host}`)
  if (statuses.length === 0) return skipped(`${origin} gives no answer to ${[...gated.keys()].join(', ')}`)
  const strange = statuses.filter(({ status }) => status === 404 || status === 405)
  if (strange.length > 0)
    return strange.map(({ path, status }) =>
      warning({
        found: `${origin}${path} is ${status} without a session, and the rules here ask for a login.`,
        why: 'Gatehouse would have asked who is there: something is asked before it, or other rules are deployed.',
        remedy: `Compare: curl -i ${origin}${path}, and npx gatehouse explain ${origin}${path}`,
      }),
    )
  return sound(statuses.map(({ path, status }) => `${path} answers ${status}`).join(', '))
}

const WORKER_FIRST =
  'Write run_worker_first = true under [assets] (assets.run_worker_first in JSON), and: npx gatehouse deploy. ' +
  'If it came back because of a cache rule, take that away, and purge the cache: Cloudflare dashboard > Caching.'

const judgeKeys: Judgement = ({ origin, basePath, keys }, kept) => {
  const list = keys.ok && keys.value.status === 200 ? jsonIn(keys.value)['keys'] : undefined
  if (!Array.isArray(list))
    return [
      problem({
        found: `${origin}${basePath}/jwks.json is ${keys.ok ? keys.value.status : `no answer (${keys.error.detail})`}.`,
        why: 'Backends that check who is there find no key to do it with, and refuse everybody.',
        remedy: `curl -i ${origin}${basePath}/jwks.json`,
      }),
    ]
  const published = list.map((key) => String(Object(key).kid))
  const own = kept?.set.keys.filter(({ kty }) => kty === 'EC').map(({ kid }) => kid) ?? published
  const unlike = [
    ...own.filter((kid) => !published.includes(kid)).map((kid) => `${kid} is not published`),
    ...published.filter((kid) => !own.includes(kid)).map((kid) => `${kid} is not in the file`),
  ]
  if (unlike.length === 0)
    return sound(published.length === 0 ? 'none, and no upstream that needs one' : published.join(', '))
  return [
    problem({
      found: `The keys of the Worker are not those of ${kept?.label}: ${unlike.join(', ')}.`,
      why: 'The next rotation starts from the file: keys that only the Worker has end with it, and everybody is signed out.',
      remedy: `Put the ones that are right into the Worker: npx wrangler secret put GATEHOUSE_KEYS < ${kept?.label}`,
    }),
  ]
}

const judgeHttps: Judgement = ({ origin, isLocal, health, plain }) => {
  if (isLocal) return sound('not needed on this machine')
  const { host } = new URL(origin)
  const target = plain?.ok ? redirectOf(plain.value, `http://${host}`) : undefined
  const isUpgraded = target?.protocol === 'https:' && target.host === host
  const troubles: Trouble[] = []
  // Where nothing listens to http, nothing can be read there.
  if (plain?.ok && !isUpgraded)
    troubles.push(
      problem({
        found: `http://${host} answers ${plain.value.status}, and does not redirect to https.`,
        why: 'Something other than Gatehouse answers there, and whoever listens in can read everything.',
        remedy: 'Cloudflare dashboard > SSL/TLS > Edge Certificates > Always Use HTTPS',
      }),
    )
  if (health.ok && !health.value.headers.has('strict-transport-security'))
    troubles.push(
      warning({
        found: `${host} sends no Strict-Transport-Security.`,
        why: 'Gatehouse does: something between takes it away, and browsers try http the next time.',
        remedy: 'Look at transform rules: Cloudflare dashboard > Rules',
      }),
    )
  return troubles.length > 0 ? troubles : sound('http redirects to https, and browsers remember it')
}

/** By an answer that no cache may keep. A file that is served rightly says HIT: Cloudflare keeps files in one, behind the Worker. */
const judgeCache: Judgement = ({ origin, health }) => {
  const status = health.ok ? (health.value.headers.get('cf-cache-status') ?? '') : ''
  if (!/^(HIT|STALE|UPDATING|REVALIDATED)$/i.test(status)) return sound('none answers in place of the Worker')
  return [
    problem({
      found: `A cache in front of ${new URL(origin).host} answers for Gatehouse (${status}).`,
      why: 'What one person got is shown to the next, before Gatehouse is asked.',
      remedy:
        'Cloudflare dashboard > Caching > Cache Rules: take the rule for this host away, and purge everything.',
    }),
  ]
}

const judgeClock: Judgement = ({ health, at }) =>
  judgeClocks(
    health.ok ? health.value : undefined,
    at,
    'the host',
    'gatehouse sessions and test events from here are refused by their time. The Worker has Cloudflare’s clock.',
  )

const judgeWebhook: Judgement = ({ origin, basePath, webhook: { signed, answer } }) => {
  const address = `${origin}${basePath}/webhooks`
  if (!answer.ok) return skipped(`${address} gives no answer (${answer.error.detail})`)
  const { status } = answer.value
  if (status === 404)
    return [
      warning({
        found: 'The Worker has no SCALEKIT_WEBHOOK_SECRET, and takes no events.',
        why: 'Whoever is removed at Scalekit, or by their directory, keeps the session until it ends by itself.',
        remedy: `Scalekit dashboard > Settings > Webhooks: add ${address}, then: npx wrangler secret put SCALEKIT_WEBHOOK_SECRET`,
      }),
    ]
  if (signed && status === 200) return sound('an event that is signed with the secret here is accepted')
  if (status === 200)
    return [
      problem({
        found: `${address} takes an event without a signature.`,
        why: 'Something other than Gatehouse answers there.',
        remedy: `curl -i -X POST ${address}`,
      }),
    ]
  if (!signed)
    return skipped(
      'the Worker has a secret; SCALEKIT_WEBHOOK_SECRET=… npx gatehouse doctor --live tries an event with it',
    )
  return [
    problem({
      found: `The Worker refuses an event that is signed with the SCALEKIT_WEBHOOK_SECRET here (${status}).`,
      why: 'If this one is Scalekit’s, no event arrives, and removed people keep their sessions.',
      remedy: `Copy the secret of ${address} from Scalekit dashboard > Settings > Webhooks: npx wrangler secret put SCALEKIT_WEBHOOK_SECRET`,
    }),
  ]
}

/** By id; the first names the host. */
export const LIVE_JUDGEMENTS: readonly (readonly [id: string, title: string, judge: Judgement])[] = [
  [HEALTH, 'Live', judgeHealth],
  [FILE, 'Live: protected file', judgeFile],
  [GATE, 'Live: gate', judgeGate],
  ['live-keys', 'Live: keys', judgeKeys],
  ['live-https', 'Live: https', judgeHttps],
  ['live-cache', 'Live: caches', judgeCache],
  ['live-webhooks', 'Live: webhooks', judgeWebhook],
  ['live-clock', 'Live: clock', judgeClock],
]
