import { isLocalHost } from '../../src/base/local-host.ts'
import { parseKeyRing } from '../../src/crypto/key-ring.ts'
import { newKeys } from '../../src/crypto/new-keys.ts'
import { OPERATOR_KEYS, parseOperatorKeys } from '../../src/crypto/operator-keys.ts'
import { assertionKeyProblems, upstreamsOfAll } from '../../src/deployment/needed-bindings.ts'
import { variableProblems } from '../../src/deployment/variables.ts'
import { withVariable } from '../files/dev-vars.ts'
import { withLines } from '../files/lines.ts'
import { KEYS } from '../wrangler/worker-secret.ts'
import { type Check, orSound, problem, skipped, sound, type Trouble, warning } from './finding.ts'
import type { Project } from './project.ts'
import { ofWrangler } from './wrangler/checks.ts'

/** What must never stand in a wrangler file. */
const SECRETS = ['SCALEKIT_CLIENT_SECRET', 'SCALEKIT_WEBHOOK_SECRET', KEYS]
const ONLY_IN_DEVELOPMENT = ['GATEHOUSE_DEVELOPMENT', 'GATEHOUSE_PUBLIC_URL']
const VARIABLES = ['SCALEKIT_ENVIRONMENT_URL', 'SCALEKIT_CLIENT_ID']

/** `vars` of the wrangler file: what is deployed, and in git. */
const variables: Check = {
  id: 'variables',
  title: 'Variables',
  asks: 'project',
  judge: ofWrangler(({ vars }, { label }, { config }) => {
    const places = config.ok ? upstreamsOfAll(config.value) : []
    const troubles = [
      ...SECRETS.filter((name) => name in vars).map((name) => secretInFile(name, label)),
      ...ONLY_IN_DEVELOPMENT.filter((name) => isSet(vars[name])).map((name) =>
        developmentInFile(name, label),
      ),
      ...addressTroubles(vars, label, places.length > 0),
    ]
    const missing = VARIABLES.filter((name) => !isSet(vars[name]))
    if (troubles.length > 0 || missing.length === 0) return orSound(troubles, VARIABLES.join(', '))
    return skipped(
      `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not under vars in ${label}: copy ${missing.length === 1 ? 'it' : 'them'} from the Scalekit dashboard > API credentials, unless the Worker has ${missing.length === 1 ? 'it' : 'them'} as secrets`,
    )
  }),
}

const isSet = (value: unknown) => value !== undefined && value !== '' && value !== '0' && value !== 'false'

const secretInFile = (name: string, label: string): Trouble =>
  problem({
    found: `${label} has ${name} under vars.`,
    why: 'Whoever reads the file, its history or the dashboard has it, and can sign in as anybody or speak for your client.',
    remedy:
      name === KEYS
        ? `Take it out of ${label}, and make new keys, since these are known:\nnpx gatehouse keys new --put --replace`
        : `Take it out of ${label}, have Scalekit make a new one, since this one is known, and set it:\nnpx wrangler secret put ${name}`,
  })

const developmentInFile = (name: string, label: string): Trouble =>
  problem({
    found: `${label} has ${name} under vars.`,
    why:
      name === 'GATEHOUSE_DEVELOPMENT'
        ? 'The deployed Worker shows its configuration problems to everybody, and counts no logins.'
        : 'The deployed Worker answers every request with 503 then.',
    remedy: `Take it out of ${label}; in .dev.vars it is right.`,
  })

/** Of a Scalekit environment. */
function addressTroubles(
  vars: Readonly<Record<string, unknown>>,
  label: string,
  isUsed: boolean,
): readonly Trouble[] {
  const { SCALEKIT_ENVIRONMENT_URL: address } = vars
  if (typeof address !== 'string' || !isUsed) return []
  const url = URL.parse(address)
  const remedy = `Write the environment URL of the Scalekit dashboard (API credentials) into ${label}, such as https://acme.scalekit.com`
  if (url !== null && isLocalHost(url.hostname))
    return [
      problem({
        found: `SCALEKIT_ENVIRONMENT_URL in ${label} is ${address}, on this machine.`,
        why: 'A deployed Worker cannot reach it, so nobody can sign in. For development .dev.vars is the place.',
        remedy,
      }),
    ]
  const stated = { ...STAND_INS, SCALEKIT_ENVIRONMENT_URL: address }
  return variableProblems(stated).map((found) =>
    problem({ found, why: 'The Worker answers every request with 503.', remedy }),
  )
}

/** Values that are not looked at. */
const STAND_INS = { SCALEKIT_CLIENT_ID: 'skc_1', SCALEKIT_CLIENT_SECRET: 'not looked at' }

/** What a developer's machine takes from `.dev.vars`. */
const developmentVariables: Check = {
  id: 'development-variables',
  title: 'Development',
  asks: 'development',
  judge: async (project) => {
    const { devVars, nameOf } = project
    const label = nameOf(devVars.file)
    if (devVars.text === undefined) return skipped(`no ${label}: npx gatehouse dev writes one`)
    // What npx gatehouse dev sets where the file does not.
    const given = { GATEHOUSE_DEVELOPMENT: '1', ...varsOf(project), ...devVars.values }
    const troubles = variableProblems(given).map((said) =>
      problem({
        found: `${label}: ${withoutRemedy(said)}.`,
        why: 'npx gatehouse dev answers every request with 503 until it is put right.',
        remedy: /secret put|API credentials/.test(said)
          ? `Write it into ${label}: from API credentials in the Scalekit dashboard, or delete the file, and npx gatehouse dev writes one for the simulator.`
          : `Change it in ${label}.`,
      }),
    )
    return orSound([...troubles, ...(await operatorTroubles(devVars.values[OPERATOR_KEYS], label))], label)
  },
}

/** The public keys of operators, which may stand in the wrangler file. */
const operatorKeys: Check = {
  id: 'operator-keys',
  title: 'Operator keys',
  asks: 'project',
  judge: async ({ wrangler }) => {
    if (wrangler.kind !== 'read') return skipped('needs a wrangler file')
    const value = wrangler.settings.vars[OPERATOR_KEYS]
    if (value === undefined || value === '') return sound(`none in ${wrangler.label}`)
    return orSound(await operatorTroubles(value, wrangler.label), wrangler.label)
  },
}

async function operatorTroubles(value: unknown, label: string): Promise<readonly Trouble[]> {
  if (value === undefined || value === '') return []
  const keys = await parseOperatorKeys(value, undefined)
  if (keys.ok) return []
  return keys.error.map((said) =>
    problem({
      found: `${label}: ${withoutRemedy(said)}.`,
      why: 'The Worker answers every request with 503; with a private key there, whoever reads it may end sessions.',
      remedy: `npx gatehouse keys new --operator --file <path> makes a key and says what belongs into ${label}.`,
    }),
  )
}

/** Sentences of the Worker end with what to do, which stands apart here. */
const withoutRemedy = (said: string) => said.replace(/[:;] (`|run |put |copy |take ).*$/, '')

const varsOf = ({ wrangler }: Project) => (wrangler.kind === 'read' ? wrangler.settings.vars : {})

/** The keys of `.dev.vars`; those of a deployed Worker are a secret, and nobody reads them back. */
const keyRing: Check = {
  id: 'keys',
  title: 'Keys',
  asks: 'development',
  judge: async (project) => {
    const { devVars, config, nameOf } = project
    const label = nameOf(devVars.file)
    if (devVars.text === undefined) return skipped(`no ${label}`)
    const value = devVars.values[KEYS]
    const ring = await parseKeyRing(value)
    const upstreams = config.ok ? upstreamsOfAll(config.value) : []
    if (ring.ok) {
      if (ring.value.assertion !== undefined) return sound(`${KEYS} in ${label}`)
      return orSound(
        assertionKeyProblems(upstreams).map((said) =>
          problem({
            found: `${label}: ${withoutRemedy(said)}.`,
            why: 'Those backends are told by an assertion who is there, and the Worker answers with 503 where it cannot sign one.',
            remedy: `npx gatehouse keys rotate --file ${label}`,
          }),
        ),
        `${KEYS} in ${label}`,
      )
    }
    const fresh = await newKeys()
    const problems = ring.error.map(withoutRemedy)
    return [
      problem({
        found: `${label}: ${problems.join('; ')}.`,
        why: 'Keys sign sessions: with none nothing starts, and with weak ones anybody is whoever they like.',
        remedy: value
          ? `Take ${KEYS} out of ${label}, then: npx gatehouse keys new --file ${label}`
          : `npx gatehouse keys new --file ${label}`,
        fix: { file: devVars.file, change: (text = '') => withVariable(text, KEYS, fresh) },
      }),
    ]
  },
}

/** Whether git has what only this machine may have. */
const inGit: Check = {
  id: 'git',
  title: 'Git',
  asks: 'project',
  judge: ({ folder, git, nameOf }) => {
    const troubles = git.flatMap(({ path, state, line }): Trouble[] => {
      const name = nameOf(path)
      if (state === 'tracked')
        return [
          problem({
            found: `${name} is in git.`,
            why: 'Whoever has the repository, or its history, has the secrets in it.',
            remedy: `git rm --cached ${name}, write ${line} into .gitignore, and make new secrets: these are known.`,
          }),
        ]
      if (state !== 'unignored') return []
      const file = `${folder}/.gitignore`
      return [
        warning({
          found: `git does not ignore ${name}.`,
          why: 'The next git add takes it along, with the secrets in it.',
          remedy: `Write into ${nameOf(file)}:\n${line}`,
          fix: { file, change: (text = '') => withLines(text, [line]) },
        }),
      ]
    })
    return orSound(
      troubles,
      git.some(({ state }) => state === 'outside')
        ? 'not a git repository'
        : 'ignores the files with secrets',
    )
  },
}

export const SECRET_CHECKS: readonly Check[] = [variables, operatorKeys, developmentVariables, keyRing, inGit]
