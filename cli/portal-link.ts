import { type Command, InvalidArgumentError } from 'commander'
import {
  askScalekit,
  examples,
  orComplain,
  type ScalekitOptions,
  scalekitCommand,
} from './scalekit/command.ts'

export function addPortalLink(program: Command): void {
  scalekitCommand(program, 'portal-link', 'a link to the admin portal, where a customer sets up its SSO')
    .argument('<org>', 'an organization, org_…', parseOrganization)
    .addHelpText('after', examples('npx gatehouse portal-link org_12345678901234567'))
    .action(async (organization: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<ScalekitOptions>()
      const { location, expires } = orComplain(await (await askScalekit(options)).portalLink(organization))
      console.error(WARNING)
      console.log(options.json ? JSON.stringify({ organization, link: location, expires }) : location)
    })
}

const WARNING =
  'This link opens once, within one minute, for six hours. Whoever has it changes how this customer signs in: send it to nobody but their administrator.'

export function parseOrganization(text: string): string {
  if (/^org_\w+$/.test(text)) return text
  throw new InvalidArgumentError('Organizations are called org_…: gatehouse orgs lists them.')
}
